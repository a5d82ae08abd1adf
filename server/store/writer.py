"""The one thread that writes: callers that wait at the same time share one commit."""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf
from typing import Any, TypeVar

from phosphene.errors import Busy
from phosphene.store.connection import Committer, Outcome, SqlConnection, Work

T = TypeVar("T")
Job = tuple[Work, "asyncio.Future[Any]"]
Told = tuple["asyncio.Future[Any]", Outcome]

# Where more than these wait, commits are long enough to be worth their sync: at 500 callers a like
# costs 13.7 us of CPU, alone 323. aiosqlite with a commit for each took 94 to 186, SQLAlchemy's
# asyncio 749.
BATCH = 512
# How often it is tried to empty the log while others read there.
EMPTY_RETRY_S = 1.0


class Writer:
    """Runs pieces of work in the order they came, each all or nothing, many to a commit.

    A result is given out only after the commit that holds it.
    """

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        # A thread and a queue of our own instead of an executor: only so can all that waits be
        # taken at once. One writer, because the database has one: two connections would wait for
        # each other's lock.
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._empty_at = inf
        self._emptying: queue.SimpleQueue[asyncio.Future[bool]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="store writer", daemon=True)
        self._closed = False
        self._thread.start()

    def run_in_transaction(self, work: Callable[[SqlConnection], T]) -> Awaitable[T]:
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
        self._committer.close()

    def _run(self) -> None:
        left: list[Job] = []
        while batch := self._batch(left):
            outcomes = self._committer.commit_batch([work for work, _ in batch])
            # Told with one call for the whole commit: each call from another thread wakes the loop
            # through a socket.
            left = [job for job, outcome in zip(batch, outcomes, strict=True) if outcome is None]
            told = [
                (job[1], outcome)
                for job, outcome in zip(batch, outcomes, strict=True)
                if outcome is not None
            ]
            self._loop.call_soon_threadsafe(_give_out, told)
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

    def _empty_log_if_asked(self) -> None:
        asked = [self._emptying.get() for _ in range(self._emptying.qsize())]
        if not asked and time.monotonic() < self._empty_at:
            return
        emptied = self._committer.empty_log()
        # Readers come and go: it is tried again after later commits, until it works.
        self._empty_at = inf if emptied else time.monotonic() + EMPTY_RETRY_S
        told: list[Told] = [(future, (emptied, None)) for future in asked]
        self._loop.call_soon_threadsafe(_give_out, told)


def _nothing(cx: SqlConnection) -> None:
    """A piece of work that changes nothing."""


def _give_out(told: list[Told]) -> None:
    for future, (result, error) in told:
        # Whoever asked may have gone meanwhile, as when a request is cancelled: it is kept all the
        # same.
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
