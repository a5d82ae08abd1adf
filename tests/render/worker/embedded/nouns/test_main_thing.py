import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("after school the boys play football", "boy"),
        ("après l'école les garçons jouent au foot", "boy"),
        ("after school", "school"),
        ("despite the rain they dance", "dancer"),
        ("malgré la pluie ils dansent", "dancer"),
        ("whenever it rains the snail is happy", "snail"),
        ("attention au requin", "shark"),
        ("merci aux pompiers", "firefighter"),
        ("oh no, my ice cream", "ice-cream"),
        ("an abandoned theme park with a ferris wheel", "ferris-wheel"),
        ("a hole in my sock", "socks"),
        ("du givre sur la toile d'araignée", "spider-web"),
    ],
)
def test_what_only_tells_when_or_calls_out_is_past(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject", "place"),
    [
        ("une forêt de bougies", "candle", "forest"),
        ("une cascade de chocolat", "chocolate", "waterfall"),
        ("une forêt de bouleaux", None, "forest"),
        ("dans un jardin de roses, un lapin", "rabbit", "garden"),
    ],
)
def test_a_land_of_something_is_full_of_it(text: str, subject: str | None, place: str) -> None:
    found = read(text)
    assert (found.subject, found.place) == (subject, place)
