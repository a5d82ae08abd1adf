import pytest

from phosphene.errors import Unusable
from phosphene.people.free_text import clean_words


def test_words_of_a_report_keep_their_lines_and_hide_nothing() -> None:
    assert clean_words(" a\u202eb\r\nc\x00 ") == "ab\nc"
    with pytest.raises(Unusable):
        clean_words("a" * 501)
    with pytest.raises(Unusable):
        clean_words("a" + "\u0301\u0302" * 9)
