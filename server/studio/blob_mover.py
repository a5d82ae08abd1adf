"""Takes files away from those who may see them no more: where they are read without asking us, an
address that was given before would lead to them on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from phosphene.blobs.blobs import Blobs, BlobsAway, is_served
from phosphene.errors import BadInput, Busy, LeaseLost
from phosphene.events import ClipChanged, ClipFinished, ClipHidden, ClipRemoved, StoredEvent
from phosphene.failure_boundary import Backoff
from phosphene.store.blob_move_store import BlobMoveStore
from phosphene.store.blob_moves import BlobMove
from phosphene.store.holder import LeaseHolder
from phosphene.trust.public_network import NotReached

LEASE: Final = "blob moves"
BACK_OFF_S: Final = (0.25, 10.0)
TURN_S: Final = 60.0
"""So often it is looked for what was noted and never told here: by an instance that was killed with
its machine, or in a commit that was not answered."""
MOST: Final = 30
"""Files that are moved together, and told of. Some CDNs forget no more at once."""
TOLD: Final = (ClipChanged, ClipFinished, ClipHidden, ClipRemoved)
"""Events behind which the audience of a clip may be another one."""

Purge = Callable[[Sequence[str]], Awaitable[None]]
"""Lets caches forget films of these names. Raises NotReached."""

log = logging.getLogger("phosphene.studio")


class BlobMover:
    """One at a time of all instances, by a lease; ``run`` is to run beside the requests, and works
    off what the store has noted, also before a start."""

    def __init__(
        self, holder: LeaseHolder, moves: BlobMoveStore, blobs: Blobs, purge: Purge
    ) -> None:
        self._holder = holder
        self._moves = moves
        self._blobs = blobs
        self._purge = purge
        self._woken = asyncio.Event()

    def heed_event(self, event: StoredEvent) -> None:
        """This instance has recorded an event."""
        if isinstance(event, TOLD):
            self._woken.set()

    async def delete_blobs(self, names: Sequence[str]) -> None:
        """Let go of what the store has noted that nobody needs: now, or as soon as it can be."""
        try:
            await self._blobs.delete_all(names)
        except BlobsAway as error:
            log.warning("%d files wait to be deleted: %s", len(names), error.why)
        self._woken.set()

    async def run(self) -> None:
        """Move what is to be moved: now, when woken, and each turn, for ever. Raises OSError."""
        backoff = Backoff(*BACK_OFF_S)
        while True:
            self._woken.clear()
            try:
                done = await self.move_all()
            except (Busy, LeaseLost, NotReached) as error:
                if not backoff.failures:
                    log.warning("files for others than before wait to be moved: %s", error)
                done = False
            if done:
                backoff.reset()
                with suppress(TimeoutError):
                    async with asyncio.timeout(TURN_S):
                        await self._woken.wait()
            else:
                await backoff.pause()

    async def move_all(self) -> bool:
        """Whether it is done, and not left to another instance. Raises Busy, LeaseLost, NotReached,
        OSError: of some; the others are where they belong."""
        after, failures, refused = "", list[BaseException](), None
        while await self._moves.list_moves(1, after):
            async with self._holder.acquire_lease(LEASE) as held:
                if not held:  # another instance does it, or has just ended
                    return False
                # Under a lease for each page: what was to be moved before may be elsewhere by now.
                moves = await self._moves.list_moves(MOST, after)
                done, failed = await self._place_all(moves)
                failures += failed
                # What somebody may see no more goes also where nobody can tell the caches of it.
                refused = refused or await self._finish(done)
            if not done:  # nothing can be moved now
                break
            after = moves[-1].blob
        for error in filter(None, (*failures, refused)):
            raise error
        return True

    async def _place_all(
        self, moves: Sequence[BlobMove]
    ) -> tuple[list[BlobMove], list[BaseException]]:
        """Those that are where they belong, and what the others failed of: one that cannot be
        moved keeps none of them waiting."""
        tried = await asyncio.gather(*(self._place(one) for one in moves), return_exceptions=True)
        done = [one for one, error in zip(moves, tried, strict=True) if error is None]
        return done, [error for error in tried if error is not None]

    async def _finish(self, done: Sequence[BlobMove]) -> NotReached | None:
        """Let caches forget what is where it belongs; why they could not be told."""
        # Now and not before: a cache that asks anew must find nothing.
        hidden = [one.blob for one in done if one.audience != "public" and is_served(one.blob)]
        try:
            if hidden:
                await self._purge(hidden)
        except NotReached as error:
            return error
        await self._moves.finish_moves(done)
        return None

    async def _place(self, move: BlobMove) -> None:
        """Raises BlobsAway, OSError."""
        # What cannot be a name is the name of nothing.
        with suppress(BadInput):
            if move.audience is None:
                await self._blobs.delete_blob(move.blob)
            else:
                await self._blobs.move_blob(move.blob, move.audience)
