"""The films that people download: with a mark that everybody sees, made the first time and kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from phosphene.blobs.blobs import Blobs, audience_of
from phosphene.errors import Busy, NotFound
from phosphene.model import Clip
from phosphene.studio.blob_names import SUFFIXES
from phosphene.trust.signing import Signer

MarkFilm = Callable[[bytes, str], Awaitable[bytes]]
"""Lays the mark on a film; the other argument is whose turn it is. Raises Busy."""

PATIENCE_S: Final = 100.0
"""So long somebody waits for who asked for the same film before: as long as its turn and its making
may take. Where it cannot be made each of them would else try it, one after the other."""
RETRY_S: Final = 10.0


class Downloads:
    """``get_clip`` raises NotFound; ``keep_download`` says which blob nobody needs after it."""

    def __init__(
        self,
        get_clip: Callable[[str], Awaitable[Clip]],
        keep_download: Callable[[Clip, str], Awaitable[Sequence[str]]],
        blobs: Blobs,
        delete_blobs: Callable[[Sequence[str]], Awaitable[None]],
        signer: Signer,
        mark_film: MarkFilm,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._get_clip = get_clip
        self._keep_download = keep_download
        self._blobs = blobs
        self._delete_blobs = delete_blobs
        self._signer = signer
        self._mark_film = mark_film
        self._patience_s = patience_s
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ready_clip(self, clip: Clip, asker: str) -> Clip:
        """The finished clip with what one downloads of it; ``asker``: whose turn it is.

        Raises:
            NotFound: it is gone. BadInput: its film is damaged. Busy: others wait.
        """
        if await self._is_there(clip):
            return clip
        lock = self._making.setdefault(clip.id, asyncio.Lock())
        # Whoever comes second finds what the first one had made.
        async with self._turn(lock):
            now = await self._get_clip(clip.id)
            if now.sha256 is None or await self._is_there(now):
                return now
            await self._make(now, asker)
        return await self._get_clip(clip.id)

    async def _is_there(self, clip: Clip) -> bool:
        """One whose blob was lost is made anew: it is no more than the film with a mark."""
        name = clip.download
        return name is not None and await self._blobs.total_size([name]) > 0

    @asynccontextmanager
    async def _turn(self, lock: asyncio.Lock) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience_s):
                await lock.acquire()
        except TimeoutError:
            said = "other films are being made ready to download; try again soon"
            raise Busy(said, RETRY_S) from None
        try:
            yield
        finally:
            lock.release()

    async def _make(self, clip: Clip, asker: str) -> None:
        try:
            film = await self._blobs.get(f"{clip.sha256}{SUFFIXES['video']}")
        except FileNotFoundError:  # going at this moment
            raise NotFound(f"the film of clip {clip.id} is gone") from None
        marked = await self._mark_film(film, asker)
        signed = await self._signer.sign_marked(marked, film, clip.id, clip.text, clip.license)
        # The service of a bucket sends it: what the file's own address says there nobody reads.
        name = await self._blobs.put(
            signed, SUFFIXES["download"], audience_of(clip), attachment=True
        )
        await self._delete_blobs(await self._keep_download(clip, name))
