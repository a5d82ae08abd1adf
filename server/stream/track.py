"""One viewer's video: a place in the clip's log. No queue, no encoder, no clock of its own."""

import asyncio
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import Packet
from av.stream import Stream

from server.stream.live import Live
from server.stream.place import RTP_CLOCK, burst_time, caught_up, last_keyframe, rtp_time

TIME_BASE = Fraction(1, RTP_CLOCK)
BEHIND_S = 1.0


class LiveTrack(MediaStreamTrack):
    """Encoded units of a clip on air, from the last keyframe on.

    Units come paced by the playhead and are sent as they come. A viewer that is more than a second
    behind jumps to the last keyframe. Ends after the last unit of the log.
    """

    kind = "video"

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.sent = 0
        self.keyframe_requests = 0
        self._live = live
        self._place: int | None = None
        self._bursting = True
        self._time: int | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that there will ever be was sent."""
        units = self._live.units
        return units.closed and (self._place or 0) >= len(units.items)

    async def recv(self) -> "Packet[Stream]":
        """The next unit; the sender packs it into RTP as it is.

        Raises:
            MediaStreamError: the clip is over.
        """
        units = self._live.units
        await units.grown(self._place or 0)
        if self.complete:
            raise MediaStreamError("the clip is over")
        place = self._next_place()
        unit = units.items[place]
        left = len(units.items) - 1 - place
        self._time = self._stamp(place, left)
        self._place = place + 1
        self._bursting = self._bursting and left > 0
        self.sent += 1
        packet = Packet(unit.data)
        packet.pts, packet.time_base = self._time, TIME_BASE
        return packet

    def picture_lost(self) -> None:
        """Answer a PLI or FIR: go to a newer keyframe if there is one, else ask for one."""
        self.keyframe_requests += 1
        newest = last_keyframe(self._live.units.items)
        if self._place is not None and newest >= self._place:
            self._place, self._bursting = newest, True
        else:
            self._live.want_keyframe(asyncio.get_running_loop().time())

    def _next_place(self) -> int:
        items = self._live.units.items
        if self._place is None:
            return last_keyframe(items)
        place = caught_up(items, self._place, round(BEHIND_S * self._live.fps))
        self._bursting = self._bursting or place != self._place
        return place

    def _stamp(self, place: int, left: int) -> int:
        items, fps = self._live.units.items, self._live.fps
        if self._bursting:
            return burst_time(self._time, rtp_time(items[-1], fps), left)
        return burst_time(self._time, rtp_time(items[place], fps), 0)
