"""One viewer's place in a clip's log. No queue, no encoder, no clock of its own."""

import asyncio
from collections.abc import AsyncIterator

from server.model import Unit
from server.stream.live import Live
from server.stream.place import burst_time, caught_up, last_keyframe, rtp_time

BEHIND_S = 1.0


class Cursor:
    """Reads a clip on air from the last keyframe on.

    Units come paced by the playhead and are given away as they come. A viewer that is more than a
    second behind jumps to the last keyframe.
    """

    def __init__(self, live: Live) -> None:
        self.sent = 0
        self.keyframe_requests = 0
        self._live = live
        self._place: int | None = None
        self._bursting = True
        self._time: int | None = None

    async def read(self) -> AsyncIterator[tuple[Unit, int]]:
        """Each unit with its RTP time; ends after the last unit of a closed log."""
        units = self._live.units
        while True:
            await units.grown(self._place or 0)
            if (self._place or 0) >= len(units.items):
                if units.closed:
                    return
                continue
            yield self._next()
            self.sent += 1

    def picture_lost(self) -> None:
        """Answer a PLI or FIR: go to a newer keyframe if there is one, else ask for one."""
        self.keyframe_requests += 1
        newest = last_keyframe(self._live.units.items)
        if self._place is not None and newest >= self._place:
            self._place, self._bursting = newest, True
        else:
            self._live.want_keyframe(asyncio.get_running_loop().time())

    def _next(self) -> tuple[Unit, int]:
        items, fps = self._live.units.items, self._live.fps
        place = self._next_place()
        left = len(items) - 1 - place
        if self._bursting:
            self._time = burst_time(self._time, rtp_time(items[-1], fps), left)
        else:
            self._time = burst_time(self._time, rtp_time(items[place], fps), 0)
        self._place = place + 1
        self._bursting = self._bursting and left > 0
        return items[place], self._time

    def _next_place(self) -> int:
        items = self._live.units.items
        if self._place is None:
            return last_keyframe(items)
        place = caught_up(items, self._place, round(BEHIND_S * self._live.fps))
        self._bursting = self._bursting or place != self._place
        return place
