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


class FollowReactions(Struct, frozen=True, tag="follow"):
    """What a person did since they were told of last: who they are goes on from it, and nobody
    learns of it here."""

    reactions: tuple[StoredReaction, ...]


class PassReactions(Struct, frozen=True, tag="pass"):
    """What people did up to an id is not learned from."""

    until: int


class TellDelta(Struct, frozen=True, tag="delta"):
    """Asks what learning changed since this was asked last, or since the first snapshot."""

    number: int


class TakeSnapshot(Struct, frozen=True, tag="snapshot"):
    """Asks for all that was learned, in the file of the process. Changes are noted from the first
    on."""

    number: int


class AdoptSnapshot(Struct, frozen=True, tag="adopt"):
    """What another process has learned is ranked by from now on, from its snapshot at ``path``. Who
    was known is known no more."""

    number: int
    path: str


class ApplyDelta(Struct, frozen=True, tag="apply"):
    """What another process learned since the snapshot and the deltas before; answered by whether it
    could be applied."""

    number: int
    body: bytes


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
    | FollowReactions
    | PassReactions
    | TellDelta
    | TakeSnapshot
    | AdoptSnapshot
    | ApplyDelta
    | RankClips
    | ExplainScore
    | CountWanting
    | LearnerPing
)


Role = Literal["alone", "learner", "follower"]
"""Of a process: it learns and ranks for one instance, it learns for all, or it ranks by what
another one learns."""
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


class DeltaTold(Struct, frozen=True, tag="changed"):
    """``body`` is empty where nothing changed."""

    number: int
    body: bytes


class SnapshotTaken(Struct, frozen=True, tag="taken"):
    """It holds what was learned from all reactions up to an id."""

    number: int
    learned: int


class LearningFollowed(Struct, frozen=True, tag="followed"):
    """Whether what another process learned is ranked by now, and if not why."""

    number: int
    failure: str = ""


class LearnerPong(Struct, frozen=True, tag="pong"):
    number: int


LearnerAnswer = (
    LearnerReady
    | LearnerUnfit
    | ClipsAdded
    | ClipsRanked
    | ScoreExplained
    | WantingCounted
    | DeltaTold
    | SnapshotTaken
    | LearningFollowed
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
