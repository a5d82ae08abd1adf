"""How somebody stands who dances, sleeps or blows: what a gait's warps cannot do. Pure."""

import math
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.measures import Measures
from phosphene.render.worker.embedded.score import GROUND
from phosphene.render.worker.embedded.stand import ACROSS, DOWN, Stand, height_standing, radius_of

BEAT: Final = 5.6
"""Radians a second of a dance."""
THICK: Final = 0.5
"""Half of how thick somebody is who lies, in radii."""
BREATH: Final = 1.5
"""Radians a second of somebody asleep."""
RISE_SECONDS: Final = 1.8
"""So long a bubble is on its way."""


def dancing(at: Stand, who: Measures, seconds: float) -> Stand:
    """From foot to foot, up on each beat, and round at every fourth."""
    beat = math.sin(BEAT * seconds)
    turn = math.tanh(7 * math.cos(BEAT / 4 * seconds))
    lift = 0.05 * abs(math.sin(BEAT * seconds))
    x = at.x + 0.1 * math.sin(BEAT / 2 * seconds)
    return replace(
        at, x=x, y=height_standing(at.size, who) - lift, tilt=0.2 * beat, pose=beat, facing=turn
    )


def lying(at: Stand, seconds: float) -> Stand:
    """Somebody on the ground, on their back, who breathes."""
    y = GROUND - THICK * radius_of(at.size) / DOWN
    return replace(at, x=0.0, y=y, tilt=-math.pi / 2, pose=math.sin(BREATH * seconds), facing=1.0)


def asleep(at: Stand, seconds: float) -> Stand:
    """Somebody curled up."""
    return replace(at, tilt=0.0, pose=math.sin(BREATH * seconds))


def blown(first: Stand, size: float, seconds: float, mouth: float) -> Stand:
    """Bubbles on their way from a mouth (radii below the middle): up, and ever larger."""
    part = seconds / RISE_SECONDS % 1.0
    out = 0.75 + 0.8 * part
    return Stand(
        first.x + first.facing * out * first.radius / ACROSS,
        first.y + (mouth - 0.1 - 0.7 * part) * first.radius / DOWN,
        size - 0.7 + 0.7 * part,
        0.2 * math.sin(3 * seconds),
        0.0,
        first.facing,
    )
