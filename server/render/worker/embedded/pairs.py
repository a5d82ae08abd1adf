"""What two who each go their own way are to each other, as one sees it without sound or words: who
chases runs leaning, who watches keeps still before something that moves. Pure."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from phosphene.render.worker.embedded.nouns.measures import Measures
from phosphene.render.worker.embedded.nouns.rims import ANY_RIM, RIMS
from phosphene.render.worker.embedded.score import FrameState
from phosphene.render.worker.embedded.stand import (
    ACROSS,
    DOWN,
    Stand,
    height_standing,
    radius_of,
)

FAST: Final = 2.4
"""So much faster the land goes by whom somebody chases."""
LEAN: Final = 0.16
"""Radians that a runner leans forward."""
APART: Final = 0.5
"""How far from the middle those are who look at each other, in half frames."""
FARTHER: Final = 0.45
"""How much smaller (log2) is what is looked at, and so further away."""
AWAY: Final = 0.07
"""How much higher it stands, in half frames: the ground rises with distance."""
HIDDEN: Final = 0.4
"""How much smaller (log2) is who stands behind something."""
PEEK: Final = 0.5
"""How high above the rim of what they are in the middle of somebody is, in radii."""
TALL: Final = 0.1
"""The largest size of what somebody is above: there has to be air over it."""
TOP: Final = -0.74
"""The highest that somebody is, in half frames."""
SITS: Final = 0.62
"""How far below the middle of somebody who sits that is, in radii."""
BOARDS: Final = frozenset(("skateboard", "kick-scooter", "skis", "sled", "roller-skate"))
"""What one stands on, and is smaller than who does."""
TILTED: Final[Mapping[str, float]] = {"skateboard": 0.62}
"""Drawings that lie askew, and how far they must be turned."""
SUNK: Final = 0.45
DECK: Final = -0.35
"""How far such a one is lowered to be on its wheels, and where one stands on it, in radii."""
LARGER: Final = 0.3
SMALLER: Final = -0.1
"""The size (log2) of who is on a board, and on a back, against what a mount of no size has."""
Both = tuple[Stand, Stand]


def hurry_ground(state: FrameState, relation: str) -> FrameState:
    """A frame in which the land goes by faster where somebody is chased."""
    if relation != "chasing":
        return state
    return msgspec.structs.replace(
        state,
        drift_far=state.drift_far * FAST,
        drift_middle=state.drift_middle * FAST,
        drift_near=state.drift_near * FAST,
    )


def stage_pair(both: Both, relation: str, grounded: tuple[bool, bool], seconds: float) -> Both:
    """Two who are chasing or watching. `grounded`: who of them has feet on the ground."""
    if relation == "chasing":
        one, two = (
            _run(at, on, seconds, k) for k, (at, on) in enumerate(zip(both, grounded, strict=True))
        )
        gap = 0.05 * math.sin(1.3 * seconds)
        return replace(one, x=one.x + gap * one.facing), two
    if relation == "watching":
        return _watching(*both, grounded[1], seconds)
    return both


def _run(at: Stand, grounded: bool, seconds: float, place: int) -> Stand:
    """Who runs, in leaps."""
    beat = math.sin(8.5 * seconds + 1.9 * place)
    lift = 0.045 * abs(beat) if grounded else 0.0
    return replace(at, y=at.y - lift, tilt=at.facing * (LEAN + 0.07 * beat), pose=beat)


def _watching(one: Stand, two: Stand, grounded: bool, seconds: float) -> Both:
    """The one is near and still; the other is farther away, and moves."""
    side = math.copysign(1.0, one.facing)
    still = replace(one, x=-side * APART, pose=0.25 * one.pose, tilt=0.08 * side)
    small = two.size - FARTHER
    y = two.y
    if grounded:
        # Smaller, with its feet where they were, and then further up the ground.
        y += (two.radius - two.radius * math.exp2(-FARTHER)) / DOWN - AWAY
        y -= 0.05 * abs(math.sin(3.0 * seconds))
    sway = 0.07 * math.sin(1.5 * seconds)
    return still, replace(two, x=side * (APART + 0.06) + sway, y=y, size=small)


def stand_behind(first: Stand, other: Stand, who: Measures, grounded: bool, seconds: float) -> Both:
    """Somebody who looks out from behind something: smaller, higher, and half of it hidden."""
    small = min(first.size, other.size - 0.15) - HIDDEN
    away = replace(first, size=small)
    peeks = 0.1 * math.sin(1.1 * seconds) * away.radius
    reach = 0.72 * other.radius + 0.3 * away.radius + peeks
    y = height_standing(small, who) - AWAY if grounded else other.y - 0.3 * other.radius / DOWN
    x = other.x + reach / ACROSS * first.facing
    return replace(away, x=x, y=y, tilt=0.12 * first.facing), other


def look_out(first: Stand, hollow: Stand, concept: str, seconds: float) -> Stand:
    """Somebody who looks over the rim of what they are in, which is before them."""
    x, y, smaller = RIMS.get(concept, ANY_RIM)
    small = hollow.size - smaller
    up = PEEK + 0.06 * math.sin(1.4 * seconds)
    return replace(
        first,
        x=hollow.x + x * hollow.radius / ACROSS,
        y=hollow.y + (y * hollow.radius - up * radius_of(small)) / DOWN,
        size=small,
        tilt=0.06 * math.sin(0.9 * seconds),
        facing=-1.0 if x < 0 else first.facing,
    )


def stand_above(first: Stand, other: Stand, ground: Measures | None, seconds: float) -> Both:
    """Somebody with air between it and what it is over. `ground`: of what stands on it."""
    size = min(other.size, TALL)
    below = replace(other, size=size, y=height_standing(size, ground) if ground else other.y)
    small = min(first.size, size)
    there = replace(first, size=small)
    up = below.y - (1.1 * below.radius + 1.15 * there.radius) / DOWN
    x = below.x + 0.16 * math.sin(1.1 * seconds) * first.facing
    return replace(there, x=x, y=max(up, TOP) + 0.015 * math.sin(2.3 * seconds)), below


def stand_on_mount(below: Stand, who: Measures, mount: Measures, pose: float) -> Both:
    """Somebody who sits on a back, or stands on a board, and that one, which goes as the lead
    would. `pose`: of the lead."""
    board = mount.concept in BOARDS
    size = below.size - mount.size + 0.7 * min(who.size, 0.2) + (LARGER if board else SMALLER)
    top = mount.back[1]
    if mount.concept in TILTED:
        below, top = replace(below, y=below.y + SUNK * below.radius / DOWN), DECK
    low = who.low - 0.06 if board else SITS
    y = below.y + (top * below.radius - low * radius_of(size)) / DOWN
    askew = below.facing * TILTED.get(mount.concept, 0.0)
    rider = replace(below, y=y, size=size, pose=0.35 * pose)
    return rider, replace(below, tilt=below.tilt + askew)
