"""What an instance and the child process that looks at one file say to each other: msgpack
messages in the frames of ``children``. A file and a key go down; numbers come back."""

from typing import Final

import msgspec
from msgspec import Struct

from phosphene.trust.provenance import ManifestVerdict


class ExamineFile(Struct, frozen=True, kw_only=True, tag="examine"):
    """Look at a file; answered by Examined, or NoPicture. ``anchors``: the roots (PEM) that are
    trusted; ``key``: of the noise that marks are made of."""

    data: bytes
    anchors: str
    key: bytes


class CompareHashes(Struct, frozen=True, tag="compare"):
    """How far the file's pictures are from those of each of these clips, whose hashes stand one
    after the other; answered by HashesCompared."""

    kept: tuple[bytes, ...]


class Examined(Struct, frozen=True, kw_only=True, tag="examined"):
    """``manifest``: what the file says of itself. ``words``: what a mark in its pictures may say,
    the likeliest first. ``pictures`` that were looked at."""

    manifest: ManifestVerdict
    words: tuple[int, ...] = ()
    pictures: int = 0


class NoPicture(Struct, frozen=True, tag="unreadable"):
    """There is no picture in it."""

    reason: str


class HashesCompared(Struct, frozen=True, tag="compared"):
    """For each of the clips, in how many of 256 bits the nearest two pictures differ."""

    distances: tuple[int, ...]


VerificationOrder = ExamineFile | CompareHashes
VerificationAnswer = Examined | NoPicture | HashesCompared
encode_message: Final = msgspec.msgpack.Encoder().encode
decode_order: Final = msgspec.msgpack.Decoder(VerificationOrder).decode
decode_answer: Final = msgspec.msgpack.Decoder(VerificationAnswer).decode
