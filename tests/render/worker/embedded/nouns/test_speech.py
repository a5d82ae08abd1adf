import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ('"who ate my porridge?" growled the bear', "bear"),
        ("« encore un café ? » dit le squelette", "skeleton"),
        ('the crab: "tea, please"', "crab"),
        ('a "robot" made of tins', "robot"),
        ('"a cat on a sofa"', "cat"),
        ('"look mum no hands!" boy on a bike just before the hedge', "boy"),
        ("maman, regarde, un éléphant !", "elephant"),
        ("mum look a whale", "whale"),
        ("grandma, a cat and a sofa", "old-woman"),
        ("maman, regarde !", "mother"),
        ("someone forgot an umbrella in the rain", "umbrella"),
        ("quelqu'un a oublié un gant rouge", "gloves"),
        ("someone dancing in the rain", "person"),
        ("while the village sleeps, a baker carries bread", "cook"),
        ("pendant que le chat dort, les souris dansent", "mouse"),
        ("quand les poules auront des dents", "chicken"),
    ],
)
def test_what_is_said_called_or_meanwhile_is_not_the_subject(text: str, subject: str) -> None:
    assert read(text).subject == subject


def test_what_is_done_meanwhile_is_not_what_the_subject_does() -> None:
    assert read("while the village sleeps, a baker carries bread").action is None
    assert read("pendant que le chat dort, les souris dansent").action == "dance"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a birthday video for my son with a dinosaur", "dinosaur"),
        ("un clip pour l'anniversaire de mon fils avec un dinosaure", "dinosaur"),
        ("Un clip pour ma mère avec des fleurs", "flower"),
        ("a man baking a cake for his son", "man"),
        ("for my son", "boy"),
    ],
)
def test_for_whom_a_clip_is_is_not_who_is_seen(text: str, subject: str) -> None:
    assert read(text).subject == subject


@pytest.mark.parametrize(
    ("text", "subject", "other"),
    [
        ("climbing a mountain", "climber", "mountain"),
        ("reading under a blanket", "person", "scarf"),
        ("learning to ride a bike", "person", "bicycle"),
        ("nager avec des dauphins", "swimmer", "dolphin"),
        ("dîner aux chandelles", "candle", None),
        ("a cat eating a fish", "cat", "fish"),
    ],
)
def test_what_a_prompt_begins_with_is_done_by_somebody(
    text: str, subject: str, other: str | None
) -> None:
    found = read(text)
    assert (found.subject, found.other) == (subject, other)


def test_nobody_is_there_where_only_a_negation_is() -> None:
    assert read("il n'y a que du sable").subject is None
