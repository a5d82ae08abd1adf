"""Decisions as they are stored. Each function is one piece of a transaction."""

from typing import Any, Final

import msgspec

from phosphene.errors import NotFound
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.reports import Decision
from phosphene.store.connection import SqlConnection

COLUMNS: Final = (
    "SELECT d.id, d.kind, d.subject, d.clip, d.author, a.handle, d.action, d.reason, d.note,"
    " d.decided_by, b.handle, d.at, d.final, d.undone_at, d.undone_by, u.handle,"
    " d.ground, d.reference, d.notified, d.until, d.cause"
    " FROM decisions AS d LEFT JOIN people AS a ON a.id = d.author"
    " LEFT JOIN people AS b ON b.id = d.decided_by LEFT JOIN people AS u ON u.id = d.undone_by"
)


TAKEN_AWAY: Final = frozenset({"hide", "remove"})
"""Decisions by which what was made of a clip is held."""


def held_by(cx: SqlConnection, decision_id: str) -> list[str]:
    """The decisions that a decision caused, and that hold."""
    rows = cx.execute(
        "SELECT id FROM decisions WHERE cause = ? AND cause <> '' AND undone_at IS NULL",
        (decision_id,),
    ).fetchall()
    return [row[0] for row in rows]


def get_decision(cx: SqlConnection, decision_id: str) -> Decision:
    """Raises NotFound."""
    row = cx.execute(f"{COLUMNS} WHERE d.id = ?", (decision_id,)).fetchone()
    if row is None:
        raise NotFound(f"no decision {decision_id}")
    return decision_of(*row)


def decision_of(*row: Any) -> Decision:
    id_, kind, subject, clip, author, handle, action, reason, note, by, by_handle, *rest = row
    at, final, undone_at, undone_by, undone_handle, ground, reference, *more = rest
    notified, until, cause = more
    told = {"id": id_, "kind": kind, "subject": subject, "clip": clip, "action": action}
    told |= {"reason": reason, "note": note, "at": at, "final": bool(final)}
    told |= {
        "author": Person(author, handle or guest_handle(author)),
        "by": somebody(by, by_handle),
    }
    told |= {"undone_at": undone_at, "undone_by": somebody(undone_by, undone_handle)}
    told |= {"ground": ground, "reference": reference, "notified": bool(notified)}
    told |= {"until": until, "cause": cause}
    return msgspec.convert(told, Decision)


def somebody(person_id: str | None, handle: str | None) -> Person | None:
    return Person(person_id, handle or guest_handle(person_id)) if person_id else None
