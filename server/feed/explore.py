"""What is worth a look now: what is being drawn, what rises, and what others draw of which subject
and in which place. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.clip_tags import tags_of
from phosphene.model import Clip

ROW: Final = 12
"""Clips in one row."""
FACETS: Final = ("subject", "place")
PER_FACET: Final = 6
"""Subjects, and places."""
LEAST: Final = 2
"""A tag of fewer clips has no row."""
RISING_S: Final = 2 * 86400.0
"""A clip that is older rises no more."""
PER_AUTHOR: Final = 2


class Row(Struct, frozen=True):
    """Clips that have the ``tag``, of which there are ``count`` among the newest."""

    tag: str
    count: int
    clips: Sequence[Clip]


class Wall(Struct, frozen=True):
    """``live``: being drawn; ``rising``: liked, remixed and talked about most for
    their age."""

    live: Sequence[Clip]
    rising: Sequence[Clip]
    subjects: Sequence[Row]
    places: Sequence[Row]


def explore(clips: Sequence[Clip], now: float) -> Wall:
    """A wall of the clips, of which ``created_at`` is in seconds, as ``now``."""
    newest = sorted(clips, key=lambda clip: (clip.created_at, clip.id), reverse=True)
    live = [clip for clip in newest if clip.status == "live"][:ROW]
    done = [clip for clip in newest if clip.status == "done"]
    subjects, places = (_rows(done, f"{name}:", now) for name in FACETS)
    return Wall(live, _few_of_each(_risen(done, now)), subjects, places)


def _risen(clips: Sequence[Clip], now: float) -> list[Clip]:
    """Those that anybody did anything with of late, the fastest first."""
    young = [clip for clip in clips if now - clip.created_at <= RISING_S and _acts(clip)]
    return sorted(young, key=lambda clip: _pace(clip, now), reverse=True)


def _acts(clip: Clip) -> int:
    counts = clip.counts
    return counts.likes + 3 * counts.remixes + counts.comments


def _pace(clip: Clip, now: float) -> float:
    # Against the square root of the age and not the age: of two with as many likes the newer wins,
    # but the first like of a minute-old clip does not beat ten of an hour.
    hours = max(0.0, now - clip.created_at) / 3600
    return math.log1p(_acts(clip)) / math.sqrt(1 + hours)


def _rows(clips: Sequence[Clip], begins: str, now: float) -> list[Row]:
    """The tags that most clips have, each with its clips: what rises first, then the newest."""
    by_tag = dict[str, list[Clip]]()
    for clip in clips:
        for tag in tags_of(clip):
            if tag.startswith(begins):
                by_tag.setdefault(tag, []).append(clip)
    most = sorted(by_tag.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Row(tag, len(some), _few_of_each(_first_risen(some, now)))
        for tag, some in most[:PER_FACET]
        if len(some) >= LEAST
    ]


def _first_risen(clips: Sequence[Clip], now: float) -> list[Clip]:
    risen = _risen(clips, now)
    ids = {clip.id for clip in risen}
    return risen + [clip for clip in clips if clip.id not in ids]


def _few_of_each(clips: Sequence[Clip]) -> list[Clip]:
    """The first clips, of one author only so many while there are others."""
    seen = Counter[str]()
    first, rest = list[Clip](), list[Clip]()
    for clip in clips:
        seen[clip.author.id] += 1
        (first if seen[clip.author.id] <= PER_AUTHOR else rest).append(clip)
    return (first + rest)[:ROW]
