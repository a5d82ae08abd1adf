"""The frame clock of a clip on air: one tick for each 1/fps second, and how late frames are."""

import asyncio
from math import ceil
from typing import Final

from phosphene.part_length import part_ticks
from phosphene.units import Unit

# Six pictures shown in a hurry look like a jump anyway; then it is better to leave them out.
PATIENCE_S: Final = 0.25
"""A clock that is later than this is not caught up: the ticks in between are left out."""


class FrameClock:
    """Ticks ``fps`` times a second, from the tick ``first`` at the first ``next_tick``."""

    def __init__(self, fps: int, first: int = 0) -> None:
        self._fps = fps
        self._first = first
        self._clock = asyncio.get_running_loop().time
        self._began = 0.0
        self._tick: int | None = None

    async def next_tick(self, rest: float = 0.0) -> int:
        """Wait for the next tick and say its number; none comes within ``rest`` seconds."""
        if self._tick is None:
            self._began = self._clock() - self._first / self._fps
            self._tick = self._first
            return self._first
        gone = (self._clock() - self._began) * self._fps
        self._tick = following_tick(self._tick, gone, self._fps, rest)
        # From the beginning and never from the tick before: rounding adds up to nothing.
        await asyncio.sleep(self.tick_time(self._tick) - self._clock())
        return self._tick

    def tick_time(self, tick: int) -> float:
        """The moment of a tick, on the clock of the event loop."""
        return self._began + tick / self._fps


class LatenessCounter:
    """Counts the ``pictures`` of a run and those that were ``late``: by more than a tick beside the
    first one, or after ticks that were left out."""

    def __init__(self, fps: int) -> None:
        self.pictures = 0
        self.late = 0
        self._fps = fps
        self._tick = 0
        self._first_s = 0.0

    def count_picture(self, tick: int, after_s: float) -> None:
        """The next picture was sent, so many seconds after the moment of its tick."""
        if not self.pictures:
            self._first_s = after_s
        elif tick > self._tick + 1 or after_s > self._first_s + 1 / self._fps:
            self.late += 1
        self.pictures, self._tick = self.pictures + 1, tick


class PartGrid:
    """Where parts of HLS end (``part_ticks``): a picture that stands longer is sent again there."""

    def __init__(self, fps: int) -> None:
        self._every = part_ticks(fps)
        self._key: int | None = None
        self._last = -1

    def add_unit(self, unit: Unit) -> None:
        """The next unit of the clip."""
        self._last = unit.pts
        if unit.key:
            self._key = unit.pts

    def missing_ticks(self, tick: int) -> range:
        """The ticks before ``tick`` that still need a picture, after the last unit."""
        if self._key is None:
            return range(0)
        parts = (self._last - self._key) // self._every + 1
        return range(self._key + parts * self._every, tick, self._every)


def following_tick(tick: int, clock: float, fps: int, rest: float = 0.0) -> int:
    """The tick after ``tick`` when the clock stands at ``clock`` ticks.

    A short delay is caught up tick by tick; after a long one it goes on from the clock.
    With a ``rest`` the next tick is at least so many seconds away and nothing is caught up.
    """
    if rest > 0:
        return max(tick + 1, ceil(clock + rest * fps))
    late = clock - (tick + 1)
    return int(clock) if late > PATIENCE_S * fps else tick + 1
