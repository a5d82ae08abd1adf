"""Clips on air in one instance, watched through another: their units travel over the bus.

Each clip has a stream ``units:<clip>`` whose entries carry a unit and its place in the log where
it was drawn. In an outage entries are lost or repeat; a mirror goes on at the next keyframe.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from msgspec import Struct

from server.bus.bus import Bus, Entry, Hint
from server.errors import NotLive
from server.model import Clip, Unit
from server.stream.live import Live, Stage
from server.stream.place import caught_up, last_keyframe

KEYFRAMES = "keyframes"
DESERTED_S = 10.0
SILENT_S = 30.0
STOP_S = 2.0

log = logging.getLogger("phosphene.stream")


class Piece(Struct, frozen=True, tag="unit"):
    """One unit; the entry's number is its place in the log."""

    unit: Unit


class End(Struct, frozen=True, tag="end"):
    """The log is closed; the entry's number is its length."""


_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Piece | End] = msgspec.msgpack.Decoder(Piece | End)


def stream_of(clip: str) -> str:
    """Name of the stream that carries the clip's units."""
    return f"units:{clip}"


def fits(taken: int, number: int, key: bool) -> bool:
    """Whether unit ``number`` can be shown after unit ``taken`` (-1: none yet): it is new, and
    follows at once or needs nothing before it."""
    return number > taken and (key or number == taken + 1)


async def broadcast(live: Live, bus: Bus) -> None:
    """Send a clip's units to the other instances until its log is closed.

    What the bus does not take is dropped; with each new unit it is tried again from the last
    keyframe on, because the bus may have lost what it had.
    """
    stream, units, at = stream_of(live.clip), live.units, 0
    while True:
        await units.grown(at)
        if at >= len(units.items):
            await bus.append(stream, Entry(at, _encode(End())))
            return
        at = caught_up(units.items, at, live.fps)
        if await bus.append(stream, Entry(at, _encode(Piece(units.items[at])))):
            at += 1
        elif units.closed:
            return
        else:
            await units.grown(len(units.items))
            at = last_keyframe(units.items)


async def follow(live: Live, bus: Bus, silent_s: float = SILENT_S) -> None:
    """Fill a mirror's log from the bus until the clip ends there or nothing comes any more."""
    taken, now = -1, asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(silent_s) as silence:
            async for entry in bus.follow(stream_of(live.clip)):
                silence.reschedule(now() + silent_s)
                match _read(entry):
                    case Piece(unit) if fits(taken, entry.number, unit.key):
                        taken = entry.number
                        live.units.append(unit)
                    case End():
                        return
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
        self._running: set[asyncio.Task[None]] = set()

    @property
    def mirrored_ids(self) -> frozenset[str]:
        """Clips that are drawn elsewhere and watched here."""
        return frozenset(self._mirrored)

    def reach(self, clip: Clip) -> Live:
        """The clip on air, here or mirrored: one mirror however many viewers.

        Raises:
            NotLive: it is on air nowhere that we can see.
        """
        if clip.id in self._stage.live_ids:
            return self._stage.get(clip.id)
        if clip.id not in self._mirrored:
            if clip.status != "live" or not self._bus.shared:
                raise NotLive(f"the clip is {clip.status} and not on air here")
            self._mirrored[clip.id] = self._new_mirror(clip)
        return self._mirrored[clip.id]

    def broadcast(self, live: Live) -> None:
        """Begin to send a clip that goes on air here to the other instances."""
        self._run(broadcast(live, self._bus))

    async def heed(self) -> None:
        """Pass on what viewers of our clips in other instances ask for."""
        async for hint in self._bus.listen():
            if isinstance(hint, Hint) and hint.channel == KEYFRAMES:
                clip = hint.data.decode(errors="replace")
                if clip in self._stage.live_ids:
                    self._stage.get(clip).want_keyframe(asyncio.get_running_loop().time())

    async def stop(self) -> None:
        """Let the last entries out, then end."""
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
            ask_keyframe=lambda: self._run(self._bus.publish(KEYFRAMES, clip.id.encode())),
        )
        self._tasks.create_task(self._mirror(live), name=f"mirror of {clip.id}")
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
            live.units.close()
            del self._mirrored[live.clip]

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _read(entry: Entry) -> Piece | End | None:
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
    async with asyncio.TaskGroup() as tasks:
        mirrors = Mirrors(stage, bus, tasks, deserted_s)
        if not bus.shared:
            yield mirrors
            return
        heeding = tasks.create_task(mirrors.heed())
        with stage.watch(mirrors.broadcast):
            try:
                yield mirrors
            finally:
                heeding.cancel()
                await mirrors.stop()
