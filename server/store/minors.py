"""Who is a minor, and so protected: who is marked, or everybody here. Each function is one piece of
a transaction."""

from typing import Literal

from phosphene.store.connection import SqlConnection
from phosphene.store.relations import FOR_ALL, is_minor

SaidBy = Literal["self", "operator"]


def protect_all(cx: SqlConnection, on: bool) -> None:
    """Protect everybody here, or those only who are marked."""
    # In the database: each deed asks within its transaction, and all instances are to agree.
    cx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (FOR_ALL, str(int(on))),
    )


def mark_minor(cx: SqlConnection, person_id: str, said_by: SaidBy, now: float) -> None:
    """Somebody is a minor from now on: who follows them without being followed does so no more."""
    cx.execute(
        "INSERT INTO minors (person, said_by, at) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET said_by = excluded.said_by"
        # What an operator said stays theirs, whatever one says of oneself.
        " WHERE excluded.said_by = 'operator'",
        (person_id, said_by, now),
    )
    cx.execute(
        "DELETE FROM relations WHERE other = ?1 AND kind = 'follow' AND NOT EXISTS"
        " (SELECT 1 FROM relations AS back WHERE back.person = ?1 AND back.kind = 'follow'"
        " AND back.other = relations.person)",
        (person_id,),
    )


def unmark_minor(cx: SqlConnection, person_id: str) -> None:
    cx.execute("DELETE FROM minors WHERE person = ?", (person_id,))


def may_use_likeness(cx: SqlConnection, person_id: str, owner_id: str) -> bool:
    """Whether somebody may have the likeness of its owner drawn, as far as their age goes."""
    return person_id == owner_id or not is_minor(cx, person_id)
