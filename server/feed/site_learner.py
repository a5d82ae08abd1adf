"""One process learns from everybody, for all instances on one database: who holds the lease runs
it, tells the others each second what changed, and keeps all of it each minute, under the number of
the lease. Who takes over goes on from what was kept and learns the reactions since."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from phosphene.blobs.blobs import Blobs
from phosphene.bus.bus import Bus, StreamEntry
from phosphene.children.process import ProcessLost
from phosphene.children.restart import keep_process
from phosphene.errors import Busy, LeaseLost, NotFound
from phosphene.failure_boundary import report_failure
from phosphene.feed.learned_follower import delta_stream
from phosphene.feed.learned_rows import LearnedRows, next_share
from phosphene.feed.learner_messages import (
    FOLDED_S,
    DeltaTold,
    Layer,
    SnapshotTaken,
    TakeSnapshot,
    TellDelta,
)
from phosphene.feed.learner_process import PART, LearnerProcess, learner_command, open_learner
from phosphene.feed.learner_sources import LearnerSources
from phosphene.scratch import scratch_folder
from phosphene.store.held_lease import Lease
from phosphene.store.holder import LeaseHolder
from phosphene.store.learner_snapshots import LEASE, LearnerSnapshot, LearnerSnapshotStore

TOLD_S: Final = 1.0
KEPT_S: Final = 60.0
PEOPLE: Final = 50_000
"""Whom the process that learns knows at once: everybody who is there, and not at one instance."""
SUFFIX: Final = ".learned"

log = logging.getLogger("phosphene.feed")


class SiteRooms(Struct, frozen=True):
    """What it works with."""

    snapshots: LearnerSnapshotStore
    holder: LeaseHolder
    bus: Bus
    blobs: Blobs


class SiteLearner:
    """``run`` runs beside the requests; it wants the lease once ``wanted`` is set."""

    def __init__(
        self,
        rooms: SiteRooms,
        sources: LearnerSources,
        folder: Path,
        wanted: asyncio.Event,
        *,
        weights: str = "",
        meaning: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._rooms = rooms
        self._sources = sources
        self._folder = folder
        self._wanted = wanted
        self._weights = weights
        self._layer: Layer = "meaning" if meaning else "words"
        self._clock = clock

    async def run(self) -> None:
        """Learn whenever nobody else does, for ever. Raises Busy."""
        await self._wanted.wait()
        while True:
            try:
                async with self._rooms.holder.acquire_lease(LEASE) as lease:
                    if lease is not None:
                        await self._keep_learning(_Turns(lease))
            except LeaseLost:
                log.info("another instance learns for all")
            await asyncio.sleep(self._rooms.holder.renew_s)

    async def _keep_learning(self, turns: "_Turns") -> None:
        while True:
            await keep_process("site learner", lambda ready: self._learn(turns, ready), _note_loss)

    async def _learn(self, turns: "_Turns", notify_ready: Callable[[], None]) -> None:
        """With one process, for a day at most. Raises ProcessLost, Busy, LeaseLost, BlobsAway."""
        with scratch_folder(self._folder) as folder:
            path = folder / "learned"
            await self._fetch(path)
            command = learner_command(path, self._weights, self._layer, "learner")
            async with open_learner(command, self._sources) as process:
                notify_ready()
                path.unlink(missing_ok=True)
                publisher = _Publisher(self._rooms, turns, process, path, self._clock)
                rows = LearnedRows(process, self._sources, PEOPLE)
                await process.tell_clips()
                while len(await rows.tell_part()) == PART:
                    await publisher.tell_delta()
                await self._go_on(process, rows, publisher)

    async def _go_on(
        self, process: LearnerProcess, rows: LearnedRows, publisher: "_Publisher"
    ) -> None:
        due, kept = self._clock(), -1
        while self._clock() < process.first.begun + FOLDED_S:
            began = self._clock()
            if began >= due and rows.learned > kept:
                due = began + KEPT_S
                if await publisher.keep_snapshot():
                    kept = rows.learned
            if await self._sources.list_after(rows.learned, 1):
                await process.tell_clips()
                await self._learn_lately(rows, publisher, began + TOLD_S)
            await asyncio.sleep(max(0.0, began + TOLD_S - self._clock()))

    async def _learn_lately(self, rows: LearnedRows, publisher: "_Publisher", until: float) -> None:
        """All that was done of late, or what of it can be learned until then."""
        while told := await rows.tell_part():
            # Its answer comes when it has learned them: what is told to a process that is behind
            # would wait in memory.
            await publisher.tell_delta()
            now = self._clock()
            rows.share = next_share(rows.share, now - told[-1].at)
            if len(told) < PART or now >= until:
                return

    async def _fetch(self, path: Path) -> None:
        """What was kept last, if it is there."""
        found = await self._rooms.snapshots.find_newest()
        if found is None:
            return
        try:
            body = await self._rooms.blobs.get(found.blob)
        except NotFound:
            log.warning("what the feed learned is gone: it is learned anew")
            return
        await asyncio.to_thread(path.write_bytes, body)


class _Turns:
    """The snapshots under one lease, over all processes that learn under it."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.next = 0


class _Publisher:
    """Tells the others what one process learned; says nothing while the lease is not held."""

    def __init__(
        self,
        rooms: SiteRooms,
        turns: _Turns,
        process: LearnerProcess,
        path: Path,
        clock: Callable[[], float],
    ) -> None:
        self._rooms = rooms
        self._turns = turns
        self._process = process
        self._path = path
        self._clock = clock
        self._entries = 0
        self._stream = ""

    async def tell_delta(self) -> None:
        """What it learned since this was called last. Raises ProcessLost, LeaseLost."""
        told = await self._process.ask_learner(TellDelta)
        if self._stream and isinstance(told, DeltaTold) and told.body:
            await self._append(told.body)

    async def keep_snapshot(self) -> bool:
        """Keep all that it learned, for who comes now; whether it could be. Raises ProcessLost,
        LeaseLost."""
        taken = await self._process.ask_learner(TakeSnapshot)
        if not isinstance(taken, SnapshotTaken):
            raise ProcessLost(f"it answered {type(taken).__name__}")
        # What a snapshot finishes before it is taken is told, too, and nothing is learned between.
        await self.tell_delta()
        await self._rooms.holder.confirm_lease(self._turns.lease)
        turn, number = self._turns.next, self._turns.lease.number
        try:
            body = await asyncio.to_thread(_take, self._path)
            blob = await self._rooms.blobs.put(body, SUFFIX)
            kept = LearnerSnapshot(number, turn, blob, taken.learned, self._clock())
            before = await self._rooms.snapshots.keep_snapshot(kept)
        except (Busy, OSError) as error:
            log.warning("what the feed learned cannot be kept now: %s", error)
            return False
        if before:
            await self._forget(before)
        if self._stream:
            await self._append(b"")
        else:
            log.info("learns for all instances", extra={"number": number})
        self._turns.next += 1
        self._stream, self._entries = delta_stream(number, turn), 0
        return True

    async def _forget(self, blob: str) -> None:
        try:
            await self._rooms.blobs.delete_blob(blob)
        except (Busy, OSError):
            log.info("what the feed learned before is left to the sweep")

    async def _append(self, body: bytes) -> None:
        await self._rooms.holder.confirm_lease(self._turns.lease)
        # What does not arrive is missed by its number, and found in the next snapshot.
        await self._rooms.bus.append_entries(self._stream, StreamEntry(self._entries, body))
        self._entries += 1


def _take(path: Path) -> bytes:
    """What a file held, which is gone: who is killed leaves nothing behind of what people taught
    who may be gone themselves."""
    body = path.read_bytes()
    path.unlink()
    return body


def _note_loss(reason: str, failures: int) -> None:
    report_failure("site learner", ProcessLost(reason))
