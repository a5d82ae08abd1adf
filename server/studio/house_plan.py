"""What the house draws next, if anything: pure functions of what it drew and of the time."""

from collections.abc import Sequence
from typing import Final

from phosphene.store.house_store import HouseClip
from phosphene.studio.house_recipes import HouseRecipe

SEVERAL: Final = 3
"""What is drawn for fewer would say what one of them likes."""
HOUR_S: Final = 3600.0

# What is drawn for nobody must not push out what people made.
MOST_KEPT: Final = 60
"""Clips of the house that nobody liked, commented or remixed are kept up to so many."""


def next_opening(recipes: Sequence[HouseRecipe], clips: Sequence[HouseClip]) -> HouseRecipe | None:
    """The first of the opening that was not tried yet; None when all were."""
    tried = {clip.text for clip in clips}
    return next((one for one in recipes if one.opening and one.en not in tried), None)


def next_awaited(
    recipes: Sequence[HouseRecipe], clips: Sequence[HouseClip], now: float, per_hour: int
) -> tuple[HouseRecipe, int] | None:
    """What is begun for who waits, and its seed: the recipe that was drawn longest ago. None when
    this hour's are used up. ``clips`` in any order."""
    if sum(now - clip.created_at < HOUR_S for clip in clips) >= per_hour:
        return None
    last = dict[str, float]()
    times = dict[str, int]()
    for clip in clips:
        last[clip.text] = max(last.get(clip.text, 0.0), clip.created_at)
        times[clip.text] = times.get(clip.text, 0) + 1
    chosen = min(recipes, key=lambda one: last.get(one.en, 0.0))
    # Of the same sentence another clip each time: the seeds of the file stay those looked at.
    return chosen, chosen.seed + 1000 * times.get(chosen.en, 0)


def next_wanted(
    recipes: Sequence[HouseRecipe],
    clips: Sequence[HouseClip],
    now: float,
    per_hour: int,
    wanting: Sequence[int],
) -> tuple[HouseRecipe, int] | None:
    """The same of what most people want, ``wanting`` of them for each recipe; None where no several
    want one."""
    most = max(wanting, default=0)
    if most < SEVERAL:
        return None
    wanted = [one for one, people in zip(recipes, wanting, strict=True) if people == most]
    return next_awaited(wanted, clips, now, per_hour)


def spare_clips(clips: Sequence[HouseClip], now: float) -> list[str]:
    """Ids of those that go, the oldest first: what nobody noticed beyond MOST_KEPT, and not of
    this hour, whose number is bounded."""
    idle = sorted(
        (one.created_at, one.id) for one in clips if one.status == "done" and not one.noticed
    )
    return [clip_id for at, clip_id in idle[: max(0, len(idle) - MOST_KEPT)] if now - at > HOUR_S]


def clip_on_its_way(clips: Sequence[HouseClip]) -> str | None:
    """Id of the newest clip of the house that is not finished."""
    begun = [one for one in clips if one.status in {"queued", "live"}]
    return max(begun, key=lambda one: one.created_at).id if begun else None
