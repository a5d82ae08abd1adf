"""Reading beside the writer: a few threads, each read in one consistent snapshot."""

import asyncio
import queue
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from phosphene.errors import Busy
from phosphene.store.connection import Outcome, SnapshotReader, SqlConnection, Work

T = TypeVar("T")
# Databases are read beside their writer. Two, so that a long page does not hold up everybody's
# snapshot; more would only share the cores.
THREADS = 2
AT_ONCE: Final = 16
"""Queries that one thread is given: more would let the quick ones wait for long."""

Job = tuple[Work, asyncio.Future[Any]]
Told = tuple[asyncio.Future[Any], Outcome]


class Readers:
    """Read-only connections, one per thread. Queries that come while all threads read wait, and are
    then read some at a time: to wake a thread, and the loop again, costs more than most of them."""

    def __init__(self, open_reader: Callable[[], SnapshotReader]) -> None:
        self._idle: queue.SimpleQueue[SnapshotReader] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._idle.put(open_reader())
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store reader")
        self._waiting: deque[Job] = deque()
        self._reading = 0
        self._closed = False

    async def run_query(self, query: Callable[[SqlConnection], T]) -> T:
        """Run ``query`` on one snapshot of the database. Raises Busy when it cannot be read."""
        if self._closed:
            raise Busy("the store is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append((query, answer))
        self._read_waiting(loop)
        return await answer

    async def close(self) -> None:
        """Let reads under way end, then close the connections."""
        self._closed = True
        for _, answer in self._waiting:
            if not answer.done():
                answer.set_exception(Busy("the store is closed"))
        self._waiting.clear()
        await asyncio.to_thread(self._threads.shutdown)
        for _ in range(THREADS):
            self._idle.get().close()

    def _read_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting and self._reading < THREADS:
            jobs = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            self._reading += 1
            self._threads.submit(self._read, loop, jobs)

    def _read(self, loop: asyncio.AbstractEventLoop, jobs: Sequence[Job]) -> None:
        """In a thread."""
        reader = self._idle.get()
        try:
            told = [(answer, reader.read_snapshot(query)) for query, answer in jobs]
        finally:
            self._idle.put(reader)
        loop.call_soon_threadsafe(self._give_out, loop, told)

    def _give_out(self, loop: asyncio.AbstractEventLoop, told: Sequence[Told]) -> None:
        self._reading -= 1
        for answer, (found, error) in told:
            if answer.done():  # who asked is gone
                continue
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)
        self._read_waiting(loop)
