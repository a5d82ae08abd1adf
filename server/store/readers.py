"""Reading beside the writer: a few threads, each read in one consistent snapshot."""

import asyncio
import queue
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

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
    """Read-only connections, one per thread."""

    def __init__(self, path: Path) -> None:
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._idle.put(connect_reader(path))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store reader")
        self._closed = False

    async def run_query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``query`` on one snapshot of the database. Raises Busy when it cannot be read."""
        if self._closed:
            raise Busy("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, query)

    async def close(self) -> None:
        """Let reads under way end, then close the connections."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        for _ in range(THREADS):
            self._idle.get().close()

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            # A snapshot for several queries: a page and the counts on it are of one moment.
            connection.execute("BEGIN")
            return query(connection)
        except sqlite3.DatabaseError as error:
            if not is_unusable(error):
                raise
            raise as_busy(error) from error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._idle.put(connection)
