"""Clips that nobody sees through any more: their instance died, hangs, or stopped."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from phosphene.blobs.blobs import Blobs
from phosphene.errors import Busy, LeaseLost
from phosphene.lifecycle import Lifecycle
from phosphene.model import Clip
from phosphene.render.dispatch.pool import ModelPools
from phosphene.render.schedule import Asker
from phosphene.store.holder import LeaseHolder
from phosphene.store.leases import lease_of
from phosphene.store.orphans import Orphan, Takeover
from phosphene.store.store import Store
from phosphene.stream.simulated_viewer import SimulatedViewer
from phosphene.studio.active_clip import ActiveClip
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.checkpoints import delete_checkpoint
from phosphene.studio.records import ClipRecords

MOST_HOLDERS: Final = 4
"""A clip that so many instances had begun, and that was lost each time, is not tried again."""

ABANDONED_S: Final = 60.0
"""So long a clip waits for an instance that can draw it; then any says that it failed."""

log = logging.getLogger("phosphene.studio")

Look = Mapping[str, Orphan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeovers:
    """Looks after the clips of others as long as ``run`` runs. ``draw`` is a clip's story
    (``Drawings.draw_clip``)."""

    store: Store
    blobs: Blobs
    holder: LeaseHolder
    pools: ModelPools
    lifecycle: Lifecycle
    active_clips: ActiveClips
    records: ClipRecords
    draw: Callable[[ActiveClip], Coroutine[Any, Any, None]]

    async def recover_own(self) -> None:
        """At the start: go on with all clips that a stop cut off, where this instance is alone.
        Beside others ``run`` does that, when their leases have run out."""
        if not self.holder.alone:
            return
        for clip_id in await self.store.list_unfinished():
            await self._take_over(clip_id, alone=True)

    async def run(self) -> None:
        """Go on with clips of instances that are gone, for ever; there are none where this one is
        alone."""
        if self.holder.alone:
            return
        before: Look = {}
        while True:
            # As often as leases are renewed: who only stood still has renewed its own between two
            # looks.
            await asyncio.sleep(self.holder.renew_s)
            try:
                before = await self._look(before)
            except Busy as error:
                log.warning("clips of others cannot be looked after: %s", error)

    async def _look(self, before: Look) -> Look:
        """Take what is abandoned, and say what was found. Raises Busy."""
        # By a look and no word of who dies: kill -9 says none. Under twelve faults 8 of 36 clips
        # failed while neighbours had idle workers.
        found = {orphan.clip.id: orphan for orphan in await self.store.list_orphans()}
        if not self.lifecycle.stopping:
            for orphan in abandoned(before, found.values()):
                await self._take_if_ours(orphan)
        return found

    async def _take_if_ours(self, orphan: Orphan) -> None:
        """Who can draw it goes first."""
        late = time.time() - orphan.until > ABANDONED_S
        if orphan.clip.id not in self.active_clips and (late or self._can_draw(orphan.clip)):
            await self._take_over(orphan.clip.id, alone=False)

    def _can_draw(self, clip: Clip) -> bool:
        pool = self.pools.pool_with(clip.recipe) if clip.recipe is not None else None
        if pool is None or clip.recipe is None or pool.unavailable_reason:
            return False
        return sum(bool(look.portrait) for look in clip.recipe.looks) <= pool.most_portraits

    async def _take_over(self, clip_id: str, *, alone: bool) -> None:
        since = time.time()
        taken = await self.store.take_over(clip_id, alone=alone)
        if taken is None:
            return
        log.warning("clip %s is taken over, by holder number %d", clip_id, taken.number)
        active = self._active_clip(taken, since)
        reason = self._unavailable(taken)
        if not reason:
            self.active_clips.begin_clip(active, self.draw(active))
            return
        active.place.release()
        try:
            await self.records.end_clip(active, "failed", reason)
        except LeaseLost as error:
            log.warning("clip %s is left to another instance: %s", clip_id, error)
        self.holder.drop_lease(active.lease)
        await delete_checkpoint(active, self.blobs)

    def _active_clip(self, taken: Takeover, since: float) -> ActiveClip:
        clip = taken.clip
        # Which one goes on with it may not be known before its model is loaded: its place is kept
        # here until then.
        pool = self.pools.pool_of(clip.recipe) or self.pools.usual
        return ActiveClip(
            clip,
            time.perf_counter() - max(0.0, since - clip.created_at),
            SimulatedViewer(clip.fps),
            self.holder.hold_lease(
                lease_of(clip.id), taken.number, since, lambda: self.pools.cancel_clip(clip.id)
            ),
            pool.keep_place(Asker(clip.author.id), ahead=clip.status == "live"),
            takeover=taken,
            checkpoint=taken.checkpoint,
        )

    def _unavailable(self, taken: Takeover) -> str:
        """Why nobody need try; empty when somebody may."""
        if was_lost_too_often(taken.clip, taken.number):
            return f"{MOST_HOLDERS} instances had begun it, and each time it was lost"
        if all(one.unavailable_reason for one in self.pools):
            return "the server stopped while drawing it, and no other can go on with it"
        return ""


def was_lost_too_often(clip: Clip, number: int) -> bool:
    """Whether a clip under the ``number``-th holder is not tried again. One that still waits in
    line has done nothing to those who held it: it goes on waiting."""
    # Only what is on air can have killed its holders: under faults a third of the acknowledged
    # clips had failed so, and had only waited in line.
    return clip.status == "live" and number > MOST_HOLDERS


def abandoned(before: Look, found: Iterable[Orphan]) -> list[Orphan]:
    """Those that were released, or found a look ago already: a holder whose clock, or whose store,
    stood still for a moment renews them in between."""
    return [
        orphan for orphan in found if orphan.released or _same(before.get(orphan.clip.id), orphan)
    ]


def _same(before: Orphan | None, found: Orphan) -> bool:
    return before is not None and (before.number, before.until) == (found.number, found.until)
