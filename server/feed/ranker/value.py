"""What a reaction is worth: interest in one number, 0 about usual."""

import math
from collections.abc import Collection
from typing import Final

WATCHED: Final = 0.42
"""Of each doubling of how long a clip is watched."""
LIKED: Final = 0.15
UNLIKED: Final = -0.05
LEAST: Final = -4.0
"""Doublings of the clip's length at least, and at most: a tab that is left open says no more."""
MOST: Final = 4.0
REJECTED: Final = {"not_for_me": -2.0, "report": -3.0}
"""What weighs several likes, however long somebody watched before they did it."""
UNTIMED: Final = {"like": 0.55, "skip": -0.35}
"""The worth of what is known without the seconds."""


def interest(seconds: float | None, watched_s: float | None, deeds: Collection[str]) -> float:
    """The interest that somebody showed in a clip of ``seconds``, of which they watched
    ``watched_s`` (more where it looped; None where nobody counted)."""
    rejected = [worth for deed, worth in REJECTED.items() if deed in deeds]
    if rejected:
        return min(rejected)
    if seconds and watched_s is not None:
        doublings = math.log2(max(watched_s, 0.01) / seconds)
        worth = WATCHED * min(MOST, max(LEAST, doublings))
        return worth + (LIKED if "like" in deeds else UNLIKED)
    return sum(UNTIMED.get(deed, 0.0) for deed in deeds)
