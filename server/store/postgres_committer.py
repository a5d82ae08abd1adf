"""Commits to PostgreSQL: one writer of all instances at a time, and nothing is lost or done twice
when the server is.

Each batch begins with an advisory lock, at READ COMMITTED: what is read after it is what whoever
had it before has committed, so that places in topics have no gaps and ids of events are in the
order of the commits. (By row locks alone a follower never saw 1,641 of 46,280 events.) It ends with
a row of the writer's own: where a COMMIT is not answered, it tells whether it counted.
"""

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from phosphene.store.connection import Outcome, Work
from phosphene.store.postgres_connection import (
    PostgresConnection,
    as_postgres_busy,
    connect_postgres,
    is_lost,
    reason_of,
)
from phosphene.store.postgres_schema import WRITING, lock_statement

# Managed servers take about as long to fail over.
PATIENCE_S: Final = 10.0
"""So long a batch is tried again while the server is away."""
LOCK_S: Final = 0.05
"""After so long a commit takes no further piece, so that neighbours get their turn."""
RETRY_S: Final = (0.005, 0.5)
"""The first pause before another try, and the longest: each is twice the one before."""
OLD: Final = "7 days"
"""Writers that committed nothing for so long are gone."""
CHANNEL: Final = "phosphene"
"""Where other instances listen for commits."""
BEGIN: Final = f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock_statement(WRITING)}"
AGAIN: Final = (errors.DeadlockDetected, errors.SerializationFailure)
"""Nothing of the transaction was kept, and the next try may do."""


class PostgresCommitter:
    """Implements ``Committer``. Raises BadInput, psycopg.Error as it is made."""

    def __init__(self, url: str, patience_s: float = PATIENCE_S, lock_s: float = LOCK_S) -> None:
        self._url = url
        self._patience_s = patience_s
        self._lock_s = lock_s
        self._name = secrets.token_hex(8)
        self._batch = 0
        self._cx = PostgresConnection(connect_postgres(url))
        self._cx.raw.execute(f"DELETE FROM writers WHERE at < now() - interval '{OLD}'")

    def commit(self, works: Sequence[Work]) -> list[Outcome]:
        deadline = time.monotonic() + self._patience_s
        guarded, pause = False, RETRY_S[0]
        while True:
            outcomes = list[Outcome]()
            try:
                self._begin()
                self._do(works, outcomes, guarded)
                self._end()
            except _Spoiled:
                self._roll_back()
                guarded = True
            # A boundary: whoever waits for this batch is to hear of whatever happened to it.
            except Exception as error:
                self._roll_back()
                lost = is_lost(self._cx.raw, error)
                if lost and outcomes and self._was_kept(deadline + self._patience_s):
                    return outcomes
                if not (lost or isinstance(error, AGAIN)) or time.monotonic() >= deadline:
                    return [(None, as_postgres_busy(error))] * len(works)
                time.sleep(pause)
                pause = min(2 * pause, RETRY_S[1])
            else:
                return outcomes

    def is_own(self, process: int) -> bool:
        """Whether a process of the server is this writer's."""
        raw = self._cx.raw
        return not raw.closed and process == raw.info.backend_pid

    def empty_log(self) -> bool:
        """Its log is the server's."""
        return True

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._cx.raw.execute("DELETE FROM writers WHERE name = $1", (self._name,))
        self._cx.raw.close()

    def _begin(self) -> None:
        raw = self._cx.raw
        if raw.closed:
            self._cx.raw = connect_postgres(self._url)
        self._cx.raw.execute(BEGIN)

    def _do(self, works: Sequence[Work], outcomes: list[Outcome], guarded: bool) -> None:
        """Do the first pieces, as many as the lock may be held for."""
        end, wrote = time.monotonic() + self._lock_s, False
        for work in works:
            self._cx.wrote = False
            outcomes.append(self._attempt_guarded(work) if guarded else self._attempt(work))
            wrote = wrote or self._cx.wrote
            if time.monotonic() >= end:
                break
        self._cx.wrote = wrote

    def _attempt(self, work: Work) -> Outcome:
        """Run one piece. Raises _Spoiled: it failed after it had written something."""
        try:
            return work(self._cx), None
        # A boundary: whatever a caller's work raises is the caller's, never the thread's.
        except Exception as error:
            status = self._cx.raw.info.transaction_status
            if is_lost(self._cx.raw, error) or isinstance(error, AGAIN):
                raise
            if self._cx.wrote or status != TransactionStatus.INTRANS:
                raise _Spoiled from error
            return None, error

    def _attempt_guarded(self, work: Work) -> Outcome:
        """Run one piece; its failure undoes only itself. Not for each from the start: a savepoint
        is a round trip, and past 64 of them in a transaction PostgreSQL slows down."""
        raw = self._cx.raw
        raw.execute("SAVEPOINT work")
        try:
            result: Any = work(self._cx)
        # A boundary: whatever a caller's work raises is the caller's, never the thread's.
        except Exception as error:
            if is_lost(raw, error) or isinstance(error, AGAIN):
                raise
            raw.execute("ROLLBACK TO work; RELEASE work")
            return None, reason_of(error)
        raw.execute("RELEASE work")
        return result, None

    def _end(self) -> None:
        raw = self._cx.raw
        if not self._cx.wrote:
            raw.execute("COMMIT")
            return
        self._batch += 1
        # One round trip. Whoever listens reads the log: a message names nothing.
        raw.execute(
            f"INSERT INTO writers (name, batch) VALUES ('{self._name}', {self._batch:d})"
            " ON CONFLICT (name) DO UPDATE SET batch = excluded.batch, at = now();"
            f" NOTIFY {CHANNEL}; COMMIT"
        )

    def _was_kept(self, deadline: float) -> bool:
        """Whether the last batch counts. Asked under the lock: a process of the server that still
        commits what was sent has it."""
        while True:
            try:
                self._begin()
                query = "SELECT 1 FROM writers WHERE name = $1 AND batch = $2"
                row = self._cx.raw.execute(query, (self._name, self._batch)).fetchone()
                self._cx.raw.execute("COMMIT")
            except psycopg.Error:
                self._roll_back()
                # Unknown for as long as it cannot be asked: neither answer would be true.
                if time.monotonic() >= deadline:
                    return False
                time.sleep(RETRY_S[1])
            else:
                return row is not None

    def _roll_back(self) -> None:
        raw = self._cx.raw
        try:
            raw.execute("ROLLBACK")
        except psycopg.Error:
            raw.close()


class _Spoiled(Exception):
    """A piece failed whose writing must be undone: with it goes that of the others."""
