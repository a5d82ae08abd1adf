"""What is promised to every new public clip: ten people whom it fits watch it, or its author is
told why not. Pure."""

from typing import Final, Literal

from msgspec import Struct

from phosphene.model import Clip, ClipShown

PROMISED: Final = 10
"""People who watch a new clip before it has to hold its own."""
PASSED_BY: Final = 25
"""Who was put before so many people and is not watched by PROMISED is owed no more."""
NEW_S: Final = 48 * 3600.0
"""So long people are owed to a clip."""
TOLD_S: Final = 2 * NEW_S
"""So long it is told: what people saw goes with their history, and then fewer would be told."""

ReachState = Literal["owed", "reached", "ended", "past"]
ReachReason = Literal["not_public", "withheld", "not_drawn", "nobody_here", "passed_by", "late"]


class Reach(Struct, frozen=True):
    """How many of the people that are promised to a clip it has reached, of ``promised``. ``owed``:
    more are to come; ``ended``: no more are, for a ``reason``; ``past``: it is told no more."""

    reached: int | None
    promised: int
    state: ReachState
    reason: ReachReason | None = None


def reach_of(clip: Clip, shown: ClipShown, now: float) -> Reach:
    """What is told the author of a clip, ``shown`` in the NEW_S since its ``created_at``; ``now``
    in seconds as that."""
    if now - clip.created_at >= TOLD_S:
        return Reach(None, PROMISED, "past")
    reached = min(PROMISED, shown.watched)
    if reached == PROMISED:
        return Reach(reached, PROMISED, "reached")
    reason = _barred(clip) or _missed(clip, shown, now)
    return Reach(reached, PROMISED, "ended" if reason else "owed", reason)


def _barred(clip: Clip) -> ReachReason | None:
    if clip.withheld:
        return "withheld"
    if clip.status in {"failed", "cancelled"}:
        return "not_drawn"
    return None if clip.visibility == "public" else "not_public"


def _missed(clip: Clip, shown: ClipShown, now: float) -> ReachReason | None:
    if shown.shown >= PASSED_BY:
        return "passed_by"
    if now - clip.created_at < NEW_S:
        return None
    return "nobody_here" if shown.here < PROMISED else "late"
