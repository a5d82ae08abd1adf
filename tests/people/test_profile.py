import pytest

from phosphene.errors import Unusable
from phosphene.people.profile import ABOUT_LIMIT, clean_about


def test_words_about_oneself_are_one_line_in_nfc_without_what_nobody_sees() -> None:
    assert clean_about("  I draw\n foxe\u0301s\u202e ") == "I draw foxés"
    assert clean_about("\u3164\u2800") == ""


@pytest.mark.parametrize("text", ["x" * (ABOUT_LIMIT + 1), "a" + "\u0301\u0316" * 20])
def test_too_many_and_piled_marks_are_refused(text: str) -> None:
    with pytest.raises(Unusable, match="about oneself"):
        clean_about(text)
