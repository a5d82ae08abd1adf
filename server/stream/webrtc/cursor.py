"""One viewer's place in a clip's log. No queue, no encoder, no clock of its own."""

from typing import Final

from phosphene.stream.keyframe_seek import caught_up, last_keyframe
from phosphene.stream.rendition import Rendition
from phosphene.stream.webrtc.rtp_timestamps import burst_time, rtp_time

# The encoder makes a keyframe every second: who is further behind than that has a newer one to jump
# to, and sooner there may be none.
BEHIND_S: Final = 1.0
# A browser that waits for a keyframe asks again and again. Answering each time from the log would
# send the same pictures over and over on a line that is losing packets already.
REPLAY_S: Final = 0.5
LONG_GOP_S: Final = 2.0

DueUnit = tuple[int, int]
"""The unit to be sent next, by its place in the log, and its time on the RTP clock."""


class Cursor:
    """Reads a rendition of a clip from the last keyframe on, at times of the RTP clock.

    Units come paced by the playhead and are given away as they come. A viewer that is more than a
    second behind jumps to the last keyframe. ``after``: no unit may have this time or one before.
    ``before``: the cursor in another rendition of the same clip, whose clock goes on.
    """

    def __init__(
        self,
        live: Rendition,
        after: int = -1,
        *,
        before: "Cursor | None" = None,
    ) -> None:
        self.live = live
        self.time = after
        # Held here because this is read for every picture of every viewer, and a log only ever
        # grows.
        self._items = live.units.items
        self._place: int | None = None
        self._timed: bool = before is not None and before._timed
        self._shift: int = before._shift if before is not None else 0
        # A log has been read up to its end when this falls, so that the common case of the hot
        # loop, one new unit for all, is told apart by one flag.
        self._bursting = True
        self._replayed_s: float | None = None

    @property
    def at_end(self) -> bool:
        """Whether the log is closed and was read to its end."""
        units = self.live.units
        return units.closed and (self._place or 0) >= len(self._items)

    def step_over_newest(self, place: int, due: int) -> int | None:
        """Step over the newest unit, which is at that place and has that RTP time in the clip, and
        give its time; None when something else is due."""
        if place != self._place or self._bursting:
            return None
        self._place, due = place + 1, due + self._shift
        self.time = due = due if due > self.time else self.time + 1
        return due

    def next_unit(self, now: int) -> DueUnit | None:
        """The next unit, where there is one; ``now`` is this moment on the RTP clock."""
        items, place = self._items, self._place
        if place is None:
            if not items:
                return None
            if not self._timed:
                self._shift, self._timed = now - rtp_time(items[-1].pts, self.live.fps), True
            return self._step(last_keyframe(items))
        return self._step(self._caught_up(place)) if len(items) > place else None

    def picture_lost(self, now_s: float) -> None:
        """Answer a PLI or FIR: go back to the last keyframe, or on to a newer one. Only where that
        one is long ago is the encoder asked."""
        items = self._items
        if self._place is None or not items:
            return
        # The log holds a keyframe that is a second old at most: sending it again needs no encoder.
        # A keyframe made for one viewer would cost all others its bits.
        newest = last_keyframe(items)
        if len(items) - newest > LONG_GOP_S * self.live.fps:
            self.live.request_keyframe(now_s)
        elif self._replayed_s is None or now_s - self._replayed_s >= REPLAY_S:
            self._place, self._bursting, self._replayed_s = newest, True, now_s

    def _step(self, place: int) -> DueUnit:
        items, fps = self._items, self.live.fps
        left = len(items) - 1 - place
        previous = self.time if self.time >= 0 else None
        if self._bursting:
            # Squeezed together, or a player would show all that follows so late as the burst is
            # long: after a swipe the first picture is there within 27 to 45 ms.
            self.time = burst_time(previous, rtp_time(items[-1].pts, fps) + self._shift, left)
            self._bursting = left > 0
        else:
            self.time = burst_time(previous, rtp_time(items[place].pts, fps) + self._shift, 0)
        self._place = place + 1
        return place, self.time

    def _caught_up(self, place: int) -> int:
        items = self._items
        behind = round(BEHIND_S * self.live.fps)
        if len(items) - place <= behind:
            return place
        jumped = caught_up(items, place, behind)
        self._bursting = self._bursting or jumped != place
        return jumped
