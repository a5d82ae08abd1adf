"""Commits to PostgreSQL: one writer of all instances at a time, and nothing is lost or done twice
when the server is.

Each batch begins with an advisory lock, at READ COMMITTED: what is read after it is what whoever
had it before has committed, so that places in topics have no gaps and ids of events are in the
order of the commits. (By row locks alone a follower never saw 1,641 of 46,280 events.) It ends with
a row of the writer's own: where a COMMIT is not answered, it tells whether it counted.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from phosphene.store.connection import Outcome, PieceOfWork, SetWork, Work
from phosphene.store.postgres_connection import (
    PostgresConnection,
    as_postgres_busy,
    connect_postgres,
    first_line,
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
ROUNDS: Final = 2
"""So often pieces of a kind are looked at together; what is left then is done one by one."""
OLD: Final = "7 days"
"""Writers that committed nothing for so long are gone."""
CHANNEL: Final = "phosphene"
"""Where other instances listen for commits."""
BEGIN: Final = f"BEGIN ISOLATION LEVEL READ COMMITTED; {lock_statement(WRITING)}"
AGAIN: Final = (errors.DeadlockDetected, errors.SerializationFailure)
"""Nothing of the transaction was kept, and the next try may do."""

log = logging.getLogger("phosphene.store")


class PostgresCommitter:
    """Implements ``Committer``. ``together``: what does pieces of a kind in one go, each with
    twenty round trips less. Raises BadInput, psycopg.Error as it is made."""

    def __init__(
        self,
        url: str,
        together: Mapping[Callable[..., Any], SetWork],
        patience_s: float = PATIENCE_S,
        lock_s: float = LOCK_S,
    ) -> None:
        self._url = url
        self._together = together
        self._patience_s = patience_s
        self._lock_s = lock_s
        self._name = secrets.token_hex(8)
        self._batch = 0
        self._wrote = False
        self._cx = PostgresConnection(connect_postgres(url))
        self._cx.raw.execute(f"DELETE FROM writers WHERE at < now() - interval '{OLD}'")

    def commit_batch(self, works: Sequence[Work]) -> list[Outcome | None]:
        deadline = time.monotonic() + self._patience_s
        guarded, pause = False, RETRY_S[0]
        while True:
            batch = _Batch(works, time.monotonic() + self._lock_s, guarded)
            sent = False
            try:
                self._begin()
                self._do(batch)
                sent = True
                self._end()
            except _Spoiled:
                self._roll_back()
                guarded = True
            # A boundary: whoever waits for this batch is to hear of whatever happened to it.
            except Exception as error:
                self._roll_back()
                lost = is_lost(self._cx.raw, error)
                if lost:  # one that leads to a replica is open still
                    self._cx.raw.close()
                if lost and sent and self._was_kept(deadline + self._patience_s):
                    return batch.outcomes
                if not (lost or isinstance(error, AGAIN)) or time.monotonic() >= deadline:
                    log.warning("%d writes were refused: %s", len(works), first_line(error))
                    return [(None, as_postgres_busy(error))] * len(works)
                time.sleep(pause)
                pause = min(2 * pause, RETRY_S[1])
            else:
                return batch.outcomes

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

    def _do(self, batch: "_Batch") -> None:
        """As many pieces as the lock may be held for: those that can be done together are, between
        two that cannot, for which they do not change anything."""
        self._wrote, run = False, list[int]()
        for place, work in enumerate(batch.works):
            if not batch.guarded and _kind(work) in self._together:
                run.append(place)
                continue
            self._do_run(batch, run)
            run = []
            self._do_alone(batch, place)
        self._do_run(batch, run)

    def _do_run(self, batch: "_Batch", run: Sequence[int]) -> None:
        for kind, set_work in self._together.items():
            waiting = [place for place in run if _kind(batch.works[place]) is kind]
            for _ in range(ROUNDS):
                if len(waiting) > 1:
                    waiting = self._do_together(batch, set_work, waiting)
            for place in waiting:
                self._do_alone(batch, place)

    def _do_together(self, batch: "_Batch", work: SetWork, places: Sequence[int]) -> list[int]:
        """Do those that can be done together, and the others but for what is left, each by
        itself. Raises _Spoiled."""
        self._cx.wrote = False
        pieces = [batch.works[place] for place in places]
        given = [piece.arguments for piece in pieces if isinstance(piece, PieceOfWork)]
        try:
            found = work(self._cx, given)
        # A boundary: one by one it is seen whose failure this is.
        except Exception as error:
            if is_lost(self._cx.raw, error) or isinstance(error, AGAIN):
                raise
            raise _Spoiled from error
        self._wrote = self._wrote or self._cx.wrote
        for number, result in found.done.items():
            batch.outcomes[places[number]] = result, None
        later = [places[number] for number in found.later]
        for number, place in enumerate(places):
            if number not in found.done and place not in later:
                self._do_alone(batch, place)
        return later

    def _do_alone(self, batch: "_Batch", place: int) -> None:
        if batch.is_late:
            return
        self._cx.wrote = False
        work = batch.works[place]
        outcome = self._attempt_guarded(work) if batch.guarded else self._attempt(work)
        batch.outcomes[place] = outcome
        self._wrote = self._wrote or self._cx.wrote

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
        if not self._wrote:
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


class _Batch:
    """Pieces of work that share a commit, and what came of each."""

    def __init__(self, works: Sequence[Work], end: float, guarded: bool) -> None:
        self.works = works
        self.outcomes: list[Outcome | None] = [None] * len(works)
        self.guarded = guarded
        self._end = end

    @property
    def is_late(self) -> bool:
        """Whether no further piece is to be done, and one was."""
        return time.monotonic() >= self._end and any(self.outcomes)


def _kind(work: Work) -> Callable[..., Any] | None:
    return work.function if isinstance(work, PieceOfWork) else None
