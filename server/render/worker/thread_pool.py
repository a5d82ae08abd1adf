"""A thread pool with deadlines: what is due first runs first (earliest deadline first)."""

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import Executor
from itertools import count
from typing import Final, ParamSpec, TypeVar

from phosphene.render.cores import usable_cores
from phosphene.render.worker.chunked_work import ChunkedWork, run_next_chunk

# libx264 and numpy release Python's lock, so threads do; processes would have to be sent the
# latents.
# At most; more than there are cores would only take turns, and each other's caches.
PICTURE_THREADS: Final = 4

P = ParamSpec("P")
R = TypeVar("R")


class PriorityThreadPool:
    """Gives calls to ``threads``, of which there are ``many``. For one event loop.

    One call more than that is given at once, so that no thread rests while the loop wakes up.
    """

    def __init__(self, threads: Executor, many: int) -> None:
        self._threads = threads
        # A thread that ends one call finds the next in the executor's queue; handed over by the
        # loop it would rest for as long as that needs to wake up.
        self._free = many + 1
        self._number = count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    async def call_in_thread(
        self, due: float, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call in a thread, after all that is due earlier. Raises what the call raises."""
        await self._wait_turn(due)
        try:
            return await asyncio.wrap_future(self._threads.submit(call, *args, **kwargs))
        finally:
            self._pass_on()

    async def run_chunked(self, due: float, work: ChunkedWork[R]) -> R:
        """Run a long work chunk by chunk: what is due earlier runs in between."""
        while (ended := await self.call_in_thread(due, run_next_chunk, work)) is None:
            pass
        return ended[0]

    async def _wait_turn(self, due: float) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        # The number keeps equal deadlines in order, and keeps futures from being compared.
        heapq.heappush(self._waiting, (due, next(self._number), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # its turn had come as it went away
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def picture_threads() -> int:
    """How many threads draw and encode pictures."""
    return min(PICTURE_THREADS, max(2, usable_cores()))
