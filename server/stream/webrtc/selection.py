"""Which rendition of a clip one viewer is sent, and the moment of the change.

A change waits for a keyframe of the other rendition: until then the viewer sees the one that it
has, so that no moment is black, and after it numbers and times of the stream go on.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from phosphene.errors import NotAcceptable
from phosphene.stream.live import LiveClip
from phosphene.stream.rendition import Rendition
from phosphene.stream.webrtc.bandwidth import BandwidthState, LineSample, next_state
from phosphene.stream.webrtc.sender import ReceiverStatus
from phosphene.units import HALF_SHARE, RenditionName

FRESH_S: Final = 0.5
"""A rendition whose last picture is older than this, beside the full one, is not there now."""
STALLED_S: Final = 2.0
"""Bits of the half-size rendition as a share of the full one's, where none has come yet."""


class Selection:
    """One viewer's. ``turn_to`` shows it another clip, and gives the RTP time of the first picture;
    ``change_to`` goes on with another rendition of the same (see ``Viewer``). ``only``: the one
    rendition that its player can decode, if not H.264. ``changed`` is called when another
    rendition is shown, or the one waited for never comes."""

    def __init__(
        self,
        turn_to: Callable[[Rendition | None], int],
        change_to: Callable[[Rendition], None],
        only: RenditionName | None,
        changed: Callable[[], None],
    ) -> None:
        self.shown: Rendition | None = None
        self.switches = 0
        self.chosen: RenditionName | None = None
        self._turn_to = turn_to
        self._change_to = change_to
        self._only = only
        self._changed = changed
        self._live: LiveClip | None = None
        self._bandwidth = BandwidthState()
        self._next: Rendition | None = None
        self._watching = ExitStack()
        self._waiting = ExitStack()

    @property
    def is_over(self) -> bool:
        """Whether nothing can be shown of this clip any more."""
        return self.shown is None and self._live is not None and self._live.units.closed

    def turn_to(self, live: LiveClip | None) -> int:
        """From now on another clip, or nothing. Gives the RTP time with which its pictures begin.

        Raises:
            NotAcceptable: the clip has no rendition that the viewer's player can decode.
        """
        if live is not None:
            self.check_decodable(live)
        self.close()
        self._live = live
        if live is None:
            return self._turn_to(None)
        begin = self._begin(live)
        shown = self._show(live, begin) if begin is not None else None
        time = self._turn_to(shown)
        self._aim(live)
        return time

    def check_decodable(self, live: LiveClip) -> None:
        """Raises NotAcceptable: the clip has no rendition that the player can decode."""
        if self._only is not None and self._only not in live.names:
            raise NotAcceptable(
                f"the player offers no H.264, and of this clip there is no {self._only.upper()}:"
                " a finished clip is H.264 only, and its video.mp4 needs no WebRTC"
            )

    def choose_rendition(self, name: RenditionName | None) -> None:
        """The viewer wants this rendition, or (None) whichever its line takes."""
        self.chosen = name
        if self._live is not None:
            self._aim(self._live)

    def note_receiver(self, seen: ReceiverStatus, now_s: float) -> None:
        """What the viewer has said of its line, once a second or more often."""
        live = self._live
        if live is None or self._only is not None or len(live.names) == 1:
            return
        half = live.get_rendition("half").bits_per_s or live.bits_per_s * HALF_SHARE
        sample = LineSample(
            now_s, seen.bitrate, seen.round_trip_s, seen.lost, live.bits_per_s, half
        )
        self._bandwidth = next_state(self._bandwidth, sample)
        self._aim(live)

    def close(self) -> None:
        """Nobody watches here any more."""
        self._wait_no_more()
        self._watching.close()
        self.shown = self._live = None

    def _aim(self, live: LiveClip) -> None:
        """Wait for a keyframe of the rendition that is wanted, if it is another one."""
        # Never changed between keyframes: decoders of the other size or codec have nothing to start
        # from, and the picture would stand still until the next one.
        wanted = live.get_rendition(self._wanted(live))
        if wanted is self._next:
            return
        self._wait_no_more()
        if wanted is self.shown:
            return
        self._next = wanted
        self._waiting.enter_context(live.watching_rendition(wanted.name))
        self._waiting.enter_context(wanted.units.calling_on_growth(self._look_at_next))
        if wanted.units.closed:
            self._look_at_next()

    def _wanted(self, live: LiveClip) -> RenditionName:
        if self._only is not None:
            return self._only
        if len(live.names) == 1 or _stalls(self.shown, live):
            return "full"
        if self.chosen is not None:
            return self.chosen
        return "half" if self._bandwidth.low else "full"

    def _begin(self, live: LiveClip) -> RenditionName | None:
        """What can be shown at once."""
        wanted = self._wanted(live)
        if _is_fresh(live.get_rendition(wanted), live):
            return wanted
        return None if self._only is not None else "full"

    def _look_at_next(self) -> None:
        live, following = self._live, self._next
        if live is None or following is None:
            return
        units = following.units
        if units.closed:
            self._wait_no_more()
            self._changed()
        elif units.items[-1].key and _is_fresh(following, live):
            # The first rendition of a clip is no change: only what a viewer sees change counts.
            self.switches += int(self.shown is not None)
            self._change_to(self._show(live, following.name))
            self._wait_no_more()
            self._changed()

    def _wait_no_more(self) -> None:
        self._waiting.close()
        self._next = None

    def _show(self, live: LiveClip, name: RenditionName) -> Rendition:
        # Enter the new before leaving the old: an audience of zero, even for a moment, stops the
        # encoder of a rendition.
        before, self._watching = self._watching, ExitStack()
        self.shown = shown = self._watching.enter_context(live.watching_rendition(name))
        before.close()
        return shown


def _is_fresh(rendition: Rendition, live: LiveClip) -> bool:
    """Whether it is at the moment of the clip; of the full one, it always is."""
    if rendition is live:
        return True
    return (
        bool(rendition.units.items)
        and rendition.newest_tick >= live.newest_tick - FRESH_S * live.fps
    )


def _stalls(shown: Rendition | None, live: LiveClip) -> bool:
    """Whether what is shown comes no more though the clip goes on."""
    return shown is not None and shown.newest_tick < live.newest_tick - STALLED_S * live.fps
