"""The leases that this process holds: renewed while it lives, and asked before a word is said."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from math import inf
from typing import Final

from phosphene.errors import Busy, LeaseLost
from phosphene.failure_boundary import keep_running, running
from phosphene.store.held_lease import Lease
from phosphene.store.store import Store

# Two may fail, and time is left for a third before a neighbour believes that nobody is here.
RENEWALS: Final = 4
"""So often within its time a lease is renewed."""

log = logging.getLogger("phosphene.store")


class LeaseHolder:
    """Made by ``open_holder``, which runs ``run`` beside it. ``clock`` is that of the store.

    ``alone``: no other instance works on the database, so that no lease is lost by time.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float], lease_s: float, *, alone: bool
    ) -> None:
        self.alone = alone
        self.renew_s = lease_s / RENEWALS
        self._store = store
        self._clock = clock
        # Alone nobody else can take anything: a laptop that slept for an hour goes on where it was.
        self._lease_s = inf if alone else lease_s
        self._leases: dict[str, Lease] = {}
        self._hurry = asyncio.Event()
        self._renewed = asyncio.Condition()

    def hold_lease(self, name: str, number: int, since: float, lost: Callable[[], None]) -> Lease:
        """Renew from now on what the store gave at ``since`` or later. ``lost`` is called once,
        when it is found to be somebody else's."""
        lease = self._leases[name] = Lease(name, number, since + self._lease_s, lost)
        return lease

    def is_held(self, lease: Lease) -> bool:
        """Whether it is held for certain at this moment."""
        # Looked at before each word that is said, and not only when renewing: who was stopped for
        # longer than the lease finds out before it speaks, and not after.
        return not lease.gone and self._clock() < lease.until

    async def confirm_lease(self, lease: Lease) -> None:
        """Return when the lease is held for certain: at once, but after a sleep or while the store
        does not answer. Raises LeaseLost."""
        while not self.is_held(lease):
            if lease.gone:
                raise LeaseLost(f"{lease.name} is held by another instance")
            self._hurry.set()
            async with self._renewed:
                await self._renewed.wait()

    @asynccontextmanager
    async def acquire_lease(self, name: str) -> AsyncIterator[Lease | None]:
        """The lease, where the block is this instance's alone to do: then it is renewed until the
        end of the block, which is cancelled when it is lost all the same. None: somebody has it.

        Raises Busy, and LeaseLost in the place of that cancellation.
        """
        since, task = self._clock(), asyncio.current_task()
        number = await self._store.claim_lease(name)
        if number is None or task is None:
            yield None
            return
        # Longer than the lease may last what a bucket or a CDN is waited for, and what it was
        # decided from may be otherwise once somebody else has begun.
        lease = self.hold_lease(name, number, since, partial(_cancel, task))
        try:
            yield lease
        except asyncio.CancelledError:
            # As asyncio.timeout tells its own cancellation from that of others.
            if lease.gone and task.uncancel() == 0:
                raise LeaseLost(f"{name} is held by another instance") from None
            raise
        finally:
            await self.release_lease(lease)

    def drop_lease(self, lease: Lease) -> None:
        """Renew it no more: what it was about is over."""
        if self._leases.get(lease.name) is lease:
            del self._leases[lease.name]

    async def release_lease(self, lease: Lease) -> None:
        """Let somebody else have it at once. Raises Busy."""
        self.drop_lease(lease)
        if not lease.gone:
            await self._store.release_lease(lease.name, lease.number)

    async def run(self) -> None:
        """Renew what is held, for ever."""
        while True:
            self._hurry.clear()
            if self._leases:
                await self._renew()
            try:
                async with asyncio.timeout(self.renew_s):
                    await self._hurry.wait()
            except TimeoutError:
                continue

    async def _renew(self) -> None:
        # The time from before the question: counted from the answer, a slow disk would make the
        # holder believe in its lease for longer than the database does.
        asked, since = tuple(self._leases.values()), self._clock()
        try:
            held = await self._store.renew_leases()
        except Busy as error:
            log.warning("leases cannot be renewed: %s", error)
            # A locked database may be free again in a moment, and a lease that runs out costs a
            # clip a pause.
            await asyncio.sleep(self.renew_s / RENEWALS)
            self._hurry.set()
            return
        for lease in asked:
            if self._leases.get(lease.name) is not lease:
                continue  # it ended meanwhile
            if held.get(lease.name) == lease.number:
                lease.until = since + self._lease_s
            else:
                self.drop_lease(lease)
                lease.mark_lost()
        async with self._renewed:
            self._renewed.notify_all()


def _cancel(task: asyncio.Task[object]) -> None:
    task.cancel()


@asynccontextmanager
async def open_holder(
    store: Store, clock: Callable[[], float], lease_s: float, *, alone: bool
) -> AsyncIterator[LeaseHolder]:
    """What holds leases for this process within the block; those that are left run out."""
    holder = LeaseHolder(store, clock, lease_s, alone=alone)
    async with running(keep_running("renew leases", holder.run)):
        yield holder
