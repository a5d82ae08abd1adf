"""Begins stored work when it is due, while ``run`` runs.

Every instance does it: the one that stored something is woken, the others look now and then for
what an instance left that is gone.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from phosphene.errors import Busy

TICK_S: Final = 30.0
"""What an instance left behind is taken by another at the latest then."""
BUSY_S: Final = 2.0

log = logging.getLogger("phosphene.due_work")


class DueWork:
    """``next_due`` says when the next piece is due, in seconds since the epoch as ``clock`` gives
    them, None while none is. ``take_due`` takes some of what is due, so that no other instance
    does, and begins it in tasks. ``wake`` is set when something was stored; ``pause_s`` later it is
    looked for."""

    def __init__(
        self,
        next_due: Callable[[], Awaitable[float | None]],
        take_due: Callable[[asyncio.TaskGroup], Awaitable[None]],
        clock: Callable[[], float],
        wake: asyncio.Event,
        pause_s: float = 0.0,
    ) -> None:
        self._next_due = next_due
        self._take_due = take_due
        self._clock = clock
        self._wake = wake
        self._pause_s = pause_s

    async def run(self) -> None:
        """Begin whatever becomes due, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    await self.start_due(tasks)
                    await self._wait_due()
                except Busy as error:
                    log.warning("cannot read what is due: %s", error)
                    await asyncio.sleep(BUSY_S)

    async def start_due(self, tasks: asyncio.TaskGroup) -> None:
        """Begin all that is due now."""
        # Read first: mostly nothing is due, and to take is a write.
        while (at := await self._next_due()) is not None and at <= self._clock():
            await self._take_due(tasks)

    async def _wait_due(self) -> None:
        """Wait until something is due, or may be."""
        at = await self._next_due()
        wait_s = TICK_S if at is None else min(TICK_S, max(0.0, at - self._clock()))
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
        # Not a poll: the pace at which is looked. Under a thousand events a second it is one look
        # in ``pause_s``.
        await asyncio.sleep(self._pause_s)
