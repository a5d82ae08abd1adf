"""Keeps the data folder within its budget and the database short, beside everything else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from phosphene.blobs.blobs import Blobs
from phosphene.disk_usage import DAY_S, Usage
from phosphene.settings import Settings
from phosphene.store.holder import LeaseHolder
from phosphene.store.references import blobs_of
from phosphene.store.store import Ages, Expiring, Removal, Store
from phosphene.studio.disk_budget import plan_eviction

TURN_S: Final = 60.0
SWEEP_S: Final = 3600.0
LEASE: Final = "housekeeping"

YOUNG_S: Final = 3600.0
"""A file without an owner may be that of a clip that ends at this moment."""

BATCH: Final = 500
"""Files that are looked at together."""

FEW: Final = 50
"""Clips that are looked at, or removed in one transaction."""

log = logging.getLogger("phosphene.housekeeper")


class Housekeeper:
    """One for all instances on a data folder, by a lease; each knows how full it is.

    ``finish`` is given what is left to do of removed clips; ``clock`` is that of the store.
    """

    def __init__(
        self,
        store: Store,
        holder: LeaseHolder,
        blobs: Blobs,
        usage: Usage,
        settings: Settings,
        finish: Callable[[Removal], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._holder = holder
        self._blobs = blobs
        self._usage = usage
        self._data = Path(settings.data)
        self._ages = ages_of(settings)
        self._notice_s = settings.notice_days * DAY_S
        self._finish = finish
        self._clock = clock
        self._sweep_at = 0.0

    async def run(self) -> None:
        """Take turns, for ever. Raises Busy, OSError: begun again, it goes on."""
        while True:
            await self.take_turn()
            await asyncio.sleep(TURN_S)

    async def take_turn(self) -> None:
        """Let go of what is old; every hour also of files without an owner, and of clips for which
        there is no room. Raises Busy, LeaseLost, OSError."""
        if self._usage.is_full:  # room that somebody made counts within a turn
            await self._measure()
        # One of all instances, by the same leases as clips: two that sweep at once would each find
        # files of which the other one has just looked up the owner.
        async with self._holder.acquire_lease(LEASE) as held:
            if not held:  # another instance does it
                await self._measure_if_due()
                return
            await self._tidy()
            if self._is_due():
                await self._sweep()
                await self._measure_if_due()
                await self._keep_within_budget()
            await self._store.empty_log()

    def _is_due(self) -> bool:
        return self._clock() >= self._sweep_at

    async def _measure_if_due(self) -> None:
        if self._is_due():
            await self._measure()
            self._sweep_at = self._clock() + SWEEP_S

    async def _measure(self) -> None:
        now = self._clock()
        elsewhere = await self._blobs.measure_elsewhere(now - DAY_S)
        await asyncio.to_thread(self._usage.measure_folder, self._data, now, elsewhere)

    async def _tidy(self) -> None:
        while True:
            part = await self._store.tidy_some(self._ages)
            await self._finish(Removal(part.blobs, part.recorded))
            if not part.more:
                return

    async def _sweep(self) -> None:
        """Delete files that no clip needs and that are not new."""
        removed, now = 0, self._clock()
        async for files in self._blobs.list_batches(BATCH):
            old = [file for file in files if now - file.modified >= YOUNG_S]
            names = {file.name for file in old}
            # A point begins the name of what was being written when its process ended: no clip
            # names it.
            orphans = {name for name in names if name.startswith(".")}
            orphans.update(await self._store.find_unreferenced(sorted(names - orphans)))
            for file in old:
                # Blobs are named by what they hold, so the same file may have been put again for
                # another clip since it was looked at.
                if file.name in orphans:
                    await self._blobs.delete_unchanged(file)
            removed += len(orphans)
        if removed:
            log.info("%d files without an owner were deleted", removed)

    async def _keep_within_budget(self) -> None:
        mark, now = self._usage.keep_below(self._notice_s / DAY_S), self._clock()
        going = await self._store.list_expiring()
        verdict = plan_eviction(self._usage.used, mark, going, now)
        await self._store.keep_clips(verdict.spare)
        await self._remove(verdict.remove)
        await self._announce(verdict.wanted, now + self._notice_s)

    async def _remove(self, clip_ids: Sequence[str]) -> None:
        # A transaction for a few: all writers of the database wait for it, and a full folder may
        # let thousands go.
        for some in batched(clip_ids, FEW):
            await self._finish(await self._store.remove_expired(some))
        if clip_ids:
            log.warning("%d clips went for want of room", len(clip_ids))
            await self._store.empty_log()
            await self._measure()

    async def _announce(self, wanted: int, at: float) -> None:
        """Say of clips of so many bytes when they go."""
        told = 0
        while wanted > 0 and (clips := await self._store.going_next(limit=FEW)):
            sizes = [await self._blobs.total_size(blobs_of(clip)) for clip in clips]
            first = fewest(sizes, wanted)
            wanted -= sum(sizes[:first])
            told += first
            pairs = zip(clips[:first], sizes, strict=False)
            await self._store.set_expiry([Expiring(clip.id, size, at) for clip, size in pairs])
        if told:
            log.warning("%d clips will go for want of room, unless they are liked", told)


def fewest(sizes: Sequence[int], wanted: int) -> int:
    """How many of the first come to at least ``wanted``; all, if they do not."""
    for count, total in enumerate(accumulate(sizes), 1):
        if total >= wanted:
            return count
    return len(sizes)


def batched(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """``items`` in parts of at most ``size``."""
    return [items[at : at + size] for at in range(0, len(items), size)]


def ages_of(settings: Settings) -> Ages:
    """How long things are kept."""
    return Ages(
        events=settings.topic_events,
        events_s=settings.events_days * DAY_S,
        views_s=settings.views_days * DAY_S,
        failed_s=settings.failed_days * DAY_S,
        births_s=settings.births_days * DAY_S,
        latents_s=settings.latents_days * DAY_S,
    )
