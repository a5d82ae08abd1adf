import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a kiten playing", "cat"),
        ("a bycicle in the rain", "bicycle"),
        ("un papilon sur une fleur", "butterfly"),
        ("un chatton qui joue", "cat"),
    ],
)
def test_letters_that_are_there_once_or_twice_and_i_for_y_are_slips(
    text: str, subject: str
) -> None:
    assert read(text).subject == subject


def test_a_short_word_of_french_is_no_slip_of_another() -> None:
    assert read("du poison").subject is None
