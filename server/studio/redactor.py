"""Takes the manifests of removed clips out of the files of their children."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from phosphene.errors import BadInput, NotFound
from phosphene.store.store import Store
from phosphene.studio.archive import Archive

log = logging.getLogger("phosphene.redactor")


class Redactor:
    """Works off what the store says is to be signed anew; what a stop interrupts goes on at the
    next start."""

    def __init__(
        self,
        store: Store,
        delete_blobs: Callable[[Sequence[str]], Awaitable[None]],
        archive: Archive,
    ) -> None:
        self._store = store
        self._delete_blobs = delete_blobs
        self._archive = archive
        self._woken = asyncio.Event()

    def wake_up(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Redact what waits, now and whenever woken. Raises as ``redact_next``: begun again, it
        goes on."""
        while True:
            while await self.redact_next():
                pass
            await self._woken.wait()
            self._woken.clear()

    async def redact_next(self) -> bool:
        """Sign one clip anew; whether one was waiting. Raises Busy, OSError."""
        clip_id = await self._store.next_redaction()
        if clip_id is None:
            return False
        try:
            clip = await self._store.get_clip(clip_id)
            if clip.status != "done":
                await self._store.drop_redaction(clip_id)
                return True
            signed = await self._archive.redact_clip(clip)
        except (NotFound, BadInput) as error:
            # Dropped and not tried for ever: one damaged file would keep every other one from being
            # signed.
            log.error("clip %s cannot be signed anew: %s", clip_id, error)
            await self._store.drop_redaction(clip_id)
            return True
        await self._delete_blobs(await self._store.finish_redaction(clip, signed))
        return True
