"""One viewer of one clip: its place in the log and its stream of packets."""

import time
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final, NamedTuple

from server.stream.cursor import Cursor
from server.stream.rendition import Rendition
from server.stream.sender import Sender, send_time

ROUND: Final = 32
"""Packets to one viewer in one round; the next round comes a little later."""


class Moment(NamedTuple):
    """A time, read once for many viewers: a steady clock in seconds and the send time of RTP."""

    now_s: float
    send_time: int


class Pumped(Enum):
    """What a viewer is left with: nothing, more in the next round, or a full socket."""

    ALL = 0
    MORE = 1
    BLOCKED = 2


class Viewer:
    """``ended`` is called when the clip's last unit has gone out, ``broken`` when no more can;
    ``writable`` waits until the socket takes packets again."""

    def __init__(
        self,
        sender: Sender,
        ended: Callable[[], None],
        broken: Callable[[], None],
        writable: Callable[[], Awaitable[None]],
    ) -> None:
        self.sender = sender
        self.cursor: Cursor | None = None
        self.keyframe_requests = 0
        self._time = -1
        self.writable = writable
        self._ended = ended
        self._broken = broken

    def turn_to(self, live: Rendition | None) -> int:
        """From now on this rendition of a clip, or nothing, in the same stream: numbers and times
        go on.

        Gives the RTP time that all its pictures have or follow, and no picture before them.
        """
        if self.cursor is not None:
            self._time = self.cursor.time
        self.cursor = Cursor(live, self._time) if live is not None else None
        return self.sender.on_wire(self._time + 1)

    def picture_lost(self, now_s: float) -> None:
        """A PLI or FIR came."""
        self.keyframe_requests += 1
        if self.cursor is not None:
            self.cursor.picture_lost(now_s)

    def pump(self, moment: Moment) -> Pumped:
        """Send what is due, at most about ``ROUND`` packets."""
        try:
            return self._pump(moment)
        except ConnectionError:
            self._broken()
            return Pumped.ALL

    def _pump(self, moment: Moment) -> Pumped:
        sender, cursor, left = self.sender, self.cursor, ROUND
        if cursor is None:
            return Pumped.ALL
        now = sender.now(moment.now_s)
        while left > 0:
            if sender.under_way:
                sent = sender.flush()
                if sent is None:
                    return Pumped.BLOCKED
                left -= sent
            elif step := cursor.next(now):
                place, time_ = step
                sender.picture(cursor.live.template(place, sender.form), time_, moment.send_time)
            else:
                if cursor.at_end:
                    self._ended()
                return Pumped.ALL
        return Pumped.MORE


def this_moment() -> Moment:
    """The steady clock and the time that travels in packets."""
    return Moment(time.monotonic(), send_time(time.time()))
