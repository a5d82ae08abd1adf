"""One encoding of a clip as viewers read it: its log, its packets and who watches it."""

from collections.abc import Callable, Sequence
from math import inf

from server.log import Log
from server.model import RenditionName, Unit
from server.stream.audience import Attendance
from server.stream.webrtc import vp8
from server.stream.webrtc.rtp import payloads
from server.stream.webrtc.template import Form, Template, build

KEYFRAME_EVERY_S = 1.0
KEPT_TEMPLATES = 512
RATE_OVER_S = 1

Payloads = Callable[[bytes], list[bytes]]


class Templates:
    """The packets of units, built once for all viewers with the same form; the last are kept."""

    def __init__(self, units: Sequence[Unit], pack: Payloads = payloads) -> None:
        self._units = units
        self._pack = pack
        self._kept: dict[tuple[int, Form], Template] = {}
        self._place, self._form = -1, Form(0, 0, "", 0, 0)
        self._template = build((), self._form)

    def get(self, place: int, form: Form) -> Template:
        """The packets of the unit at that place."""
        if place == self._place and form == self._form:
            # Nearly all viewers ask for the same, one after the other.
            return self._template
        key = (place, form)
        if (found := self._kept.get(key)) is None:
            if len(self._kept) >= KEPT_TEMPLATES:
                del self._kept[next(iter(self._kept))]
            found = self._kept[key] = build(self._pack(self._units[place].data), form)
        self._place, self._form, self._template = place, form, found
        return found


class Rendition:
    """Its log may still be empty: a viewer may connect before first light.

    ``ask`` is called, at most once a second, when a viewer needs a keyframe. ``templates``: those
    of other showings of the same units.
    """

    def __init__(
        self,
        clip: str,
        name: RenditionName,
        *,
        fps: int,
        ask: Callable[[], None],
        templates: Templates | None = None,
    ) -> None:
        self.clip = clip
        self.name = name
        self.fps = fps
        self.units: Log[Unit] = Log()
        self.audience = Attendance()
        pack = vp8.payloads if name == "vp8" else payloads
        self.template = (templates or Templates(self.units.items, pack)).get
        self._ask = ask
        self._asked_s = -inf
        self._rate = (0, 0.0)

    @property
    def newest(self) -> int:
        """Tick of the last unit; -1 before the first."""
        items = self.units.items
        return items[-1].pts if items else -1

    @property
    def rate(self) -> float:
        """Bits a second over the last second of the log."""
        items = self.units.items
        if self._rate[0] != len(items):
            self._rate = len(items), rate(items, self.fps)
        return self._rate[1]

    def want_keyframe(self, now_s: float) -> None:
        """Ask the encoder for a keyframe, at most once a second however many viewers ask."""
        if now_s - self._asked_s >= KEYFRAME_EVERY_S:
            self._asked_s = now_s
            self._ask()


def rate(units: Sequence[Unit], fps: int) -> float:
    """Bits a second over the last second of units."""
    size, window = 0, RATE_OVER_S * fps
    for unit in reversed(units):
        if unit.pts <= units[-1].pts - window:
            break
        size += len(unit.data)
    return size * 8 / RATE_OVER_S
