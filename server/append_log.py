"""Log: an append-only sequence with many readers, each at a place of its own.

The units of a clip on air live in one. A reader never slows the writer or another reader.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Log(Generic[T]):
    """Items in the order they were appended; closed once, after which nothing follows."""

    def __init__(self) -> None:
        self.items: list[T] = []
        self.closed = False
        # No asyncio.Condition: it would need a lock that every append waits for, and append must be
        # a plain call.
        self._waiters: set[asyncio.Future[None]] = set()
        self._listeners: list[Callable[[], None]] = []

    def append(self, item: T) -> None:
        """Add one item and wake every waiting reader.

        Raises:
            RuntimeError: the log is closed.
        """
        if self.closed:
            raise RuntimeError("the log is closed: nothing follows its last item")
        self.items.append(item)
        self._wake()

    def close(self) -> None:
        """End the log; readers stop after the last item. Closing twice is the same as once."""
        self.closed = True
        self._wake()

    async def read(self, at: int = 0) -> AsyncIterator[T]:
        """Every item from place ``at`` on, as it comes; ends when the log is closed."""
        while True:
            while at < len(self.items):
                yield self.items[at]
                at += 1
            if self.closed:
                return
            await self.wait_grown(at)

    async def wait_grown(self, at: int) -> None:
        """Wait until the log holds more than ``at`` items or is closed."""
        while len(self.items) <= at and not self.closed:
            # One future per reader: a shared one is cancelled for all when one is cancelled.
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)

    @contextmanager
    def calling_on_growth(self, grown: Callable[[], None]) -> Iterator[None]:
        """Inside the block ``grown`` is called with every item and at the close."""
        self._listeners.append(grown)
        try:
            yield
        finally:
            self._listeners.remove(grown)

    def _wake(self) -> None:
        # A copy: who is called may stop listening, and the list would skip its neighbour.
        for grown in tuple(self._listeners):
            grown()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
