"""What an instance and its feed process say to each other: one message a frame, msgpack."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.model import Clip, FeedWish, StoredReaction

FOLDED_S: Final = 86400.0
"""After so long all is learned anew from the rows that are left."""


class AddClips(Struct, frozen=True, tag="clips"):
    """These can be shown: new ones, and those that are drawn by now; what somebody may wish for is
    looked up in the ``traits`` of each. Answered where it has a ``number``."""

    clips: tuple[Clip, ...]
    traits: tuple[tuple[str, ...], ...] = ()
    number: int = -1


class DropClips(Struct, frozen=True, tag="drop"):
    """These can be shown no more."""

    clips: tuple[str, ...]


class FoldPerson(Struct, frozen=True, tag="fold"):
    """What a person did of which everybody has learned: only who they are is made of it."""

    person: str
    reactions: tuple[StoredReaction, ...]


class ForgetPerson(Struct, frozen=True, tag="forget"):
    person: str


class LearnReactions(Struct, frozen=True, tag="learn"):
    """What people did, in the order of the ids."""

    reactions: tuple[StoredReaction, ...]


class RankClips(Struct, frozen=True, tag="rank", kw_only=True):
    """Asks for the next clips of a person. ``listed`` wait before them already, ``besides`` they
    know, ``authors`` beside themself they are not shown; ``wishes`` hold now."""

    number: int
    person: str
    limit: int
    now: float
    listed: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    wishes: tuple[FeedWish, ...] = ()


class ExplainScore(Struct, frozen=True, tag="explain"):
    """Asks for the weights, what a clip has of each term for a person, and why it is there;
    ``wishes`` of theirs hold now, ``authors`` beside themself they are not shown."""

    number: int
    person: str
    clip: str
    now: float
    wishes: tuple[FeedWish, ...] = ()
    authors: tuple[str, ...] = ()


class CountWanting(Struct, frozen=True, tag="wanting"):
    """Asks how many people would like each of these clips, which are not there, better than all
    that is there for them."""

    number: int
    clips: tuple[Clip, ...]


class LearnerPing(Struct, frozen=True, tag="ping"):
    number: int


LearnerOrder = (
    AddClips
    | DropClips
    | FoldPerson
    | ForgetPerson
    | LearnReactions
    | RankClips
    | ExplainScore
    | CountWanting
    | LearnerPing
)


Layer = Literal["meaning", "words"]
"""What stands for what a clip is about: the vector of its prompt, or the words of it."""


class LearnerReady(Struct, frozen=True, tag="ready"):
    """It has learned from all reactions up to an id, and began with the first of them at a time
    (seconds since the epoch)."""

    learned: int
    begun: float
    layer: Layer = "words"


class LearnerUnfit(Struct, frozen=True, tag="unfit"):
    """It cannot work here."""

    reason: str


class LearnerPlace(Struct, frozen=True):
    """A clip of an answer; ``score`` is the sum of ``terms``, which say why it is there."""

    clip: str
    score: float
    terms: dict[str, float]


class ClipsAdded(Struct, frozen=True, tag="added"):
    number: int


class ClipsRanked(Struct, frozen=True, tag="ranked"):
    number: int
    places: tuple[LearnerPlace, ...]


class TermWeight(Struct, frozen=True):
    """What a term counts in how much somebody enjoys a clip that is shown to them, and in whether
    they take it by themselves (log-odds)."""

    term: str
    enjoyed: float
    chosen: float


ReasonKind = Literal["feature", "together", "next", "others", "live", "fresh", "wish", "new"]


class ScoreReason(Struct, frozen=True):
    """What, taken away, would give a clip a place so much later (``lost``). ``feature``: one of the
    clip, in a ``column`` of ``columns``, that somebody lingered on; ``together`` and ``next``:
    others like the other ``clip``, or went on from it; ``others``: what people made of it;
    ``live``, ``fresh``, ``wish``; ``new``: it is shown to a few people first."""

    kind: ReasonKind
    lost: int
    column: int = -1
    clip: str = ""


class ScoreExplained(Struct, frozen=True, tag="explained"):
    """``place`` is None where the clip is not known."""

    number: int
    weights: tuple[TermWeight, ...]
    place: LearnerPlace | None
    reasons: tuple[ScoreReason, ...] = ()
    layer: Layer = "words"


class WantingCounted(Struct, frozen=True, tag="counted"):
    number: int
    people: tuple[int, ...]


class LearnerPong(Struct, frozen=True, tag="pong"):
    number: int


LearnerAnswer = (
    LearnerReady
    | LearnerUnfit
    | ClipsAdded
    | ClipsRanked
    | ScoreExplained
    | WantingCounted
    | LearnerPong
)

_ENCODER: Final = msgspec.msgpack.Encoder()
_ORDERS: Final[msgspec.msgpack.Decoder[LearnerOrder]] = msgspec.msgpack.Decoder(LearnerOrder)
_ANSWERS: Final[msgspec.msgpack.Decoder[LearnerAnswer]] = msgspec.msgpack.Decoder(LearnerAnswer)


def encode_message(message: LearnerOrder | LearnerAnswer) -> bytes:
    """The body of a frame."""
    return _ENCODER.encode(message)


def decode_order(body: bytes) -> LearnerOrder:
    """Raises msgspec.MsgspecError."""
    return _ORDERS.decode(body)


def decode_answer(body: bytes) -> LearnerAnswer:
    """Raises msgspec.MsgspecError."""
    return _ANSWERS.decode(body)
