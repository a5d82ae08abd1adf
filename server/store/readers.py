"""Reading beside the writer: a few threads, each read in one consistent snapshot."""

import asyncio
import queue
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from phosphene.errors import Busy
from phosphene.store.filesystem import need_local
from phosphene.store.schema import (
    as_busy,
    check_release,
    connect_reader,
    is_unusable,
    newest_schema,
)

T = TypeVar("T")
# SQLite reads beside its writer in WAL mode. Two, so that a long page does not hold up everybody's
# snapshot; more would only share the cores.
THREADS = 2
AT_ONCE: Final = 16
"""Queries that one thread is given: more would let the quick ones wait for long."""

Query = Callable[[sqlite3.Connection], Any]
Job = tuple[Query, asyncio.Future[Any]]
Outcome = tuple[asyncio.Future[Any], Any, Exception | None]


def look(path: Path, query: Callable[[sqlite3.Connection], T]) -> T:
    """One query to the database in ``path``, beside whoever writes. Raises Busy."""
    try:
        connection = connect_reader(path)
        try:
            return query(connection)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise as_busy(error) from error


def check_file(path: Path) -> None:
    """Whether this release may work on the database in ``path``, if there is one. Raises BadInput
    if it is for newer releases only, or would lie on a network file system."""
    need_local(path)
    if path.is_file():
        # What cannot be read, or was not made to its end, is told by who opens it to write.
        with suppress(Busy):
            look(path, lambda cx: check_release(cx, newest_schema()))


class Readers:
    """Read-only connections, one per thread. Queries that come while all threads read wait, and are
    then read some at a time: to wake a thread, and the loop again, costs more than most of them."""

    def __init__(self, path: Path) -> None:
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._idle.put(connect_reader(path))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store reader")
        self._waiting: deque[Job] = deque()
        self._reading = 0
        self._closed = False

    async def run_query(self, query: Callable[[sqlite3.Connection], T]) -> T:
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
        connection = self._idle.get()
        try:
            outcomes = [(answer, *_outcome(connection, query)) for query, answer in jobs]
        finally:
            self._idle.put(connection)
        loop.call_soon_threadsafe(self._give_out, loop, outcomes)

    def _give_out(self, loop: asyncio.AbstractEventLoop, outcomes: Sequence[Outcome]) -> None:
        self._reading -= 1
        for answer, found, error in outcomes:
            if answer.done():  # who asked is gone
                continue
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)
        self._read_waiting(loop)


def _outcome(connection: sqlite3.Connection, query: Query) -> tuple[Any, Exception | None]:
    """What a query found, or raised."""
    try:
        # A snapshot for several queries: a page and the counts on it are of one moment.
        connection.execute("BEGIN")
        return query(connection), None
    except sqlite3.DatabaseError as error:
        return None, as_busy(error) if is_unusable(error) else error
    # A boundary: whatever a query raises is raised to who asked, never in the thread.
    except Exception as error:
        return None, error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
