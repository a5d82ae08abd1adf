"""Clips on air in one instance, watched through another: their units travel over the bus.

Each clip has a stream ``units:<clip>`` whose entries carry a unit and its place in the log where
it was drawn. In an outage entries are lost or repeat; a mirror goes on at the next keyframe. Other
renditions than the full one have streams of their own, from when somebody elsewhere first asks.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial

import msgspec
from msgspec import Struct

from server.boundary import hold, keep_running, task_group
from server.bus.bus import Bus, Entry, Hint
from server.errors import NotLive
from server.model import Clip, RenditionName, Unit
from server.stream.keyframes import caught_up, last_keyframe
from server.stream.live import ALL, Live, Stage

KEYFRAMES = "keyframes"
RENDITIONS = "renditions"
DESERTED_S = 10.0
SILENT_S = 30.0
STOP_S = 2.0

log = logging.getLogger("phosphene.stream")


class Piece(Struct, frozen=True, tag="unit"):
    """One unit; the entry's number is its place in the log, ``lease`` that of who drew it."""

    unit: Unit
    lease: int = 0


class End(Struct, frozen=True, tag="end"):
    """The log is closed; the entry's number is its length."""

    lease: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Piece | End] = msgspec.msgpack.Decoder(Piece | End)


def stream_of(clip: str, name: RenditionName = "full") -> str:
    """Name of the stream that carries the clip's units in a rendition."""
    return f"units:{clip}" if name == "full" else f"units:{clip}:{name}"


def fits(taken: int, number: int, key: bool) -> bool:
    """Whether unit ``number`` can be shown after unit ``taken`` (-1: none yet): it is new, and
    follows at once or needs nothing before it."""
    return number > taken and (key or number == taken + 1)


class Heard:
    """What a mirror has of a stream. Who goes on with a clip under a newer lease sends a log of its
    own, which repeats what was sent or comes after it; who is late says nothing any more."""

    def __init__(self) -> None:
        self._lease = 0
        self._taken = -1

    def heeds(self, piece: Piece | End) -> bool:
        """Whether it is said by who draws the clip, as far as this mirror knows."""
        if piece.lease > self._lease:
            self._lease, self._taken = piece.lease, -1
        return piece.lease == self._lease

    def takes(self, number: int, unit: Unit) -> bool:
        """Whether a unit is the next one, or one to go on with."""
        fit = fits(self._taken, number, unit.key)
        if fit:
            self._taken = number
        return fit


async def broadcast(live: Live, bus: Bus, name: RenditionName = "full") -> None:
    """Send a clip's units, in a rendition, to the other instances until its log is closed.

    What the bus does not take is dropped; with each new unit it is tried again from the last
    keyframe on, because the bus may have lost what it had.
    """
    stream, units, at = stream_of(live.clip, name), live.rendition(name).units, 0
    while True:
        await units.grown(at)
        if at >= len(units.items):
            if not live.handed_over:
                await bus.append(stream, Entry(at, _encode(End(live.lease))))
            return
        at = caught_up(units.items, at, live.fps)
        if await bus.append(stream, Entry(at, _encode(Piece(units.items[at], live.lease)))):
            at += 1
        elif units.closed:
            return
        else:
            await units.grown(len(units.items))
            at = last_keyframe(units.items)


async def follow(
    live: Live, bus: Bus, silent_s: float | None = SILENT_S, name: RenditionName = "full"
) -> None:
    """Fill the log of a mirror's rendition from the bus until the clip ends there or, with
    ``silent_s``, nothing has come for so long."""
    heard, now = Heard(), asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(silent_s) as silence:
            async with aclosing(bus.follow(stream_of(live.clip, name))) as entries:
                async for entry in entries:
                    silence.reschedule(None if silent_s is None else now() + silent_s)
                    piece = read_entry(entry)
                    if piece is None or not heard.heeds(piece):
                        continue
                    if isinstance(piece, End):
                        return
                    newest = live.rendition(name).newest
                    if heard.takes(entry.number, piece.unit) and piece.unit.pts > newest:
                        live.take(piece.unit, name)
    except TimeoutError:
        log.warning("clip %s: its instance fell silent", live.clip)


class Mirrors:
    """Finds a clip on air here or, through the bus, elsewhere. Made by ``open_mirrors``."""

    def __init__(self, stage: Stage, bus: Bus, tasks: asyncio.TaskGroup, deserted_s: float) -> None:
        self._stage = stage
        self._bus = bus
        self._tasks = tasks
        self._deserted_s = deserted_s
        self._mirrored: dict[str, Live] = {}
        self._mirroring: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._sent: set[tuple[str, RenditionName]] = set()
        self._followed: dict[tuple[str, RenditionName], asyncio.Task[None]] = {}

    @property
    def mirrored_ids(self) -> frozenset[str]:
        """Clips that are drawn elsewhere and watched here."""
        return frozenset(self._mirrored)

    def reach(self, clip: Clip) -> Live:
        """The clip on air, here or mirrored: one mirror however many viewers.

        Raises:
            NotLive: it is on air nowhere that we can see.
        """
        if clip.status in {"failed", "cancelled"}:  # its log may be about to close
            raise NotLive(f"the clip is {clip.status}")
        if clip.id in self._stage.live_ids:
            return self._stage.get(clip.id)
        if clip.id not in self._mirrored:
            if clip.status != "live" or not self._bus.shared:
                raise NotLive(f"the clip is {clip.status} and not on air here")
            self._mirrored[clip.id] = self._new_mirror(clip)
        return self._mirrored[clip.id]

    def broadcast(self, live: Live) -> None:
        """Begin to send a clip that goes on air here to the other instances."""
        self._run(partial(broadcast, live, self._bus))

    async def heed(self) -> None:
        """Pass on what viewers of our clips in other instances ask for."""
        async for hint in self._bus.listen():
            if not isinstance(hint, Hint):
                continue
            clip, _, name = hint.data.decode(errors="replace").partition(" ")
            if clip not in self._stage.live_ids:
                continue
            live = self._stage.get(clip)
            if hint.channel == KEYFRAMES:
                live.want_keyframe(asyncio.get_running_loop().time())
            elif hint.channel == RENDITIONS:
                self._provide(live, name)

    async def stop(self) -> None:
        """Let the last entries of the clips here out, then end; mirrors of others end at once."""
        for live in self._mirrored.values():
            live.close()
        for task in (*self._mirroring, *self._followed.values()):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_S)
        for task in self._running:
            task.cancel()

    def _new_mirror(self, clip: Clip) -> Live:
        live = Live(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=partial(self._ask_key_there, clip.id),
            ask_rendition=partial(self._ask_there, clip.id),
            sound=clip.recipe is not None and clip.recipe.sound,
        )
        mirroring = hold("mirror", partial(self._mirror, live), clip.id)
        task = self._tasks.create_task(mirroring, name=f"mirror of {clip.id}")
        self._mirroring.add(task)
        task.add_done_callback(self._mirroring.discard)
        return live

    async def _mirror(self, live: Live) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                following = group.create_task(follow(live, self._bus))
                deserted = group.create_task(live.audience.deserted(self._deserted_s))
                await asyncio.wait([following, deserted], return_when=asyncio.FIRST_COMPLETED)
                following.cancel()
                deserted.cancel()
        finally:
            for key in [key for key in self._followed if key[0] == live.clip]:
                self._followed.pop(key).cancel()
            live.close()
            del self._mirrored[live.clip]

    def _provide(self, live: Live, asked: str) -> None:
        """Viewers elsewhere want a rendition of a clip that is drawn here."""
        for name in ALL[1:]:
            if name != asked:
                continue
            live.ask(name)
            if (key := (live.clip, name)) not in self._sent:
                self._sent.add(key)
                sending = self._run(partial(broadcast, live, self._bus, name))
                sending.add_done_callback(lambda _: self._sent.discard(key))

    def _ask_key_there(self, clip: str) -> None:
        self._run(partial(self._bus.publish, KEYFRAMES, clip.encode()))

    def _ask_there(self, clip: str, name: RenditionName) -> None:
        """Viewers here want a rendition of a clip that is drawn elsewhere."""
        self._run(partial(self._bus.publish, RENDITIONS, f"{clip} {name}".encode()))
        if clip in self._mirrored and (clip, name) not in self._followed:
            filling = partial(follow, self._mirrored[clip], self._bus, None, name)
            following = hold("mirror", filling, clip)
            task = self._tasks.create_task(following, name=f"{name} of {clip}")
            self._followed[clip, name] = task

    def _run(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        task = self._tasks.create_task(hold("mirror", work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


def read_entry(entry: Entry) -> Piece | End | None:
    """What an entry holds; None of what anybody else put there."""
    try:
        return _decoder.decode(entry.data)
    except msgspec.DecodeError:
        log.warning("an entry of a mirrored stream cannot be read")
        return None


@asynccontextmanager
async def open_mirrors(
    stage: Stage, bus: Bus, deserted_s: float = DESERTED_S
) -> AsyncIterator[Mirrors]:
    """With a shared bus, clips on air here are sent to it and those elsewhere can be watched, each
    until nobody has watched it for ``deserted_s``."""
    async with task_group() as tasks:
        mirrors = Mirrors(stage, bus, tasks, deserted_s)
        if not bus.shared:
            yield mirrors
            return
        heeding = tasks.create_task(keep_running("mirrors", mirrors.heed))
        with stage.watch(mirrors.broadcast):
            try:
                yield mirrors
            finally:
                heeding.cancel()
                await mirrors.stop()
