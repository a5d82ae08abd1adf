"""The clips on air in this process: each a log of encoded units that viewers read from a place."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf

from server.errors import NotLive
from server.log import Log
from server.model import Unit
from server.stream.attendance import Attendance
from server.stream.rtp import payloads
from server.stream.template import Form, Template, build

KEYFRAME_EVERY_S = 1.0
KEPT_TEMPLATES = 512

Arrival = Callable[["Live"], None]


class Templates:
    """The packets of units, built once for all viewers with the same form; the last are kept."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
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
            found = self._kept[key] = build(payloads(self._units[place].data), form)
        self._place, self._form, self._template = place, form, found
        return found


class Live:
    """One clip on air. Its log may still be empty: a viewer may connect before first light.

    ``templates``: those of other showings of the same units.
    """

    def __init__(
        self,
        clip: str,
        *,
        width: int,
        height: int,
        fps: int,
        ask_keyframe: Callable[[], None],
        templates: Templates | None = None,
    ) -> None:
        self.clip = clip
        self.width = width
        self.height = height
        self.fps = fps
        self.units: Log[Unit] = Log()
        self.audience = Attendance()
        self.template = (templates or Templates(self.units.items)).get
        self._ask_keyframe = ask_keyframe
        self._asked_s = -inf

    @property
    def viewers(self) -> int:
        """Viewers of this process that are connected or connecting."""
        return self.audience.count

    def want_keyframe(self, now_s: float) -> None:
        """Ask the encoder for a keyframe, at most once a second however many viewers ask."""
        if now_s - self._asked_s >= KEYFRAME_EVERY_S:
            self._asked_s = now_s
            self._ask_keyframe()


class Stage:
    """The clips that this process draws right now."""

    def __init__(self) -> None:
        self._live: dict[str, Live] = {}
        self._arrivals: list[Arrival] = []

    @contextmanager
    def on_air(
        self, clip: str, *, width: int, height: int, fps: int, ask_keyframe: Callable[[], None]
    ) -> Iterator[Live]:
        """The clip is on air inside the block; its log is closed at the end."""
        if clip in self._live:
            raise RuntimeError(f"clip {clip} is on air already")
        live = Live(clip, width=width, height=height, fps=fps, ask_keyframe=ask_keyframe)
        self._live[clip] = live
        try:
            for arrival in self._arrivals:
                arrival(live)
            yield live
        finally:
            live.units.close()
            del self._live[clip]

    @contextmanager
    def watch(self, arrival: Arrival) -> Iterator[None]:
        """Inside the block ``arrival`` is called with every clip that goes on air."""
        self._arrivals.append(arrival)
        try:
            yield
        finally:
            self._arrivals.remove(arrival)

    @property
    def live_ids(self) -> frozenset[str]:
        """Clips on air in this process."""
        return frozenset(self._live)

    def get(self, clip: str) -> Live:
        """The clip on air. Raises NotLive."""
        try:
            return self._live[clip]
        except KeyError:
            raise NotLive(f"clip {clip} is not on air here") from None
