"""Commits to SQLite: under its write lock, each piece of work within a savepoint."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from phosphene.store.connection import Outcome, Work
from phosphene.store.schema import SqliteConnection, as_busy, is_unusable

# How long another process may hold the write lock, and how often it is tried.
PATIENCE_S = 5.0
LOCK_RETRY_S = 0.001
# After so long a commit takes no further piece, so that neighbours and readers get their turn.
# By time and not by count: forty removals in one commit once held the lock for 15 s, and a clip
# that a neighbour drew failed.
LOCK_S = 0.05


class SqliteCommitter:
    """Implements ``Committer``; closes the connection that it is given."""

    def __init__(
        self,
        connection: SqliteConnection,
        patience_s: float = PATIENCE_S,
        lock_s: float = LOCK_S,
    ) -> None:
        self._connection = connection
        self._patience_s = patience_s
        self._lock_s = lock_s

    def commit_batch(self, works: Sequence[Work]) -> list[Outcome | None]:
        """What came of the first of them: of so many as the lock may be held for."""
        try:
            self._begin()
            outcomes, end = list[Outcome | None](), time.monotonic() + self._lock_s
            for work in works:
                outcomes.append(self._attempt(work))
                if time.monotonic() >= end:
                    break
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            return [(None, _reason(error)) for _ in works]
        return outcomes + [None] * (len(works) - len(outcomes))

    def empty_log(self) -> bool:
        """Copy the write-ahead log into the database and cut it to nothing."""
        try:
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return bool(row[0] == 0)

    def close(self) -> None:
        self._connection.close()

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

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            # After some I/O errors it fails as well; the next BEGIN says so to whoever asks then.
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def _reason(error: Exception) -> Exception:
    return as_busy(error) if is_unusable(error) else error
