"""How often a connection is written to that many use at once."""

import asyncio
from typing import Final

GAP_S: Final = 0.004
"""A write of some hundred bytes costs 0.13 ms with waking who reads, and hearing a message 0.2 ms
more there, however long it is: at 500 deeds a second a quarter of the loop. What comes within a
gap goes together; who comes alone does not wait."""


class SendPace:
    """Turns that are at least ``gap_s`` apart. For one task."""

    def __init__(self, gap_s: float = GAP_S) -> None:
        self._gap_s = gap_s
        self._next = 0.0

    async def wait_turn(self) -> None:
        """Until the next turn: at once where the last one is long ago."""
        loop = asyncio.get_running_loop()
        wait = self._next - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        self._next = loop.time() + self._gap_s
