"""Clips on air in one instance, watched through another: their units travel over the bus.

Each rendition of a clip has a stream (see ``relay_stream``). In an outage entries are lost or
repeat; a relay goes on at the next keyframe. Other renditions than the full one are sent from when
somebody elsewhere first asks.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial

from phosphene.bus.bus import Bus, Hint
from phosphene.errors import NotLive
from phosphene.failure_boundary import hold, keep_running, task_group
from phosphene.model import Clip
from phosphene.stream.keyframe_seek import last_keyframe, sent_again_from
from phosphene.stream.live import ALL, LiveClip, LiveClips
from phosphene.stream.relay_stream import (
    RelayedEnd,
    RelayedUnit,
    make_entry,
    read_entry,
    stream_of,
)
from phosphene.units import RenditionName, Unit

KEYFRAMES = "keyframes"
RENDITIONS = "renditions"
# Somebody who swipes back and forth comes back within seconds; a relay that ends has to find its
# way to a keyframe anew.
DESERTED_S = 10.0
# Longer than a clip takes to go on at another worker or instance (a lease is taken over within
# seconds), so that its viewers see a pause and no end.
SILENT_S = 30.0
# The last pictures and the word that the clip has ended: enough for a Redis that answers, and no
# reason to hold a stop up for one that does not.
STOP_S = 2.0

log = logging.getLogger("phosphene.stream")


def can_follow(taken: int, number: int, key: bool) -> bool:
    """Whether unit ``number`` can be shown after unit ``taken`` (-1: none yet): it is new, and
    follows at once or needs nothing before it."""
    return number > taken and (key or number == taken + 1)


class RelayProgress:
    """What a relay has of a stream. Who goes on with a clip under a newer lease sends a log of its
    own, which repeats what was sent or comes after it; who is late says nothing any more."""

    def __init__(self) -> None:
        self._lease = 0
        self._taken = -1

    def is_current(self, piece: RelayedUnit | RelayedEnd) -> bool:
        """Whether it is said by who draws the clip, as far as this relay knows."""
        if piece.lease > self._lease:
            self._lease, self._taken = piece.lease, -1
        return piece.lease == self._lease

    def accept_unit(self, number: int, unit: Unit) -> bool:
        """Whether a unit is the next one, or one to go on with."""
        fit = can_follow(self._taken, number, unit.key)
        if fit:
            self._taken = number
        return fit


async def send_units(live: LiveClip, bus: Bus, name: RenditionName = "full") -> None:
    """Send a clip's units, in a rendition, to the other instances until its log is closed.

    All that waits goes together, a second of it at most: none is left out to catch up, since an
    instance that takes the clip over needs the whole log. What the bus does not take is tried again
    with the next unit, from the last keyframe on if that was sent, because the bus may have lost
    what it had.
    """
    stream, units = stream_of(live.clip, name), live.get_rendition(name).units
    at = 0 if name == live.name else last_keyframe(units.items)
    while True:
        await units.wait_grown(at)
        if at >= len(units.items):
            if not live.handed_over:
                await bus.append_entries(stream, make_entry(at, RelayedEnd(live.lease)))
            return
        waiting = enumerate(units.items[at : at + live.fps], at)
        entries = [make_entry(place, RelayedUnit(unit, live.lease)) for place, unit in waiting]
        if await bus.append_entries(stream, *entries):
            at += len(entries)
        elif units.closed:
            return
        else:
            await units.wait_grown(len(units.items))
            # A Redis that was started anew has nothing of before: who reads on there needs a
            # keyframe first.
            at = sent_again_from(units.items, at)


async def receive_units(
    live: LiveClip, bus: Bus, silent_s: float | None = SILENT_S, name: RenditionName = "full"
) -> None:
    """Fill the log of a relayed clip's rendition from the bus until the clip ends there or, with
    ``silent_s``, nothing has come for so long."""
    heard, now = RelayProgress(), asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(silent_s) as silence:
            async with aclosing(bus.follow_stream(stream_of(live.clip, name))) as entries:
                async for entry in entries:
                    silence.reschedule(None if silent_s is None else now() + silent_s)
                    piece = read_entry(entry)
                    if piece is None or not heard.is_current(piece):
                        continue
                    if isinstance(piece, RelayedEnd):
                        return
                    # After an outage a stream is read from its beginning: what was shown already
                    # must not be shown again.
                    newest = live.get_rendition(name).newest_tick
                    if heard.accept_unit(entry.number, piece.unit) and piece.unit.pts > newest:
                        live.append_unit(piece.unit, name)
    except TimeoutError:
        log.warning("clip %s: its instance fell silent", live.clip)


class Relays:
    """Finds a clip on air here or, through the bus, elsewhere. Made by ``open_relays``."""

    def __init__(
        self, live_clips: LiveClips, bus: Bus, tasks: asyncio.TaskGroup, deserted_s: float
    ) -> None:
        self._live_clips = live_clips
        self._bus = bus
        self._tasks = tasks
        self._deserted_s = deserted_s
        self._relayed: dict[str, LiveClip] = {}
        self._receiving: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._sent: set[tuple[str, RenditionName]] = set()
        self._followed: dict[tuple[str, RenditionName], asyncio.Task[None]] = {}

    @property
    def relayed_ids(self) -> frozenset[str]:
        """Clips that are drawn elsewhere and watched here."""
        return frozenset(self._relayed)

    def find_live(self, clip: Clip) -> LiveClip:
        """The clip on air, here or relayed: once, however many viewers.

        Raises:
            NotLive: it is on air nowhere that we can see.
        """
        if clip.status in {"failed", "cancelled"}:  # its log may be about to close
            raise NotLive(f"the clip is {clip.status}")
        if clip.id in self._live_clips.live_ids:
            return self._live_clips.get_live(clip.id)
        if clip.id not in self._relayed:
            if clip.status != "live" or not self._bus.is_shared:
                raise NotLive(f"the clip is {clip.status} and not on air here")
            self._relayed[clip.id] = self._new_relay(clip)
        return self._relayed[clip.id]

    def end_relay(self, clip_id: str) -> None:
        """Nobody here is sent more of a clip that is drawn elsewhere."""
        if clip_id in self._relayed:
            self._relayed[clip_id].close()
            self._receiving[clip_id].cancel()

    def relay_clip(self, live: LiveClip) -> None:
        """Begin to send a clip that goes on air here to the other instances."""
        self._run(partial(send_units, live, self._bus))

    async def serve_requests(self) -> None:
        """Pass on what viewers of our clips in other instances ask for."""
        async for hint in self._bus.receive_hints(KEYFRAMES, RENDITIONS):
            if not isinstance(hint, Hint):
                continue
            # Anybody can write into a channel of Redis: what is no text names no clip, and ends
            # nothing.
            clip, _, name = hint.data.decode(errors="replace").partition(" ")
            if clip not in self._live_clips.live_ids:
                continue
            live = self._live_clips.get_live(clip)
            if hint.channel == KEYFRAMES:
                live.request_keyframe(asyncio.get_running_loop().time())
            elif hint.channel == RENDITIONS:
                self._provide(live, name)

    async def stop_relaying(self) -> None:
        """Let the last entries of the clips here out, then end; those of others end at once."""
        for live in self._relayed.values():
            live.close()
        for task in (*self._receiving.values(), *self._followed.values()):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_S)
        for task in self._running:
            task.cancel()

    def _new_relay(self, clip: Clip) -> LiveClip:
        live = LiveClip(
            clip.id,
            width=clip.width,
            height=clip.height,
            fps=clip.fps,
            ask_keyframe=partial(self._ask_key_there, clip.id),
            ask_rendition=partial(self._ask_there, clip.id),
            sound=clip.recipe is not None and clip.recipe.sound,
        )
        receiving = hold("mirror", partial(self._receive_clip, live), clip.id)
        task = self._tasks.create_task(receiving, name=f"relay of {clip.id}")
        self._receiving[clip.id] = task
        # Not at the end of the task itself: one that is cancelled before it begins has none.
        task.add_done_callback(lambda _: self._forget_relay(live))
        return live

    async def _receive_clip(self, live: LiveClip) -> None:
        async with asyncio.TaskGroup() as group:
            following = group.create_task(receive_units(live, self._bus))
            deserted = group.create_task(live.audience.wait_until_empty(self._deserted_s))
            await asyncio.wait([following, deserted], return_when=asyncio.FIRST_COMPLETED)
            following.cancel()
            deserted.cancel()

    def _forget_relay(self, live: LiveClip) -> None:
        for key in [key for key in self._followed if key[0] == live.clip]:
            self._followed.pop(key).cancel()
        live.close()
        del self._relayed[live.clip], self._receiving[live.clip]

    def _provide(self, live: LiveClip, asked: str) -> None:
        """Viewers elsewhere want a rendition of a clip that is drawn here."""
        for name in ALL[1:]:
            if name != asked:
                continue
            live.ask_rendition(name)
            if (key := (live.clip, name)) not in self._sent:
                self._sent.add(key)
                sending = self._run(partial(send_units, live, self._bus, name))
                sending.add_done_callback(lambda _: self._sent.discard(key))

    def _ask_key_there(self, clip: str) -> None:
        self._run(partial(self._bus.publish_hint, KEYFRAMES, clip.encode()))

    def _ask_there(self, clip: str, name: RenditionName) -> None:
        """Viewers here want a rendition of a clip that is drawn elsewhere."""
        self._run(partial(self._bus.publish_hint, RENDITIONS, f"{clip} {name}".encode()))
        if clip in self._relayed and (clip, name) not in self._followed:
            # No limit of silence here: a rendition that nobody asks for falls silent while its clip
            # goes on. With the relay of the full one this ends too.
            filling = partial(receive_units, self._relayed[clip], self._bus, None, name)
            following = hold("mirror", filling, clip)
            task = self._tasks.create_task(following, name=f"{name} of {clip}")
            self._followed[clip, name] = task

    def _run(self, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        task = self._tasks.create_task(hold("mirror", work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


@asynccontextmanager
async def open_relays(
    live_clips: LiveClips, bus: Bus, deserted_s: float = DESERTED_S
) -> AsyncIterator[Relays]:
    """With a shared bus, clips on air here are sent to it and those elsewhere can be watched, each
    until nobody has watched it for ``deserted_s``."""
    async with task_group() as tasks:
        relays = Relays(live_clips, bus, tasks, deserted_s)
        if not bus.is_shared:
            yield relays
            return
        heeding = tasks.create_task(keep_running("mirrors", relays.serve_requests))
        with live_clips.announcing_arrivals(relays.relay_clip):
            try:
                yield relays
            finally:
                heeding.cancel()
                await relays.stop_relaying()
