"""One encoding of a clip as viewers read it, whatever the protocol: its log and who watches it."""

from collections.abc import Callable, Sequence
from math import inf

from phosphene.append_log import Log
from phosphene.stream.audience import Audience
from phosphene.units import RenditionName, Unit

# A keyframe is the largest of pictures, and everybody is sent it: a crowd that joins must not make
# the picture of all others worse.
KEYFRAME_EVERY_S = 1.0
# With a keyframe every second each window of a second holds one: a shorter window would jump with
# it.
RATE_OVER_S = 1


class Rendition:
    """Its log may still be empty: a viewer may connect before first light.

    ``ask`` is called, at most once a second, when a viewer needs a keyframe. ``showing_of``: what
    has the same units at the same places in all its showings, where this is one of several.
    """

    def __init__(
        self,
        clip: str,
        name: RenditionName,
        *,
        fps: int,
        ask: Callable[[], None],
        showing_of: object = None,
    ) -> None:
        self.clip = clip
        self.name = name
        self.fps = fps
        self.units: Log[Unit] = Log()
        self.audience = Audience()
        self._showing_of = showing_of
        self._ask = ask
        self._asked_s = -inf
        self._rate = (0, 0.0)

    @property
    def same_units(self) -> object:
        """What is derived of a unit here is good for all renditions for which this is the same."""
        return self if self._showing_of is None else self._showing_of

    @property
    def newest_tick(self) -> int:
        """Tick of the last unit; -1 before the first."""
        items = self.units.items
        return items[-1].pts if items else -1

    @property
    def bits_per_s(self) -> float:
        """Bits a second over the last second of the log."""
        items = self.units.items
        # Asked by each report of each viewer, but the same until the log grows.
        if self._rate[0] != len(items):
            self._rate = len(items), measured_rate(items, self.fps)
        return self._rate[1]

    def request_keyframe(self, now_s: float) -> None:
        """Ask the encoder for a keyframe, at most once a second however many viewers ask."""
        if now_s - self._asked_s >= KEYFRAME_EVERY_S:
            self._asked_s = now_s
            self._ask()


def measured_rate(units: Sequence[Unit], fps: int) -> float:
    """Bits a second over the last second of units."""
    size, window = 0, RATE_OVER_S * fps
    for unit in reversed(units):
        if unit.pts <= units[-1].pts - window:
            break
        size += len(unit.data)
    return size * 8 / RATE_OVER_S
