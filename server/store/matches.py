"""Clips that fit what somebody looks for, and their order. Pure."""

import math
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

FRESH_S: Final = 7 * 86400.0
"""In so long the weight of a clip's age halves."""
POPULAR: Final = 0.35
WHOLE: Final = 1.0


class SearchMatch(Struct, frozen=True):
    """A clip that fits: ``place`` orders it by time; likes and remixes are those that weigh.
    ``words``: all that it is found by."""

    place: int
    clip: str
    created_at: float
    likes: int
    remixes: int
    words: frozenset[str]


def order_matches(
    matches: Sequence[SearchMatch], words: Sequence[str], now: float
) -> list[SearchMatch]:
    """The best first: clips with the words themselves and not only their beginning or meaning,
    liked and remixed ones, new ones."""

    def worth(match: SearchMatch) -> float:
        whole = WHOLE * match.words.issuperset(words)
        liked = POPULAR * math.log1p(match.likes + 2 * match.remixes)
        return whole + liked + math.exp2(-max(0.0, now - match.created_at) / FRESH_S)

    return sorted(matches, key=lambda match: (worth(match), match.place), reverse=True)
