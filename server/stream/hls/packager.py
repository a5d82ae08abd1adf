"""Clips on air cut into parts as their units come: once per clip, however many players read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from phosphene.append_log import Log
from phosphene.errors import NotFound, NotLive
from phosphene.failure_boundary import hold, task_group
from phosphene.model import Clip
from phosphene.part_length import part_ticks
from phosphene.stream.hls.avc import configuration
from phosphene.stream.hls.fmp4 import OPUS_CLOCK, VideoTrack
from phosphene.stream.hls.playlist import HALF
from phosphene.stream.hls.segments import (
    Part,
    Segment,
    aligned_parts,
    group_parts,
    part_end,
    part_of,
)
from phosphene.stream.hls.sound_parts import most_ticks, sound_part
from phosphene.stream.live import LiveClip
from phosphene.units import half_size

SOUND = "sound-"
"""Prefix of the names of what is heard."""
LINGER_S = 60.0
"""A player may be so late with its last pictures."""


class PartStream:
    """What one playlist is made of: parts as they come, their times in 1/``rate`` second, none
    longer than ``most``. ``prefix``: of the names of its files; ``grown``: grows with it."""

    def __init__(self, prefix: str, rate: int, most: int) -> None:
        self.prefix = prefix
        self.rate = rate
        self.most = most
        self.grown: Log[Part] = Log()

    @property
    def parts(self) -> Sequence[Part]:
        """What there is."""
        return self.grown.items

    @property
    def first_segment(self) -> int:
        """The number of its first segment."""
        return 0

    def list_segments(self, *, ended: bool) -> list[Segment]:
        """The parts by segment."""
        return group_parts(self.parts, ended)


class HalfPartStream(PartStream):
    """The pictures at half the size, for as long as somebody asks for them: cut where those of the
    full size are, in segments of the same numbers."""

    def __init__(self, live: LiveClip, video: PartStream) -> None:
        super().__init__(HALF, video.rate, video.most)
        # Players ask for the half by the numbers of the full one's parts, so both grow together.
        self.grown = video.grown
        self._live = live
        self._units = live.get_rendition("half").units
        self._known: tuple[int, int] = (0, 0)
        self._found: tuple[int, list[Part]] = (0, [])

    @property
    def parts(self) -> Sequence[Part]:
        return self._look()[1]

    @property
    def first_segment(self) -> int:
        return self._look()[0]

    @property
    def track(self) -> VideoTrack | None:
        """Known with its first picture."""
        if not self._units.items:
            return None
        size = half_size(self._live.width, self._live.height)
        return VideoTrack(*size, self.rate, configuration(self._units.items[0].data))

    def _look(self) -> tuple[int, list[Part]]:
        known = len(self.grown.items), len(self._units.items)
        # Every player asks for its playlist with every part, four times a second, but it changes
        # only with a unit.
        if known != self._known:
            self._known, self._found = known, aligned_parts(self.grown.items, self._units.items)
        return self._found


class ClipPackager:
    """The parts of one clip on air, each made once: of its pictures, and of its ``sound`` if it
    will have any."""

    def __init__(self, live: LiveClip, frames: int) -> None:
        self.live = live
        most = part_ticks(live.fps)
        self.video = PartStream("", live.fps, most)
        self.sound: PartStream | None = None
        if live.sound:
            self.sound = PartStream(SOUND, OPUS_CLOCK, most_ticks(most, live.fps))
        self.half = HalfPartStream(live, self.video) if "half" in live.names else None
        self._last_frame = frames - 1

    @property
    def streams_by_prefix(self) -> dict[str, PartStream]:
        """By the prefix of the names of their files."""
        found = (self.video, self.sound, self.half)
        return {stream.prefix: stream for stream in found if stream is not None}

    @contextmanager
    def keeping_encoded(self, stream: PartStream) -> Iterator[None]:
        """Inside the block, and a few seconds more, somebody watches that: it is encoded."""
        if stream is not self.half:
            yield
            return
        with self.live.watching_rendition("half"):
            self.prepare_half()
            yield

    def prepare_half(self) -> None:
        """Have the half encoded for the next few seconds. It begins with a keyframe of both sizes,
        so that its first segment does."""
        if self.half is not None and not self.half.parts:
            self.live.ask_rendition("half")
            # Or the first segment of the half would begin up to a second later, and a player that
            # has chosen it would wait that long.
            self.live.request_keyframe(asyncio.get_running_loop().time())

    @property
    def track(self) -> VideoTrack:
        """Known as soon as there is a part. Raises ValueError: the keyframe cannot be used."""
        live = self.live
        return VideoTrack(
            live.width, live.height, live.fps, configuration(live.units.items[0].data)
        )

    async def run(self) -> None:
        """Cut until the last frame is there, or the clip leaves the air: its log closes only when
        its file is made."""
        units, at, most = self.live.units, 0, self.video.most
        while at < len(units.items) or not self._ended():
            end = part_end(units.items, at, most, self._ended())
            if end is None:
                await units.wait_grown(len(units.items))
                continue
            if self.sound is not None:
                self.sound.grown.append(sound_part(units.items, at, end, self.live.fps))
            self.video.grown.append(part_of(units.items, at, end))
            at = end
        self.close()

    def close(self) -> None:
        """No more parts come."""
        for stream in self.streams_by_prefix.values():
            stream.grown.close()

    def _ended(self) -> bool:
        """Whether nothing follows: the last frame of the final run is there."""
        units = self.live.units
        last = units.items[-1] if units.items else None
        # The log closes when the file is signed and stored, up to seconds later: until then a
        # player would wait for a part that never comes.
        return units.closed or bool(last and last.final and last.frame == self._last_frame)


class Packagers:
    """All packagers of this process. Made by ``open_packagers``."""

    def __init__(
        self, find_live: Callable[[Clip], LiveClip], tasks: asyncio.TaskGroup, linger_s: float
    ) -> None:
        self._find_live = find_live
        self._tasks = tasks
        self._linger_s = linger_s
        self._found: dict[str, ClipPackager] = {}
        self._running: set[asyncio.Task[None]] = set()

    def get_packager(self, clip: Clip) -> ClipPackager:
        """The packager of a clip that is on air, or was a moment ago.

        Raises:
            NotLive: it is not on air yet. NotFound: it is so no longer.
        """
        packager = self._found.get(clip.id)
        if packager is not None and (not packager.live.units.closed or clip.status != "live"):
            return packager
        if clip.status not in {"queued", "live"}:
            raise NotFound("the live stream is over: open index.m3u8 again")
        try:
            live = self._find_live(clip)
        except NotLive:
            if packager is None:
                raise
            return packager
        if packager is None or packager.live is not live:
            packager = self._begin(live, clip)
        return packager

    def stop_packaging(self) -> None:
        """Begin no more and end those that run."""
        for task in self._running:
            task.cancel()

    def _begin(self, live: LiveClip, clip: Clip) -> ClipPackager:
        packager = self._found[clip.id] = ClipPackager(live, clip.seconds * clip.fps)
        keeping = hold("parts", partial(self._keep, packager), clip.id)
        task = self._tasks.create_task(keeping, name=f"parts of {clip.id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return packager

    async def _keep(self, packager: ClipPackager) -> None:
        try:
            await packager.run()
            await asyncio.sleep(self._linger_s)
        finally:
            packager.close()
            if self._found.get(packager.live.clip) is packager:
                del self._found[packager.live.clip]


@asynccontextmanager
async def open_packagers(
    find_live: Callable[[Clip], LiveClip], linger_s: float = LINGER_S
) -> AsyncIterator[Packagers]:
    """``find_live`` is ``Relays.find_live``; what was cut is kept ``linger_s`` after its end."""
    async with task_group() as tasks:
        packagers = Packagers(find_live, tasks, linger_s)
        try:
            yield packagers
        finally:
            packagers.stop_packaging()
