"""How far a clip on its way is, kept for who takes it over: its finished seconds as latents."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from server.boundary import running
from server.errors import Busy, LeaseLost
from server.render import messages
from server.store.store import Checkpoint
from server.studio.services import Making, Rooms

SUFFIX: Final = ".kept"
"""Of their own: a finished clip may come to the same latents, and these are deleted."""

log = logging.getLogger("phosphene.studio")


class Checkpoints:
    """Those of one clip; see ``open_checkpoints``."""

    def __init__(self, making: Making, rooms: Rooms) -> None:
        self._making = making
        self._rooms = rooms
        self._newest: messages.Checkpoint | None = None
        self._noted = asyncio.Event()
        self._writing = asyncio.Lock()

    def note(self, kept: messages.Checkpoint) -> None:
        """More is final. Nobody waits for the disk: what it cannot follow is passed over."""
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
                log.warning("clip %s: a checkpoint was not kept: %s", self._making.clip.id, error)

    async def close(self) -> None:
        """Keep nothing more; what is being written is finished."""
        self._newest = None
        async with self._writing:
            pass

    async def _keep_newest(self) -> None:
        kept, making = self._newest, self._making
        if kept is None:
            return
        name = await self._rooms.blobs.put(kept.latents, SUFFIX)
        made = Checkpoint(kept.seconds, name)
        try:
            await self._rooms.store.set_checkpoint(making.clip.id, making.lease.number, made)
        except LeaseLost:
            await self._rooms.blobs.delete(name)
            raise
        before, making.checkpoint = making.checkpoint, made
        if before is not None and before.latents != name:
            await self._rooms.blobs.delete(before.latents)


@asynccontextmanager
async def open_checkpoints(making: Making, rooms: Rooms) -> AsyncIterator[Checkpoints]:
    """What keeps checkpoints of a clip within the block."""
    checkpoints = Checkpoints(making, rooms)
    async with running(checkpoints.run()):
        try:
            yield checkpoints
        finally:
            await checkpoints.close()


async def forget_checkpoint(making: Making, rooms: Rooms) -> None:
    """Nobody takes over a clip that has ended."""
    if making.ended and making.checkpoint is not None:
        with suppress(OSError):
            await rooms.blobs.delete(making.checkpoint.latents)
