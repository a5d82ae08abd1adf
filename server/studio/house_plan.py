"""What the house draws next, if anything: pure functions of what it drew and of the time."""

from collections.abc import Sequence
from typing import Final

from phosphene.store.house_store import HouseClip
from phosphene.studio.house_recipes import HouseRecipe
from phosphene.studio.house_sentences import HouseProposal, is_french

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


def has_begun_enough(clips: Sequence[HouseClip], now: float, per_hour: int) -> bool:
    """Whether this hour's are used up."""
    return sum(now - clip.created_at < HOUR_S for clip in clips) >= per_hour


def next_language(clips: Sequence[HouseClip]) -> str:
    """The one that the newest of ``clips`` is not in, which are in any order."""
    newest = max(clips, key=lambda one: one.created_at, default=None)
    return "en" if newest is None or is_french(newest.text) else "fr"


def unsaid(
    proposals: Sequence[HouseProposal], clips: Sequence[HouseClip]
) -> Sequence[HouseProposal]:
    """Those of which no clip is there, in neither language."""
    # Languages take turns and candidates stay for a quarter of an hour: the next was the same film
    # in French.
    said = {clip.text for clip in clips}
    return [one for one in proposals if said.isdisjoint((one.text, one.other))]


def most_wanted(
    proposals: Sequence[HouseProposal], wanting: Sequence[int]
) -> Sequence[HouseProposal]:
    """What several people want, ``wanting`` of them each, what most of them want first."""
    pairs = zip(wanting, proposals, strict=False)
    wanted = [(people, one) for people, one in pairs if people >= SEVERAL]
    return [one for _, one in sorted(wanted, key=lambda pair: -pair[0])]


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
