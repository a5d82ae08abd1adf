"""What the store knows of how people want their feed."""

from collections.abc import Callable, Sequence

from phosphene.model import FeedChoices, FeedOrder, FeedWish
from phosphene.store import wishes
from phosphene.store.transactions import TransactionRunner
from phosphene.store.wishes import FeedStanding


class WishStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def get_standing(self, person_id: str) -> FeedStanding:
        """Everything that somebody said of their feed."""
        return await self._read(wishes.get_standing, person_id, self._clock())

    async def list_wishes(self, person_id: str) -> Sequence[FeedWish]:
        """The wishes of somebody that hold now, the oldest first."""
        return await self._read(wishes.list_wishes, person_id, self._clock())

    async def add_wishes(self, person_id: str, made: Sequence[FeedWish]) -> None:
        """Keep wishes; of all of somebody's the newest ``wishes.KEPT``."""
        await self._write(wishes.add_wishes, person_id, tuple(made))

    async def drop_wish(self, person_id: str, wish_id: str) -> bool:
        """Forget one; whether it was there."""
        return await self._write(wishes.drop_wish, person_id, wish_id)

    async def get_choices(self, person_id: str) -> FeedChoices:
        """How somebody wants their feed."""
        return await self._read(wishes.get_choices, person_id)

    async def change_choices(
        self, person_id: str, order: FeedOrder | None, personal: bool | None
    ) -> FeedChoices:
        """Change what is not None; what holds then."""
        return await self._write(wishes.change_choices, person_id, order, personal)
