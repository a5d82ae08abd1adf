"""The one thread that writes: callers that wait at the same time share one commit."""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf
from typing import Any, TypeVar

from phosphene.errors import Busy
from phosphene.store.schema import as_busy, is_unusable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
Job = tuple[Work, "asyncio.Future[Any]"]
Outcome = tuple["asyncio.Future[Any]", Any, Exception | None]

# Where more than these wait, commits are long enough to be worth their sync: at 500 callers a like
# costs 13.7 us of CPU, alone 323. aiosqlite with a commit for each took 94 to 186, SQLAlchemy's
# asyncio 749.
BATCH = 512
# How long another process may hold the write lock, and how often it is tried.
PATIENCE_S = 5.0
LOCK_RETRY_S = 0.001
# After so long a commit takes no further piece, so that neighbours and readers get their turn.
# By time and not by count: forty removals in one commit once held the lock for 15 s, and a clip
# that a neighbour drew failed.
LOCK_S = 0.05
# How often it is tried to empty the log while others read there.
EMPTY_RETRY_S = 1.0


class Writer:
    """Runs pieces of work in the order they came, each all or nothing, many to a commit.

    A result is given out only after the commit that holds it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        patience_s: float = PATIENCE_S,
        lock_s: float = LOCK_S,
    ) -> None:
        self._connection = connection
        self._patience_s = patience_s
        self._lock_s = lock_s
        # A thread and a queue of our own instead of an executor: only so can all that waits be
        # taken at once. One writer, because SQLite has one: two connections would wait for each
        # other's lock.
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._empty_at = inf
        self._emptying: queue.SimpleQueue[asyncio.Future[bool]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="store writer", daemon=True)
        self._closed = False
        self._thread.start()

    def run_in_transaction(self, work: Callable[[sqlite3.Connection], T]) -> Awaitable[T]:
        """Run ``work`` in a transaction; resolves when it is on disk.

        Raises:
            Busy: the database is locked, full or closed, and nothing was kept; else whatever
            ``work`` raises, and nothing of it was kept.
        """
        if self._closed:
            raise Busy("the store is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((work, future))
        return future

    @property
    def is_alive(self) -> bool:
        """Whether anything asked of it is still done."""
        return self._thread.is_alive() and not self._closed

    async def empty_log(self) -> bool:
        """Copy the write-ahead log into the database and cut it to nothing, so that old pages are
        not kept in it. False when somebody reads there now, or the database cannot be used: then it
        is tried again after later commits."""
        if self._closed:
            return False
        emptied: asyncio.Future[bool] = self._loop.create_future()
        self._emptying.put(emptied)
        # The writer looks after its next commit.
        with suppress(Busy):
            await self.run_in_transaction(_nothing)
        return await emptied

    async def close(self) -> None:
        """Finish what was asked, then end the thread."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        left: list[Job] = []
        while batch := self._batch(left):
            outcomes = self._commit(batch)
            # Told with one call for the whole commit: each call from another thread wakes the loop
            # through a socket.
            left = batch[len(outcomes) :]
            self._loop.call_soon_threadsafe(_give_out, outcomes)
            self._empty_log_if_asked()

    def _batch(self, left: list[Job]) -> list[Job]:
        """What is left and what waits now, at least one job; nothing at the end."""
        batch = list(left)
        if not batch:
            first = self._jobs.get()
            if first is None:
                return []
            batch.append(first)
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _commit(self, batch: list[Job]) -> list[Outcome]:
        """What came of the first pieces of ``batch``: of so many as the lock may be held for."""
        try:
            self._begin()
            outcomes, end = [], time.monotonic() + self._lock_s
            for work, future in batch:
                outcomes.append((future, *self._attempt(work)))
                if time.monotonic() >= end:
                    break
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return [(future, None, _reason(error)) for _, future in batch]
        return outcomes

    def _begin(self) -> None:
        """Take the write lock. SQLite's own way of waiting sleeps 0.1 s at a time, and starves
        beside a busy neighbour."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                locked = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                if not locked or time.monotonic() >= deadline:
                    raise
                time.sleep(LOCK_RETRY_S)
            else:
                return

    def _attempt(self, work: Work) -> tuple[Any, Exception | None]:
        """Run one piece within the shared transaction; its failure undoes only itself."""
        connection = self._connection
        # Without it one bad like would undo the 499 that share its commit.
        connection.execute("SAVEPOINT work")
        try:
            result = work(connection)
        # A boundary: whatever a caller's work raises is the caller's, never the thread's.
        except Exception as error:
            if not connection.in_transaction:
                # SQLite gave up the whole transaction (disk full, I/O error): nobody was kept.
                raise sqlite3.OperationalError(str(error)) from error
            connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
            return None, _reason(error)
        connection.execute("RELEASE work")
        return result, None

    def _empty_log_if_asked(self) -> None:
        asked = [self._emptying.get() for _ in range(self._emptying.qsize())]
        if not asked and time.monotonic() < self._empty_at:
            return
        emptied = self._emptied()
        # Readers come and go: it is tried again after later commits, until it works.
        self._empty_at = inf if emptied else time.monotonic() + EMPTY_RETRY_S
        outcomes: list[Outcome] = [(future, emptied, None) for future in asked]
        self._loop.call_soon_threadsafe(_give_out, outcomes)

    def _emptied(self) -> bool:
        try:
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return bool(row[0] == 0)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            # After some I/O errors it fails as well; the next BEGIN says so to whoever asks then.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def _nothing(connection: sqlite3.Connection) -> None:
    """A piece of work that changes nothing."""


def _reason(error: Exception) -> Exception:
    return as_busy(error) if is_unusable(error) else error


def _give_out(outcomes: list[Outcome]) -> None:
    for future, result, error in outcomes:
        # Whoever asked may have gone meanwhile, as when a request is cancelled: it is kept all the
        # same.
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
