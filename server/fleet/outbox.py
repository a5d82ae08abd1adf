"""Commands on their way to Redis, many at a time and in order; an outage makes them wait."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

from redis.asyncio import Redis

from phosphene.bus.connection import RedisUnavailable, run_command
from phosphene.failure_boundary import Backoff
from phosphene.fleet.waiting import within

# In a pipeline a command costs 12 us instead of 108.
BATCH: Final = 256
MOST: Final = 4096
"""Commands that may wait; of more the oldest are forgotten, unless whoever posts waits first."""

BUSY: Final = 512
BACK_OFF_S: Final = (0.05, 0.5)

Command = tuple[bytes | str | int | float, ...]


class Outbox:
    """Nothing raises and nobody waits who does not want to; ``run`` sends. ``clock`` counts
    seconds."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._waiting: deque[Command] = deque(maxlen=MOST)
        self._posted = asyncio.Event()
        self._drained = asyncio.Event()
        self._sent_at = clock()

    @property
    def stalled_s(self) -> float:
        """Seconds since Redis last took anything, when something waits."""
        return self._clock() - self._sent_at if self._waiting else 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def post_command(self, *command: bytes | str | int | float) -> None:
        """Send a command as soon as Redis takes it."""
        if not self._waiting:
            self._sent_at = self._clock()
        self._waiting.append(command)
        self._posted.set()

    async def wait_until_short(self) -> None:
        """Wait until few commands are waiting."""
        while len(self._waiting) > BUSY:
            self._drained.clear()
            await self._drained.wait()

    async def wait_until_empty(self, seconds: float) -> None:
        """Wait until nothing is waiting, at most so long."""
        end = monotonic() + seconds
        while self._waiting and monotonic() < end:
            self._drained.clear()
            await within(end - monotonic(), self._drained)

    async def run(self) -> None:
        """Send for ever. What Redis refuses is not sent again; what it may have missed is."""
        backoff = Backoff(*BACK_OFF_S)
        while True:
            await self._posted.wait()
            self._posted.clear()
            while self._waiting:
                try:
                    await self._send()
                except RedisUnavailable:
                    await backoff.pause()
                else:
                    backoff.reset()
                    self._sent_at = self._clock()
                    self._drained.set()

    async def _send(self) -> None:
        # Taken out only when Redis has answered: what it may have missed is sent again, and numbers
        # tell what came twice.
        batch = [self._waiting[at] for at in range(min(BATCH, len(self._waiting)))]
        pipeline = self._redis.pipeline(transaction=False)
        for command in batch:
            pipeline.execute_command(*command)
        # One command that Redis refuses must not cost those beside it in the pipeline.
        await run_command(self._redis, pipeline.execute(raise_on_error=False))
        for command in batch:  # those posted meanwhile may have pushed some of them out
            if self._waiting and self._waiting[0] is command:
                self._waiting.popleft()
