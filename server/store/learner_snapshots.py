"""Where lies what the feed has learned from everybody: one row, of whoever learns for all."""

from typing import Final

from msgspec import Struct

from phosphene.store import leases
from phosphene.store.connection import SqlConnection
from phosphene.store.transactions import TransactionRunner

LEASE: Final = "feed learner"
"""Who holds it learns for all instances."""
# Who learns keeps another one within a day, even where nobody does anything.
KEPT_S: Final = 2 * 86400.0
"""So long one is kept when nobody learns any more: there may be people in it who have gone."""


class LearnerSnapshot(Struct, frozen=True):
    """``number``: of the lease under which it was learned; ``turn``: counts the snapshots of its
    holder; ``blob``: its file; ``learned``: the id of the last reaction that is in it; ``at``:
    when, in seconds since the epoch."""

    number: int
    turn: int
    blob: str
    learned: int
    at: float


def newest_snapshot(cx: SqlConnection) -> LearnerSnapshot | None:
    """What is to be ranked by, and gone on from."""
    query = "SELECT number, turn, blob, learned, at FROM learner_snapshots WHERE name = ?"
    row = cx.execute(query, (LEASE,)).fetchone()
    return None if row is None else LearnerSnapshot(*row)


def keep_snapshot(cx: SqlConnection, holder: str, kept: LearnerSnapshot) -> str:
    """Let everybody go on from this one; the file of the one before, "" for none. Raises
    LeaseLost."""
    leases.check(cx, LEASE, holder, kept.number)
    before = newest_snapshot(cx)
    cx.execute(
        "INSERT INTO learner_snapshots (name, number, turn, blob, learned, at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number,"
        " turn = excluded.turn, blob = excluded.blob, learned = excluded.learned,"
        " at = excluded.at",
        (LEASE, kept.number, kept.turn, kept.blob, kept.learned, kept.at),
    )
    return "" if before is None or before.blob == kept.blob else before.blob


def forget_snapshot(cx: SqlConnection, before: float) -> tuple[str, ...]:
    """Forget what was learned at that time or before; its file."""
    query = "DELETE FROM learner_snapshots WHERE name = ? AND at <= ? RETURNING blob"
    return tuple(str(row[0]) for row in cx.execute(query, (LEASE, before)).fetchall())


class LearnerSnapshotStore:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner, read: TransactionRunner, holder: str) -> None:
        self._write = write
        self._read = read
        self._holder = holder

    async def find_newest(self) -> LearnerSnapshot | None:
        """What is to be ranked by, and gone on from."""
        return await self._read(newest_snapshot)

    async def keep_snapshot(self, kept: LearnerSnapshot) -> str:
        """Let everybody go on from this one; the file of the one before, "" for none. Raises
        LeaseLost."""
        return await self._write(keep_snapshot, self._holder, kept)
