"""All that the learner knows of one person: a fold of their reactions, at most 4 kB packed."""

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

KINDS: Final = 16
"""Kinds of people that are told apart."""
SEEN: Final = 400
LIKED: Final = 60
DISLIKED: Final = 20
RECENT: Final = 8
LOOKED: Final = 40
"""Clips of which it is known when they were looked at."""
VISIT_S: Final = 1800.0
"""Who was away for longer is tired of nothing any more."""
HELD: Final = 70
"""Reactions of which a person's own taste is made."""


class PersonState:
    """Clips are named by their numbers, the newest last. ``fitted_to``: which of all fits of kinds
    their own taste was worked out beside."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.liked: list[int] = []
        self.disliked: list[int] = []
        self.recent: list[int] = []
        self.looked: list[int] = []
        self.looked_at: list[float] = []
        self.lone: list[int] = []
        self.held: list[int] = []
        self.surplus: list[float] = []
        self.kinds: Floats = np.zeros(KINDS, np.float32)
        self.drift = 0.0
        self.segment = -1
        self.turns = 0
        self.last_at = 0.0
        self.own_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.own_values: Floats = np.zeros(0, np.float32)
        self.fitted_to = -1

    def begin_visit(self, now: float) -> None:
        """They are here again; what they had before them in an earlier visit tires them no more."""
        if now - self.last_at > VISIT_S:
            self.recent = []

    def note_seen(self, clip: int) -> None:
        """They know it, and are not shown it again."""
        self.seen = _appended(self.seen, clip, SEEN)

    def note_viewed(self, clip: int, at: float) -> None:
        """They had it before them."""
        self.recent = _appended(self.recent, clip, RECENT)
        if clip in self.looked:
            again = self.looked.index(clip)
            self.looked_at = [*self.looked_at[:again], *self.looked_at[again + 1 :]]
        self.looked = _appended(self.looked, clip, LOOKED)
        self.looked_at = [*self.looked_at, at][-LOOKED:]
        self.lone = [one for one in self.lone if one != clip]

    def note_lone(self, clip: int) -> None:
        """They did something with it, and nobody knows yet how long they saw it."""
        self.lone = _appended(self.lone, clip, RECENT)

    def note_liked(self, clip: int) -> None:
        """They liked it."""
        self.liked = _appended(self.liked, clip, LIKED)

    def note_disliked(self, clip: int) -> None:
        """They left it at once, or want none of it."""
        self.liked = [one for one in self.liked if one != clip]
        self.disliked = _appended(self.disliked, clip, DISLIKED)

    def note_surplus(self, clip: int, surplus: float) -> None:
        """Keep what their interest in a clip was beyond what everybody's is."""
        self.held = [*self.held, clip][-HELD:]
        self.surplus = [*self.surplus, surplus][-HELD:]

    def own_worth(self, features: NDArray[np.int32]) -> float:
        """The worth of a clip by their own taste: ``own_ids`` are in order."""
        if not len(self.own_ids):
            return 0.0
        at = self.own_ids.searchsorted(features)
        same = self.own_ids.take(at, mode="clip") == features
        return float((self.own_values.take(at, mode="clip") * same).sum())

    def forget_all_but(self, newest: int) -> None:
        """Their taste has changed: what they held before says nothing more."""
        self.held, self.surplus = self.held[-newest:], self.surplus[-newest:]
        self.drift = 0.0

    def pack(self) -> bytes:
        """The state as bytes; what can be worked out from the rest is left out."""
        seen = np.array(self.seen, np.int64)
        gaps = np.diff(seen, prepend=0).tolist()
        surplus = np.array(self.surplus, np.float16).tobytes()
        kinds = self.kinds.astype(np.float16).tobytes()
        packed: list[Any] = [gaps, self.liked, self.disliked, self.recent, self.held, surplus]
        packed += [kinds, round(self.drift, 3), self.segment, self.turns, self.last_at]
        ago = [max(0, round(self.last_at - at)) for at in self.looked_at]
        packed += [self.lone, self.looked, ago]
        return msgspec.msgpack.encode(packed)

    @classmethod
    def unpack(cls, body: bytes) -> "PersonState":
        """What ``pack`` made. Raises msgspec.DecodeError."""
        gaps, liked, disliked, recent, held, surplus, kinds, *rest = msgspec.msgpack.decode(body)
        one = cls()
        one.seen = np.cumsum(np.array(gaps, np.int64)).tolist()
        one.liked, one.disliked, one.recent, one.held = liked, disliked, recent, held
        one.surplus = np.frombuffer(surplus, np.float16).astype(float).tolist()
        one.kinds = np.frombuffer(kinds, np.float16).astype(np.float32)
        one.drift, one.segment, one.turns, one.last_at, one.lone, one.looked, ago = rest
        one.looked_at = [one.last_at - seconds for seconds in ago]
        return one


def _appended(numbers: list[int], one: int, kept: int) -> list[int]:
    """With one more at the end, and it only there."""
    # Of 400 that are seen it is hardly ever one: to look takes 4 us, to leave it out 70.
    before = [number for number in numbers if number != one] if one in numbers else numbers
    return [*before[-(kept - 1) :], one]
