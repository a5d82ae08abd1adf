import pytest

from tests.render.worker.embedded.nouns.test_reader import read


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("a bat in a cave", "bat"),
        ("a wooden bat and a baseball", "cricket-bat"),
        ("a crane standing in shallow water", "flamingo"),
        ("un avocat coupé en deux", "avocado"),
        ("un avocat plaide au tribunal", "office-worker"),
        ("une marche militaire", "guard"),
        ("un escalier qui monte", None),
    ],
)
def test_a_word_of_several_senses_is_what_fits_beside_the_others(
    text: str, subject: str | None
) -> None:
    assert read(text).subject == subject


def test_what_goes_up_is_no_ride() -> None:
    assert read("un homme monte un escalier").action is None
    assert read("une fille monte un cheval").action == "ride"
