"""What the store knows of limits that people set for what they watch."""

from collections.abc import Callable, Mapping, Sequence

from phosphene.store import watch_limits
from phosphene.store.transactions import TransactionRunner
from phosphene.store.watch_limits import Change, DayOf, Sent, Watching


class WatchLimitStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def get_limits(self, person_id: str, day_of: DayOf) -> Watching | None:
        """Somebody's limits and day; None of who has set none."""
        return await self._read(watch_limits.get_limits, person_id, day_of, self._clock())

    async def list_limited(self, person_ids: Sequence[str]) -> Sequence[str]:
        """Those of these people who have limits."""
        return await self._read(watch_limits.list_limited, tuple(person_ids))

    async def add_sent(self, sent: Mapping[str, Sent], day_of: DayOf) -> Mapping[str, Watching]:
        """Add what people were sent just now; where those stand who have limits."""
        return await self._write(watch_limits.add_sent, sent, day_of, self._clock())

    async def change_limits(self, person_id: str, change: Change) -> None:
        """Replace somebody's limits by what follows from those that hold."""
        await self._write(watch_limits.change_limits, person_id, change, self._clock())

    async def extend_time(self, person_id: str, day_of: DayOf, until: float) -> bool:
        """Give somebody more time until then; whether it was the first time on this day."""
        return await self._write(watch_limits.extend_time, person_id, day_of, until, self._clock())
