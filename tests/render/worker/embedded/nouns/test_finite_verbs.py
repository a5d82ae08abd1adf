import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("sparks fly as a welder works", "person", None),
        ("the school bell rings", "bell", None),
        ("two gold rings", "ring", None),
        ("kids fly kites", "child", "kite"),
        ("a fly on a window", "fly", "window"),
        ("he bows to the queen", "man", "queen"),
        ("a killer whale and her calf", "whale", None),
        ("une vieille dame lit sous un parapluie", "old-woman", "umbrella"),
    ],
)
def test_verbs_that_are_spelt_like_names_are_none(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("plant a tree", "tree"),
        ("watch the cat jump", "cat"),
        ("watch out for the shark", "shark"),
        ("don't feed the bears", "bear"),
        ("the wind and the kite flies", "kite"),
        ("plante un arbre", "tree"),
        ("a watch", "watch"),
        ("the train driver waves to a child", "person"),
        ("a painting that cries", "picture"),
    ],
)
def test_what_somebody_is_asked_to_do_is_no_thing(text: str, subject: str) -> None:
    assert read(text).subject == subject


def test_out_of_the_ground_is_no_planet() -> None:
    assert read("une main qui sort de terre dans un cimetière").subject is None
