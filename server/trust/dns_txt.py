"""TXT records in DNS messages (RFC 1035), as a resolver over HTTPS gives them (RFC 8484). Pure.

Such a resolver is asked through the one client that asks outside, where a library for DNS would
open sockets of its own.
"""

import struct
from typing import Final

from phosphene.errors import Unprocessable

TXT: Final = 16
IN: Final = 1
_HEADER: Final = struct.Struct(">6H")
_RECORD: Final = struct.Struct(">HHIH")
_BROKEN: Final = "the resolver's answer cannot be read"


def txt_query(name: str) -> bytes:
    """A message that asks for the TXT records of a name. Raises Unprocessable: it is none."""
    labels = name.rstrip(".").split(".")
    if not name.isascii() or not all(0 < len(label) < 64 for label in labels) or len(name) > 253:
        raise Unprocessable(f"{name} is no name of the DNS")
    # The id is 0, so that the answer can be cached (RFC 8484, 4.1).
    asked = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
    return _HEADER.pack(0, 0x0100, 1, 0, 0, 0) + asked + struct.pack(">2H", TXT, IN)


def read_txt(message: bytes) -> list[str]:
    """The texts of an answer, each of its pieces joined; none where there is no such name. Raises
    Unprocessable."""
    try:
        _, flags, questions, answers, _, _ = _HEADER.unpack_from(message)
        if flags & 0xF not in {0, 3}:
            raise Unprocessable(f"the resolver says code {flags & 0xF}")
        at = _HEADER.size
        for _ in range(questions):
            at = _after_name(message, at) + 4
        texts = []
        for _ in range(answers):
            at = _after_name(message, at)
            kind, _, _, length = _RECORD.unpack_from(message, at)
            at += _RECORD.size
            if kind == TXT:
                texts.append(_joined(message[at : at + length]))
            at += length
    except (struct.error, IndexError):
        raise Unprocessable(_BROKEN) from None
    return texts


def _after_name(message: bytes, at: int) -> int:
    while length := message[at]:
        if length & 0xC0:  # the rest stands elsewhere
            return at + 2
        at += length + 1
    return at + 1


def _joined(pieces: bytes) -> str:
    text, at = bytearray(), 0
    while at < len(pieces):
        text += pieces[at + 1 : at + 1 + pieces[at]]
        at += pieces[at] + 1
    return text.decode("utf-8", "replace")
