"""What a reaction is worth: interest in one number, 0 about usual."""

import math
from collections.abc import Collection
from typing import Final

from phosphene.feed.feed_weights import WORTH, OutcomeWorth

VIEWINGS: Final = frozenset({"watch", "skip", "finished", "looped"})
"""Kinds of having had a clip before oneself; all others are deeds."""
REJECTIONS: Final = frozenset({"not_for_me", "report"})
LEAST: Final = -4.0
"""Doublings of the clip's length at least, and at most: a tab that is left open says no more."""
MOST: Final = 4.0
UNTIMED: Final = {"skip": -0.3}
"""Interest of who had a clip before them nobody knows how long; 0 of other kinds."""
UNSEEN: Final = 0.35
"""Interest in a clip of who did something with it, as long as nobody knows how long they saw it."""


def viewing_interest(
    kind: str, seconds: float | None, watched_s: float | None, worth: OutcomeWorth = WORTH
) -> float:
    """The interest that somebody showed in a clip of ``seconds``, of which they watched
    ``watched_s`` (more where it looped; None where nobody counted)."""
    if not seconds or watched_s is None:
        return worth.watch + UNTIMED.get(kind, 0.0)
    doublings = math.log2(max(watched_s, 0.01) / seconds)
    found: float = worth.watched * min(MOST, max(LEAST, doublings)) + worth.watch
    return found if kind == "watch" else found + deed_interest(kind, worth)


def deed_interest(kind: str, worth: OutcomeWorth = WORTH) -> float:
    """What it adds that somebody did this with a clip."""
    found: float = getattr(worth, kind)
    return found


def interest(
    seconds: float | None,
    watched_s: float | None,
    kinds: Collection[str],
    worth: OutcomeWorth = WORTH,
) -> float:
    """Of one viewing and all that was done with the clip."""
    viewing = next((kind for kind in kinds if kind in VIEWINGS), "watch")
    deeds = [deed_interest(kind, worth) for kind in kinds if kind not in VIEWINGS]
    if watched_s is None and deeds:
        return UNSEEN + sum(deeds)
    return viewing_interest(viewing, seconds, watched_s, worth) + sum(deeds)
