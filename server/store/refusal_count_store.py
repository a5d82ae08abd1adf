"""What the store counts of refusals."""

from collections.abc import Callable, Sequence

from phosphene.refusal_totals import CountedRefusal, RefusalDay, RefusalTotal, RightDay
from phosphene.store import refusal_counts
from phosphene.store.transactions import TransactionRunner


class RefusalCountStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def count_refusal(self, one: CountedRefusal) -> None:
        """Once more today."""
        await self._write(refusal_counts.count_refusal, one, self._clock())

    async def list_totals(self) -> Sequence[RefusalTotal]:
        """Of the last twelve months."""
        return await self._read(refusal_counts.refusal_totals, self._clock())

    async def list_days(self, days: int) -> Sequence[RefusalDay]:
        """Of so many days, the newest first."""
        return await self._read(refusal_counts.refusal_days, days, self._clock())

    async def list_right_days(self, entry: str, days: int) -> Sequence[RightDay]:
        """What an entry of the registry refused and asked, the newest day first."""
        return await self._read(refusal_counts.right_days, entry, days, self._clock())
