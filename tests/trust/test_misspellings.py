"""What is nearly written so, and what is another word."""

import pytest

from phosphene.trust.misspellings import NearIndex, is_nearly, one_edit, squeeze


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("lolicn", "lolicon"),
        ("lolcion", "lolicon"),
        ("lolixon", "lolicon"),
        ("lol*con", "lolicon"),
        ("nakde", "naked"),
        ("p*rn", "porn"),
        ("taylorswft", "taylorswift"),
        ("aylorswift", "taylorswift"),
    ],
)
def test_one_edit_or_stars(text: str, written: str) -> None:
    index: NearIndex[str] = NearIndex(6)
    index.add_phrase(written, written)
    assert written in set(index.find_near(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("nake", "naked"),  # short words are other words
        ("prn", "porn"),
        ("p**n*", "porn"),
        ("****", "porn"),
        ("*orn", "torn"),
        ("bopping", "popping"),  # so are those with another beginning
        ("lolxcxn", "lolicon"),
        ("lolicon", "lolicon"),  # no near match: found elsewhere
    ],
)
def test_what_is_another_word(text: str, written: str) -> None:
    index: NearIndex[str] = NearIndex(6)
    index.add_phrase(written, written)
    assert list(index.find_near(text)) == []


def test_names_need_more_letters() -> None:
    assert not is_nearly("mandala", "mandela", "mandela", 8)
    assert is_nearly("mandleaa", "mandelaa", "mandela", 8)
    assert is_nearly("rihnna", "rihanna", "rihana", 8)  # but one that is left out
    assert is_nearly("caseyneistt", "caseyneistat", "caseyneistat", 8)


def test_one_edit() -> None:
    assert all(one_edit("abcd", other) for other in ("abcd", "abd", "abxd", "abxcd", "abdc"))
    assert not any(one_edit("abcd", other) for other in ("badc", "ab", "axyd", "dcba"))


def test_squeeze() -> None:
    assert squeeze("aabbbc") == "abc"
