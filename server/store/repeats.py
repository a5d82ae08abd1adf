"""Who is decided against, or reports without a ground, again and again (Digital Services Act, art.
23). Each function is one piece of a transaction."""

from typing import Final

from phosphene.store.connection import SqlConnection

LOOKED_BACK_S: Final = 365 * 86400.0
"""So long back is counted."""


def count_decided(cx: SqlConnection, author_id: str, now: float) -> int:
    """Decisions that hold against what is somebody's, of the year before a time."""
    row = cx.execute(
        "SELECT count(*) FROM decisions WHERE author = ? AND at > ? AND undone_at IS NULL"
        " AND action IN ('hide', 'remove', 'warn', 'suspend')",
        (author_id, now - LOOKED_BACK_S),
    ).fetchone()
    return int(row[0])


def count_unfounded(cx: SqlConnection, reporter_id: str, now: float) -> int:
    """Reports of somebody of the year before a time of which it was decided to leave it."""
    row = cx.execute(
        "SELECT count(*) FROM reports AS r JOIN decisions AS d ON d.id = r.decision"
        " WHERE r.reporter = ? AND r.at > ? AND r.state = 'decided' AND d.action = 'dismiss'",
        (reporter_id, now - LOOKED_BACK_S),
    ).fetchone()
    return int(row[0])
