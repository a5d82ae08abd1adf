import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("Emma and Lucas build a sandcastle", "woman", "man"),
        ("Lucie et Paul font un bonhomme de neige", "woman", "man"),
        ("my dog Max in the garden", "dog", None),
        ("un chat nommé Hugo", "cat", None),
        ("Emma's dog on a bridge", "dog", "bridge"),
    ],
)
def test_first_names_are_people_where_they_name_nothing_else(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("like a butterfly in a storm, she dances", "woman", None),
        ("the fox wears the dusk like a coat", "fox", None),
        ("it looks like a frog", "frog", None),
        ("des baskets légères comme un nuage", "shoe", None),
        ("I'd like a shark", "shark", None),
    ],
)
def test_what_something_is_likened_to_is_not_drawn(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


@pytest.mark.parametrize(
    ("text", "subject", "place"),
    [
        ("the village square on market day, church bells", None, "street"),
        ("a beach with nobody on it. just waves.", None, "beach"),
        ("une salle de classe vide, le soleil sur les pupitres", None, "room"),
        ("marché provençal le matin, étals colorés", None, "shop"),
        ("an empty beach, gulls crying", "bird", "beach"),
        ("an empty classroom, a bell rings", "bell", "room"),
    ],
)
def test_what_a_place_is_full_of_is_no_subject(text: str, subject: str | None, place: str) -> None:
    found = read(text)
    assert (found.subject, found.place) == (subject, place)


def test_a_step_denies_nothing() -> None:
    assert read("les premiers pas de bébé").subject == "baby"
    assert read("une rue, pas de bébé").subject is None


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("an ice cream cone melting in the sun", "ice-cream", None),
        ("un chat qui dort au soleil", "cat", None),
        ("a camel crossing the desert under the stars", "camel", None),
        ("un lézard sous un soleil de plomb", "lizard", None),
        ("sous les étoiles", "star", None),
        ("a rainy street at night with neon lights", None, None),
        ("a lantern in the street", "lantern", None),
        ("a girl looking at the stars", "girl", "star"),
        ("a bird flying in front of the sun", "bird", "sun"),
    ],
)
def test_the_light_that_something_is_in_hangs_beside_nothing(
    text: str, subject: str | None, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


@pytest.mark.parametrize("text", ["clouds like cotton candy", "des nuages comme du coton"])
def test_what_a_place_is_likened_to_is_not_drawn(text: str) -> None:
    found = read(text)
    assert (found.subject, found.place) == (None, "sky")


def test_where_something_is_not_is_there() -> None:
    assert read("pas de voitures en ville").place == "city"
    assert read("pas de ville").place is None


def test_a_kiss_is_seen_and_a_swim_is_none() -> None:
    assert read("a kiss under the rain").subject == "hugging"
    assert read("a swim in the lake").subject is None


@pytest.mark.parametrize(
    "text",
    [
        "a boss fight with a giant dragon in a cave",
        "un combat contre un dragon",
        "a dragon fight",
    ],
)
def test_of_a_fight_is_drawn_whom_it_is_with(text: str) -> None:
    assert read(text).subject == "dragon"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("instead of a car, he drives a giant strawberry", "man"),
        ("au lieu d'une voiture, il conduit une fraise", "man"),
        ("never trust a monkey", "monkey"),
        ("ne jamais confier un marteau à un singe", "hammer"),
        ("a boy as tall as a giraffe", "boy"),
        ("replace the cars with whales", "whale"),
        ("remplace les voitures par des baleines", "whale"),
    ],
)
def test_what_is_there_instead_of_another_is_meant(text: str, subject: str) -> None:
    assert read(text).subject == subject
