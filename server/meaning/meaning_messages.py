"""What an instance and the process that reads prompts for the policy say to each other: one message
a frame, msgpack."""

from typing import Final

import msgspec
from msgspec import Struct

SPANS: Final = 6
"""Words that a text and a work share, at most, as they are told."""


class WorkTexts(Struct, frozen=True):
    """A registered work by the name of its entry, and what describes it, in any language."""

    entry: str
    texts: tuple[str, ...]


class RegisterWorks(Struct, frozen=True, tag="works"):
    """These, and no others, are what texts are compared with from now on."""

    works: tuple[WorkTexts, ...]


class ReadText(Struct, frozen=True, tag="read"):
    """Asks what a text comes close to."""

    number: int
    text: str


class CompareText(Struct, frozen=True, tag="compare"):
    """Asks how close a text comes to one work, whether it is registered or not."""

    number: int
    text: str
    work: WorkTexts


class MeaningPing(Struct, frozen=True, tag="ping"):
    number: int


class CloseWork(Struct, frozen=True):
    """A work that a text comes close to. ``score``: the cosine of both, less the directions that
    all prompts have in common, and how far words of the text are covered by those of the work;
    ``shared``: these words, as the text has them, the most telling first; ``common``: how many of
    them many prompts have."""

    entry: str
    score: float
    shared: tuple[str, ...]
    common: int = 0


class HeadScore(Struct, frozen=True):
    """What the head of a category says of a text: from ``limit`` on the text breaks it, below
    ``calm`` it is innocent whatever its words."""

    score: float
    limit: float
    calm: float


class TextRead(Struct, frozen=True, tag="read"):
    """``works``: the closest, the closest first; ``heads``: by category."""

    number: int
    works: tuple[CloseWork, ...]
    heads: dict[str, HeadScore] = {}


class MeaningReady(Struct, frozen=True, tag="ready"):
    """It has what it was told to compare with: so many works."""

    works: int


class MeaningUnfit(Struct, frozen=True, tag="unfit"):
    """It cannot work here, and why."""

    reason: str


class MeaningPong(Struct, frozen=True, tag="pong"):
    number: int


MeaningOrder = RegisterWorks | ReadText | CompareText | MeaningPing
MeaningAnswer = TextRead | MeaningReady | MeaningUnfit | MeaningPong

_encoder: Final = msgspec.msgpack.Encoder()
_orders: Final = msgspec.msgpack.Decoder(MeaningOrder)
_answers: Final = msgspec.msgpack.Decoder(MeaningAnswer)


def encode_message(message: MeaningOrder | MeaningAnswer) -> bytes:
    """The body of a frame."""
    return _encoder.encode(message)


def decode_order(body: bytes) -> MeaningOrder:
    """Raises msgspec.MsgspecError: it is none."""
    return _orders.decode(body)


def decode_answer(body: bytes) -> MeaningAnswer:
    """Raises msgspec.MsgspecError: it is none."""
    return _answers.decode(body)
