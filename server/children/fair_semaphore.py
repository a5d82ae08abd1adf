"""Who may take a core next: places for work that is asked for by strangers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from phosphene.errors import Busy

RETRY_S: Final = 10.0


class FairSemaphore:
    """Some ``places`` at once, of which one asker never has all; who waits is let in by how many
    places their asker has, then in the order in which they came. Of each asker ``most_each`` wait,
    of all ``most``, for ``patience_s`` seconds each. ``busy``: what else is said."""

    def __init__(
        self, places: int, *, most: int, most_each: int, patience_s: float, busy: str
    ) -> None:
        self._places = places
        self._places_each = max(1, places - 1)
        self._most, self._most_each = most, most_each
        self._patience_s = patience_s
        self._said = busy
        self._held = Counter[str]()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def hold_place(self, asker: str) -> AsyncIterator[None]:
        """A place for the block. Raises Busy: too many wait, or none was free in time."""
        await self._take(asker)
        try:
            yield
        finally:
            self._give_back(asker)

    async def _take(self, asker: str) -> None:
        same = sum(1 for one, _ in self._waiting if one == asker)
        if len(self._waiting) >= self._most or same >= self._most_each:
            raise Busy(self._said, RETRY_S)
        mine = asker, asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._let_in()
        try:
            async with asyncio.timeout(self._patience_s):
                await mine[1]
        except BaseException as error:
            self._leave(mine)
            if isinstance(error, TimeoutError):
                raise Busy(self._said, RETRY_S) from None
            raise

    def _leave(self, mine: tuple[str, asyncio.Future[None]]) -> None:
        """Wait no longer; a place that was given at the same moment goes to the next."""
        if mine in self._waiting:
            self._waiting.remove(mine)
        else:
            self._give_back(mine[0])

    def _give_back(self, asker: str) -> None:
        self._held[asker] -= 1
        # Of who has none nothing is kept: addresses are many.
        self._held += Counter()
        self._let_in()

    def _let_in(self) -> None:
        while self._held.total() < self._places:
            # Who is cancelled stands here until their turn of the loop.
            here = [one for one in self._waiting if not one[1].done()]
            able = [one for one in here if self._held[one[0]] < self._places_each]
            if not able:
                return
            chosen = min(able, key=lambda one: self._held[one[0]])
            self._waiting.remove(chosen)
            self._held[chosen[0]] += 1
            chosen[1].set_result(None)
