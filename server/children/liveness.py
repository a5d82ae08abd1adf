"""Whether a process that should answer pings still lives."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from itertools import count

from phosphene.children.process import ProcessLimits, ProcessLost


class Liveness:
    """Pings a process and counts how long it has been silent."""

    def __init__(self, limits: ProcessLimits) -> None:
        self._limits = limits
        self._silent_s = 0.0

    def note_answer(self) -> None:
        """It has said something, whatever it was."""
        self._silent_s = 0.0

    async def keep_pinging(self, ping: Callable[[int], None]) -> None:
        """``ping_rounds`` for who does nothing between two. Raises ProcessLost."""
        async with aclosing(self.ping_rounds(ping)) as rounds:
            async for _ in rounds:
                pass

    async def ping_rounds(self, ping: Callable[[int], None]) -> AsyncGenerator[float, None]:
        """Ping for ever, with a number that grows; yields the seconds of each round.

        Raises:
            ProcessLost: it has not answered for ``limits.pong`` seconds.
        """
        # Counted in rounds, not by the clock: a parent that was itself asleep heard nothing.
        for number in count():
            ping(number)
            await asyncio.sleep(self._limits.ping_every)
            self._silent_s += self._limits.ping_every
            if self._silent_s > self._limits.pong:
                raise ProcessLost(f"it has not answered for {self._silent_s:.0f} s")
            yield self._limits.ping_every
