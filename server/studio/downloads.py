"""The films that people download: with a mark that everybody sees, made the first time and kept."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

from phosphene.blobs.blobs import Blobs, audience_of
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.studio.blob_names import SUFFIXES
from phosphene.trust.signing import Signer

MarkFilm = Callable[[bytes, str], Awaitable[bytes]]
"""Lays the mark on a film; the other argument is whose turn it is. Raises Busy."""


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
    ) -> None:
        self._get_clip = get_clip
        self._keep_download = keep_download
        self._blobs = blobs
        self._delete_blobs = delete_blobs
        self._signer = signer
        self._mark_film = mark_film
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ready_clip(self, clip: Clip, asker: str) -> Clip:
        """The finished clip with what one downloads of it; ``asker``: whose turn it is.

        Raises:
            NotFound: it is gone. BadInput: its film is damaged. Busy: others wait.
        """
        if clip.download is not None:
            return clip
        lock = self._making.setdefault(clip.id, asyncio.Lock())
        # Whoever comes second finds what the first one had made.
        async with lock:
            now = await self._get_clip(clip.id)
            if now.download is not None or now.sha256 is None:
                return now
            await self._make(now, asker)
        return await self._get_clip(clip.id)

    async def _make(self, clip: Clip, asker: str) -> None:
        try:
            film = await self._blobs.get(f"{clip.sha256}{SUFFIXES['video']}")
        except FileNotFoundError:  # going at this moment
            raise NotFound(f"the film of clip {clip.id} is gone") from None
        marked = await self._mark_film(film, asker)
        signed = await self._signer.sign_marked(marked, film, clip.id, clip.text, clip.license)
        name = await self._blobs.put(signed, SUFFIXES["download"], audience_of(clip))
        await self._delete_blobs(await self._keep_download(clip, name))
