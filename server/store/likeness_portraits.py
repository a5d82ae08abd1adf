"""Portraits: pictures that photorealistic models draw their owners from. Each function is one piece
of a transaction."""

from collections.abc import Sequence

from msgspec import Struct

from phosphene.store.connection import SqlConnection


class KeptPortrait(Struct, frozen=True, kw_only=True):
    """One's own; ``sealed``: the picture, under a key of its own; ``agreed``: the entry of the
    ledger in which its owner agreed to it."""

    sealed: bytes
    at: float
    until: float
    agreed: int


def get_portrait(cx: SqlConnection, person_id: str, now: float) -> KeptPortrait | None:
    """Somebody's portrait, if one is kept now."""
    row = cx.execute(
        "SELECT sealed, at, until, agreed_seq FROM likeness_portraits"
        " WHERE person = ? AND until > ?",
        (person_id, now),
    ).fetchone()
    if row is None:
        return None
    sealed, at, until, agreed = row
    return KeptPortrait(sealed=sealed, at=at, until=until, agreed=agreed)


def agreed_entry(cx: SqlConnection, person_id: str, now: float) -> int:
    """The entry of the ledger in which they agreed to one that is kept now; 0: there is none."""
    row = cx.execute(
        "SELECT agreed_seq FROM likeness_portraits WHERE person = ? AND until > ?", (person_id, now)
    ).fetchone()
    return row[0] if row else 0


def has_portrait(cx: SqlConnection, person_id: str) -> bool:
    """Whether one is stored, also one whose time is over."""
    query = "SELECT 1 FROM likeness_portraits WHERE person = ?"
    return cx.execute(query, (person_id,)).fetchone() is not None


def put_portrait(cx: SqlConnection, person_id: str, kept: KeptPortrait) -> None:
    """Instead of the one before."""
    cx.execute(
        "INSERT INTO likeness_portraits (person, sealed, at, until, agreed_seq)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET"
        " sealed = excluded.sealed, at = excluded.at,"
        " until = excluded.until, agreed_seq = excluded.agreed_seq",
        (person_id, kept.sealed, kept.at, kept.until, kept.agreed),
    )


def drop_portrait(cx: SqlConnection, person_id: str) -> bool:
    """Whether there was one."""
    query = "DELETE FROM likeness_portraits WHERE person = ?"
    return bool(cx.execute(query, (person_id,)).rowcount)


def ended_portraits(cx: SqlConnection, now: float) -> Sequence[str]:
    """Drop those whose time is over; whose they were."""
    rows = cx.execute("SELECT person FROM likeness_portraits WHERE until <= ?", (now,)).fetchall()
    cx.execute("DELETE FROM likeness_portraits WHERE until <= ?", (now,))
    return [person_id for (person_id,) in rows]
