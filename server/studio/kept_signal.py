"""A signal that is not lost where nobody waits for it yet."""

import asyncio


class KeptSignal:
    """Given once or oftener, it is taken once; for one who takes it."""

    def __init__(self) -> None:
        self._given = asyncio.Event()

    def give(self) -> None:
        """Whoever takes it next need not wait."""
        self._given.set()

    async def take(self) -> None:
        """Return when it was given since it was last taken."""
        # Cleared after the wait: before it, what was given while its taker was busy was lost.
        await self._given.wait()
        self._given.clear()
