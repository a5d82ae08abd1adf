"""When and where the bursts of fireworks open, for who draws them and for who makes them heard.
Pure."""

import math
from typing import Final

from msgspec import Struct

DRAWINGS: Final = 4
"""Bursts on a tile of weather, which are drawn by turns."""
_ROCKETS: Final = 5
"""So many go up by turns, each every _PERIOD seconds, and are seen for _LASTS."""
_PERIOD: Final = 2.4
_LASTS: Final = 1.7
_FADES: Final = 0.8
_SKY: Final = (1.3, 7.7, 1.6, 6.0)
"""Left, right, top and bottom of where they open, in units."""


class Burst(Struct, frozen=True):
    """One that is seen: the `x`, `y` of its middle and its `radius` in units, how much of it is
    left, 0..1, and which of the drawn ones it is."""

    x: float
    y: float
    radius: float
    left: float
    drawing: int


def bursts(seconds: float) -> list[Burst]:
    """Those that are seen at a moment of a clip. They open at once and slow down, as what is thrown
    through air does, and fall while they go out."""
    found = []
    for k in range(_ROCKETS):
        turn, age = _turn(k, seconds)
        if age >= _LASTS:
            continue
        across, down, large = (_chance(k, turn, which) for which in range(3))
        left, right, top, bottom = _SKY
        found.append(
            Burst(
                left + (right - left) * across,
                top + (bottom - top) * down + 0.22 * age * age,
                (1.3 + 0.9 * large) * (1 - math.exp(-3.4 * (age + 0.05))),
                min(1.0, (_LASTS - age) / _FADES),
                k % DRAWINGS,
            )
        )
    return found


def openings(since: float, until: float) -> list[tuple[float, float]]:
    """When some open in a part of a clip, and where: -1 (left) to 1 (right)."""
    found = []
    for k in range(_ROCKETS):
        (before, _), (last, age) = _turn(k, since), _turn(k, until)
        for turn in range(int(before) + 1, int(last) + 1):
            when = until - age - (last - turn) * _PERIOD
            found.append((when, 2 * _chance(k, turn, 0) - 1))
    return sorted(found)


def _turn(k: int, seconds: float) -> tuple[float, float]:
    """How often a rocket has gone up at a moment, and how long ago its burst opened."""
    return divmod(seconds + _PERIOD * (1 - k / _ROCKETS) - 0.3, _PERIOD)


def _chance(k: int, turn: float, which: int) -> float:
    return math.sin(12.9898 * (k + 1) + 78.233 * turn + 37.719 * which) * 43758.5453 % 1.0
