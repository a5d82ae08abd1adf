"""Clips of one's own, and those that one keeps."""

from collections.abc import Awaitable, Callable, Sequence

from phosphene.events import Recorded
from phosphene.model import Page
from phosphene.store import library, viewings
from phosphene.store.library import ClipChange, Kept
from phosphene.store.transactions import TransactionRunner


class LibraryStore:
    """A part of the store; raises Busy when the database cannot be used. ``empty_log`` lets nothing
    that was overwritten stay in the write-ahead log; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        empty_log: Callable[[], Awaitable[bool]],
        epoch: str,
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._empty_log = empty_log
        self._epoch = epoch
        self._clock = clock

    async def change_terms(
        self, clip_id: str, person_id: str, change: ClipChange
    ) -> Sequence[Recorded]:
        """Change who may see and use a clip of one's own. One that is not public any more is in no
        list, search, feed or told event from then on, counts among no remixes, and waits to be
        taken out of its children's files; one with other terms waits to be signed anew. Raises
        NotFound, BadInput (it is being drawn)."""
        recorded: Sequence[Recorded] = await self._write(
            library.change_terms, clip_id, person_id, change, self._clock()
        )
        await self._empty_log()
        return recorded

    async def set_saved(self, clip_id: str, person_id: str, on: bool) -> None:
        """Keep a clip for oneself, or no more; nobody is told. Idempotent. Raises NotFound."""
        await self._write(library.set_saved, clip_id, person_id, on, self._clock())

    async def is_saved(self, clip_id: str, person_id: str) -> bool:
        """Whether a person keeps a clip."""
        return await self._read(library.is_saved, clip_id, person_id)

    async def clear_history(self, person_id: str, clip_id: str | None) -> None:
        """Forget that a person saw a clip, or any; their views go on counting. Idempotent."""
        while await self._write(viewings.clear_history, person_id, clip_id, self._clock()):
            pass
        await self._empty_log()

    async def list_kept(
        self, person_id: str, which: Kept, *, limit: int, cursor: str | None
    ) -> Page:
        """A person's own clips, or those that they keep, the latest first."""
        return await self._read(library.kept_clips, self._epoch, person_id, which, limit, cursor)

    async def list_remixes(
        self, clip_id: str, person_id: str, *, limit: int, cursor: str | None
    ) -> Page:
        """Remixes and forks of a clip: public ones and this person's own, newest first."""
        return await self._read(library.remixes, self._epoch, clip_id, person_id, limit, cursor)
