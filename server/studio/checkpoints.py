"""How far a clip on its way is, kept for who takes it over: its finished seconds as latents."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from phosphene.blobs.blobs import Blobs, BlobsAway
from phosphene.errors import Busy, LeaseLost
from phosphene.failure_boundary import running
from phosphene.render import messages
from phosphene.store.orphans import StoredCheckpoint
from phosphene.store.store import Store
from phosphene.studio.active_clip import ActiveClip

SUFFIX: Final = ".kept"
"""Of their own: a finished clip may come to the same latents, and these are deleted."""

log = logging.getLogger("phosphene.studio")


class Checkpoints:
    """Those of one clip; see ``open_checkpoints``."""

    def __init__(self, active: ActiveClip, store: Store, blobs: Blobs) -> None:
        self._active = active
        self._store = store
        self._blobs = blobs
        self._newest: messages.ClipCheckpoint | None = None
        self._noted = asyncio.Event()
        self._writing = asyncio.Lock()

    def note_kept(self, kept: messages.ClipCheckpoint) -> None:
        """More is final. Nobody waits for the disk: what it cannot follow is passed over."""
        # One place and no queue: who takes over needs the newest only, and a disk that is slower
        # than the drawing would leave a queue of latents in memory.
        self._newest = kept
        self._noted.set()

    async def run(self) -> None:
        """Keep what was noted last, until the lease is lost."""
        while True:
            await self._noted.wait()
            self._noted.clear()
            try:
                async with self._writing:
                    await self._keep_newest()
            except LeaseLost:
                return
            except (OSError, Busy) as error:
                log.warning("clip %s: a checkpoint was not kept: %s", self._active.clip.id, error)

    async def close(self) -> None:
        """Keep nothing more; what is being written is finished."""
        self._newest = None
        async with self._writing:
            pass

    async def _keep_newest(self) -> None:
        kept, active = self._newest, self._active
        if kept is None:
            return
        name = await self._blobs.put(kept.latents, SUFFIX)
        made = StoredCheckpoint(kept.seconds, name)
        try:
            await self._store.set_checkpoint(active.clip.id, active.lease.number, made)
        except LeaseLost:
            await self._blobs.delete_blob(name)
            raise
        # The older one goes only when the store names the newer: a crash in between leaves a file
        # without an owner, which is swept, and never a name without its file.
        before, active.checkpoint = active.checkpoint, made
        if before is not None and before.latents != name:
            await self._blobs.delete_blob(before.latents)


@asynccontextmanager
async def open_checkpoints(
    active: ActiveClip, store: Store, blobs: Blobs
) -> AsyncIterator[Checkpoints]:
    """What keeps checkpoints of a clip within the block."""
    checkpoints = Checkpoints(active, store, blobs)
    async with running(checkpoints.run()):
        try:
            yield checkpoints
        finally:
            await checkpoints.close()


async def delete_checkpoint(active: ActiveClip, blobs: Blobs) -> None:
    """Nobody takes over a clip that has ended."""
    if active.ended and active.checkpoint is not None:
        with suppress(OSError, BlobsAway):
            await blobs.delete_blob(active.checkpoint.latents)
