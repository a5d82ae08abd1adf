"""An event that is reset by who waits for it."""

import asyncio


class AutoResetEvent:
    """For one who waits. What was set before the wait is not lost, and counts once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Whoever waits next need not."""
        self._event.set()

    async def wait(self) -> None:
        """Return when it was set since the last wait."""
        # Cleared after it: before it, what was set while its waiter was busy was lost.
        await self._event.wait()
        self._event.clear()
