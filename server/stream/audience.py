"""Who is there: a count whose being zero, or not, can be waited for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Audience:
    """How many are inside ``viewer_present()`` now."""

    def __init__(self) -> None:
        self.count = 0
        # Two events for one fact, because it is waited for in both directions, and an event cannot
        # be waited for until it is cleared.
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def viewer_present(self) -> Iterator[None]:
        """One more inside the block."""
        self.count += 1
        self._none.clear()
        self._some.set()
        try:
            yield
        finally:
            self.count -= 1
            if not self.count:
                self._some.clear()
                self._none.set()

    async def wait_until_empty(self, seconds: float) -> None:
        """Wait until nobody was there for ``seconds``."""
        while True:
            await self._none.wait()
            try:
                async with asyncio.timeout(seconds):
                    await self._some.wait()
            except TimeoutError:
                return
