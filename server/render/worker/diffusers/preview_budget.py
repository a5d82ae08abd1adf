"""How much a preview may cost: a pure rule of measured times."""

from typing import Final

from msgspec import Struct

# What a small decoder costs others (about 15 % longer generation); measured here previews add 1 to
# 4 % to a render.
SHARE: Final = 0.15
"""Previews add no more than this part of what the render takes without them."""


class PreviewBudget(Struct, frozen=True):
    """Seconds that went into one clip so far: into drawing it and into previews of it."""

    drawn: float = 0.0
    previews: float = 0.0


def can_afford(budget: PreviewBudget, cost: float | None, share: float = SHARE) -> bool:
    """Whether a preview that takes ``cost`` seconds (None: nobody knows) may be made now.

    Only what has been drawn already counts, so that the share holds at every moment, whenever
    the clip ends.
    """
    # A budget and no rule by step: a fast model shows every step, a slow decoder every few.
    return cost is not None and budget.previews + cost <= share * budget.drawn


def learn_cost(before: float | None, seconds: float, frames: int) -> float:
    """Seconds of decoding per latent frame, after ``frames`` more took ``seconds``.

    The mean of what was known and what is new: a machine that gets busier is found out soon.
    """
    new = seconds / max(1, frames)
    return new if before is None else (before + new) / 2
