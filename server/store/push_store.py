"""What the store knows of browsers that are told by push."""

from collections.abc import Callable, Sequence

from phosphene.notifications import QuietHours
from phosphene.store import inbox, pushes
from phosphene.store.pushes import DuePush, PushSubscription
from phosphene.store.transactions import TransactionRunner


class PushStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def subscribe_browser(self, one: PushSubscription) -> None:
        """Tell a browser from now on. Raises Unprocessable: the person has too many."""
        await self._write(pushes.subscribe_browser, one)

    async def unsubscribe_browser(self, person_id: str, subscription_id: str) -> bool:
        """Tell a browser no more; whether it was one of the person's."""
        return await self._write(pushes.unsubscribe_browser, person_id, subscription_id)

    async def list_subscriptions(self, person_id: str) -> Sequence[PushSubscription]:
        """Browsers of a person that are told, the oldest first."""
        return await self._read(pushes.subscriptions, person_id)

    async def get_quiet_hours(self, person_id: str) -> QuietHours | None:
        """When a person wants no push."""
        return await self._read(inbox.quiet_hours, person_id)

    async def set_quiet_hours(self, person_id: str, quiet: QuietHours | None) -> None:
        """When a person wants no push from now on."""
        await self._write(pushes.set_quiet_hours, person_id, quiet, self._clock())

    async def next_due(self) -> float | None:
        """When the next browser is to be told; None while none is."""
        return await self._read(pushes.next_due)

    async def take_due(self, limit: int) -> Sequence[DuePush]:
        """Browsers that are to be told now, and by no other instance for a minute."""
        return await self._write(pushes.take_due, self._clock(), limit)

    async def settle_push(self, one: PushSubscription, until: float) -> bool:
        """A browser was told what came up to a time, or needs not be; whether more came
        meanwhile."""
        return await self._write(pushes.settle_push, one, until, self._clock())

    async def postpone_push(
        self, one: PushSubscription, until: float, *, failed: bool = False
    ) -> None:
        """Tell a browser later; one that ``failed`` too often no more."""
        await self._write(pushes.postpone_push, one, until, failed)
