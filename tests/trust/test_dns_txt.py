"""TXT records as a resolver over HTTPS gives them."""

import struct

import pytest

from phosphene.errors import Unprocessable
from phosphene.trust.dns_txt import read_txt, txt_query

NAME = b"\x01a\x07example\x00"


def an_answer(*texts: tuple[bytes, ...], code: int = 0) -> bytes:
    """A message with such records, their names pointing at the question's."""
    message = struct.pack(">6H", 0, 0x8180 | code, 1, len(texts), 0, 0) + NAME + b"\0\x10\0\1"
    for pieces in texts:
        data = b"".join(bytes([len(one)]) + one for one in pieces)
        message += b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data
    return message


def test_a_query_names_what_is_asked_for() -> None:
    assert txt_query("a.example") == struct.pack(">6H", 0, 0x100, 1, 0, 0, 0) + NAME + b"\0\x10\0\1"


def test_texts_are_read_piece_by_piece() -> None:
    found = read_txt(an_answer((b"v=spf1", b" -all"), (b"phosphene-rights=x",)))
    assert found == ["v=spf1 -all", "phosphene-rights=x"]


def test_other_records_are_passed_over() -> None:
    cname = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 2) + b"\xc0\x0c"
    message = bytearray(an_answer((b"x",)))
    message[7] = 2
    at = 12 + len(NAME) + 4
    assert read_txt(bytes(message[:at]) + cname + bytes(message[at:])) == ["x"]


def test_no_such_name_is_no_text_and_no_fault() -> None:
    assert read_txt(an_answer(code=3)) == []


@pytest.mark.parametrize("message", [b"", b"\0" * 11, an_answer((b"x",))[:-4], an_answer(code=2)])
def test_what_cannot_be_read_is_said(message: bytes) -> None:
    with pytest.raises(Unprocessable):
        read_txt(message)


@pytest.mark.parametrize("name", ["", "a..b", "ä.example", "x" * 64 + ".example"])
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(Unprocessable):
        txt_query(name)
