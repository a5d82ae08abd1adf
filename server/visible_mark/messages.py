"""What an instance and the child process that marks one film say to each other: msgpack messages in
the frames of ``children``."""

from typing import Final

import msgspec
from msgspec import Struct


class MarkFilm(Struct, frozen=True, kw_only=True, tag="mark"):
    """Lay the mark on a film (MP4); answered by FilmMarked, or NotMarked. ``site``: the host by
    which people know this place; empty where it has none."""

    film: bytes
    site: str


class FilmMarked(Struct, frozen=True, tag="marked"):
    """The film with the mark, its sound as it was."""

    film: bytes


class NotMarked(Struct, frozen=True, tag="failed"):
    """Why it could not be done, for operators."""

    reason: str


MarkingAnswer = FilmMarked | NotMarked
encode_message: Final = msgspec.msgpack.Encoder().encode
decode_order: Final = msgspec.msgpack.Decoder(MarkFilm).decode
decode_answer: Final = msgspec.msgpack.Decoder(MarkingAnswer).decode
