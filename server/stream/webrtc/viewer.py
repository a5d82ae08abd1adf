"""One viewer of one clip: its place in the log and its stream of packets."""

import time
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Final, NamedTuple

from phosphene.failure_boundary import report_failure
from phosphene.stream.rendition import Rendition
from phosphene.stream.webrtc.audio_sender import AudioSender
from phosphene.stream.webrtc.cursor import Cursor
from phosphene.stream.webrtc.rtp_timestamps import next_clip_time, rtp_clock, rtp_time
from phosphene.stream.webrtc.sender import VideoSender, send_time
from phosphene.stream.webrtc.template import Template
from phosphene.stream.webrtc.template_cache import TemplateCache, TemplateCaches
from phosphene.units import Unit

# A picture in one call takes 32 packets at most (``MAX_RUN``): one round is one full call.
ROUND: Final = 32
"""Packets to one viewer in one round; the next round comes a little later."""


UnitWithSound = tuple[Unit, int]
"""A unit with sound, and the frame rate of its clip."""


class ClockReading(NamedTuple):
    """A time, read once for many viewers: a steady clock in seconds, the same in ticks of RTP, and
    the time that travels in packets."""

    now_s: float
    ticks: int
    send_time: int


class SendState(Enum):
    """What a viewer is left with: nothing, more in the next round, or a full socket."""

    ALL = 0
    MORE = 1
    BLOCKED = 2


# Looking a member up costs as much as a call.
ALL, MORE, BLOCKED = SendState


class Viewer:
    """``ended`` is called when the clip's last unit has gone out, ``broken`` when no more can;
    ``writable`` waits until the socket takes packets again."""

    def __init__(
        self,
        sender: VideoSender,
        ended: Callable[[], None],
        broken: Callable[[], None],
        writable: Callable[[], Awaitable[None]],
        templates: TemplateCaches,
        audio_sender: AudioSender | None = None,
    ) -> None:
        self.sender = sender
        self.audio_sender = audio_sender
        self.cursor: Cursor | None = None
        self.keyframe_requests = 0
        self._time = -1
        self.wait_writable = writable
        self._templates = templates
        self._cache: TemplateCache | None = None
        self._ended = ended
        self._broken = broken

    def turn_to(self, live: Rendition | None) -> int:
        """From now on this rendition of a clip, or nothing, in the same stream: numbers and times
        go on.

        Gives the RTP time that all its pictures have or follow, and no picture before them.
        """
        if self.cursor is not None:
            self._time = self.cursor.time
        self.cursor = self._cache = None
        if live is not None:
            self.cursor = Cursor(live, self._time)
            self._cache = self._templates.cache_of(live)
        return self.sender.wire_time(next_clip_time(self._time, read_clocks().ticks))

    def change_to(self, rendition: Rendition) -> None:
        """From now on another rendition of the same clip, at the same times. It begins with a
        keyframe, so nothing of the one before is sent again."""
        before = self.cursor
        self.turn_to(rendition)
        self.cursor = Cursor(rendition, self._time, before=before)
        self.sender.forget_history()

    def template_of(self, place: int, unit: Unit) -> Template:
        """The packets of a unit of what is shown, as they are for every viewer of this form."""
        assert self._cache is not None
        return self._cache.get(place, unit, self.sender.packet_format)

    def picture_lost(self, now_s: float) -> None:
        """A PLI or FIR came."""
        self.keyframe_requests += 1
        if self.cursor is not None:
            self.cursor.picture_lost(now_s)

    def send_due(self, moment: ClockReading) -> SendState:
        """Send what is due, at most about ``ROUND`` packets."""
        sender, cursor, left = self.sender, self.cursor, ROUND
        if cursor is None:
            return ALL
        _, ticks, now = moment
        try:
            while left > 0:
                if sender.under_way:
                    sent = sender.send_next_run()
                elif step := cursor.next_unit(ticks):
                    place, due = step
                    template = self.template_of(place, cursor.live.units.items[place])
                    sent = sender.send_picture(template, due, now)
                    if self.audio_sender is not None:
                        self._send_sound_of(cursor, place, due, now)
                else:
                    return self._all_sent(cursor)
                if sent is None:
                    return BLOCKED
                left -= sent
        except ConnectionError:
            self._broken()
            return ALL
        # A boundary: whatever SRTP or the socket of one viewer trips over is that viewer's.
        except Exception as error:
            self._fail(error)
            return ALL
        return MORE

    def send_newest(
        self, template: Template, time_: int, now: int, heard: UnitWithSound | None
    ) -> bool:
        """Send a picture of one run, as ``VideoSender.send_single_run`` does, with its sound."""
        try:
            if heard is not None and self.audio_sender is not None:
                self.audio_sender.send_sound(*heard, time_, now)
            return self.sender.send_single_run(template, time_, now)
        except ConnectionError:
            self._broken()
            return True
        except Exception as error:  # as in ``send_due``
            self._fail(error)
            return True

    def _fail(self, error: Exception) -> None:
        report_failure("viewer", error)
        self._broken()

    def _send_sound_of(self, cursor: Cursor, place: int, due: int, now: int) -> None:
        """What is heard with a picture, if that is the newest: who catches up does not hear what
        was, all at once."""
        items = cursor.live.units.items
        if place == len(items) - 1 and items[place].sound and self.audio_sender is not None:
            self.audio_sender.send_sound(items[place], cursor.live.fps, due, now)

    def _all_sent(self, cursor: Cursor) -> SendState:
        if cursor.at_end:
            self._ended()
        return ALL


def send_newest_to_all(
    live: Rendition, viewers: Sequence[Viewer], moment: ClockReading
) -> list[Viewer]:
    """Send the newest picture to those who are due just that: what ``send_due`` does, by a shorter
    way, for nearly all viewers of nearly all pictures. Gives the others."""
    items, others, form = live.units.items, list[Viewer](), None
    if not items or live.units.closed:
        return [*viewers]
    place, now = len(items) - 1, moment.send_time
    due = rtp_time(items[place].pts, live.fps)
    heard = (items[place], live.fps) if items[place].sound else None
    for viewer in viewers:
        # With 1,000 viewers this loop runs 24,000 times a second: what is the same for all was
        # looked up above it.
        cursor, sender = viewer.cursor, viewer.sender
        if cursor is None or cursor.live is not live or sender.under_way:
            others.append(viewer)
            continue
        if sender.packet_format != form:
            # Players of one kind come one after the other: looked up once for all of them.
            form, template = sender.packet_format, viewer.template_of(place, items[place])
        if (
            len(template.runs) != 1
            or (time_ := cursor.step_over_newest(place, due)) is None
            or not viewer.send_newest(template, time_, now, heard)
        ):
            others.append(viewer)
    return others


def read_clocks() -> ClockReading:
    """Read the clocks."""
    now_s = time.monotonic()
    return ClockReading(now_s, rtp_clock(now_s), send_time(time.time()))
