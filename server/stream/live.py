"""The clips on air in this process: each a log of encoded units that viewers read from a place."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from phosphene.errors import NotLive
from phosphene.stream.rendition import Rendition
from phosphene.units import RenditionName, Unit

Arrival = Callable[["LiveClip"], None]
Ask = Callable[[RenditionName], None]

# A second of clip costs 0.35 s of CPU with the full rendition alone, 0.43 with the half, 0.46 with
# VP8, 0.49 with both: so the others are made only while somebody watches them.
ALL: tuple[RenditionName, ...] = ("full", "half", "vp8")


class LiveClip(Rendition):
    """One clip on air: its full rendition, and the others for those who watch them.

    ``audience`` is that of the clip, whichever rendition they see. ``ask_rendition`` asks the
    encoder for another rendition, for the next few seconds; without it there is none. ``sound``:
    whether it will have any. ``aired_at``: the Unix time of tick 0, known with the first unit.
    ``lease`` is the number under which it is drawn; it is ``handed_over`` when another instance
    goes on with it.
    """

    def __init__(
        self,
        clip: str,
        *,
        width: int,
        height: int,
        fps: int,
        ask_keyframe: Callable[[], None],
        ask_rendition: Ask | None = None,
        showing_of: object = None,
        sound: bool = False,
        lease: int = 0,
    ) -> None:
        super().__init__(clip, "full", fps=fps, ask=ask_keyframe, showing_of=showing_of)
        self.width = width
        self.height = height
        self.sound = sound
        self.lease = lease
        self.handed_over = False
        self.names = ALL if ask_rendition else ALL[:1]
        self.ask_rendition: Ask = ask_rendition or (lambda name: None)
        self.aired_at: float | None = None
        self._others: dict[RenditionName, Rendition] = {}

    @property
    def viewer_count(self) -> int:
        """Viewers of this process that are connected or connecting."""
        return self.audience.count

    def get_rendition(self, name: RenditionName) -> Rendition:
        """The rendition of that name, its log empty if nobody has asked for it."""
        if name == self.name:
            return self
        if name not in self._others:
            made = Rendition(self.clip, name, fps=self.fps, ask=lambda: self.ask_rendition(name))
            self._others[name] = made
            if self.units.closed:
                made.units.close()
        return self._others[name]

    @contextmanager
    def watching_rendition(self, name: RenditionName) -> Iterator[Rendition]:
        """Inside the block somebody watches that rendition: it is encoded."""
        found = self.get_rendition(name)
        if found is self:
            yield found
            return
        with found.audience.viewer_present():
            self.ask_rendition(name)
            yield found

    def continue_after(self, units: Sequence[Unit]) -> None:
        """Begin with what another instance has sent: its last picture was shown just now."""
        for unit in units:
            self.append_unit(unit)
            self.aired_at = time.time() - unit.pts / self.fps

    def append_unit(self, unit: Unit, name: RenditionName = "full") -> None:
        """The next unit of a rendition. With each keyframe the encoder is asked again for those
        that are watched: whoever encodes now learns of them, and ends those that are not."""
        # From whichever unit comes first: an instance that joins late comes to the same moment, and
        # HLS writes it as EXT-X-PROGRAM-DATE-TIME.
        if self.aired_at is None:
            self.aired_at = time.time() - unit.pts / self.fps
        self.get_rendition(name).units.append(unit)
        # Asked again with every keyframe and never told to stop: the worker may be another one by
        # now, and what nobody asks for ends by itself.
        if unit.key and name == self.name:
            for other in self._others.values():
                if other.audience.count:
                    self.ask_rendition(other.name)

    def close(self) -> None:
        """The clip leaves the air."""
        for one in (self, *self._others.values()):
            one.units.close()


class LiveClips:
    """The clips that this process draws right now."""

    def __init__(self) -> None:
        self._live: dict[str, LiveClip] = {}
        self._arrivals: list[Arrival] = []

    @contextmanager
    def on_air(
        self,
        clip: str,
        *,
        width: int,
        height: int,
        fps: int,
        ask_keyframe: Callable[[], None],
        ask_rendition: Ask | None = None,
        sound: bool = False,
        lease: int = 0,
    ) -> Iterator[LiveClip]:
        """The clip is on air inside the block; its logs are closed at the end."""
        if clip in self._live:
            raise RuntimeError(f"clip {clip} is on air already")
        live = LiveClip(
            clip,
            width=width,
            height=height,
            fps=fps,
            ask_keyframe=ask_keyframe,
            ask_rendition=ask_rendition,
            sound=sound,
            lease=lease,
        )
        self._live[clip] = live
        try:
            # Before the block begins: whoever relays or records a clip has to be there before its
            # first unit.
            for arrival in self._arrivals:
                arrival(live)
            yield live
        finally:
            live.close()
            del self._live[clip]

    @contextmanager
    def announcing_arrivals(self, arrival: Arrival) -> Iterator[None]:
        """Inside the block ``arrival`` is called with every clip that goes on air."""
        self._arrivals.append(arrival)
        try:
            yield
        finally:
            self._arrivals.remove(arrival)

    def close_clip(self, clip: str) -> None:
        """Nobody is sent more of a clip, if it is on air here: its logs end with what they hold."""
        if clip in self._live:
            self._live[clip].close()

    @property
    def live_ids(self) -> frozenset[str]:
        """Clips on air in this process."""
        return frozenset(self._live)

    def get_live(self, clip: str) -> LiveClip:
        """The clip on air. Raises NotLive."""
        try:
            return self._live[clip]
        except KeyError:
            raise NotLive(f"clip {clip} is not on air here") from None
