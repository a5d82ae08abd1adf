"""Notices of intimate pictures: what they are of is hidden at once, until somebody has looked. Each
function is one piece of a transaction."""

from typing import Final

from phosphene.reports import NewReport
from phosphene.store.connection import SqlConnection

UNFOUNDED: Final = 2
"""So many intimate pictures that were none, and what a person reports waits until it is looked
at."""


# Guests cost nothing, and six reports go through in a minute: one would hide 360 clips in an hour.
WAITING: Final = 3
"""So many of a person's notices wait, and what they report besides stays until it is looked at."""


def is_to_be_hidden(cx: SqlConnection, new: NewReport, reporter_id: str) -> bool:
    """Whether what a notice says to be an intimate picture is hidden at once: not where somebody
    has looked at it before, nor where its reporter has been wrong so often or has others waiting.
    """
    if new.kind != "clip" or new.reason != "intimate" or not new.good_faith:
        return False
    if _was_looked_at(cx, new.subject) or _was_wrong(cx, reporter_id):
        return False
    return _count_waiting(cx, reporter_id, new.subject) < WAITING


def is_hidden(cx: SqlConnection, clip_id: str) -> bool:
    """Whether a clip is hidden until somebody has looked."""
    row = cx.execute(
        "SELECT 1 FROM withholdings WHERE clip = ? AND reason = 'notice'", (clip_id,)
    ).fetchone()
    return row is not None


def _was_looked_at(cx: SqlConnection, clip_id: str) -> bool:
    row = cx.execute(
        "SELECT 1 FROM decisions WHERE kind = 'clip' AND subject = ?"
        " AND (action = 'dismiss') = (undone_at IS NULL) LIMIT 1",
        (clip_id,),
    ).fetchone()
    return row is not None


def _was_wrong(cx: SqlConnection, reporter_id: str) -> bool:
    row = cx.execute(
        "SELECT count(*) FROM reports AS r JOIN decisions AS d ON d.id = r.decision"
        " WHERE r.reporter = ? AND r.reason = 'intimate' AND r.state = 'decided'"
        " AND d.action = 'dismiss'",
        (reporter_id,),
    ).fetchone()
    return int(row[0]) >= UNFOUNDED


def _count_waiting(cx: SqlConnection, reporter_id: str, besides: str) -> int:
    row = cx.execute(
        "SELECT count(*) FROM reports WHERE reporter = ? AND subject <> ? AND kind = 'clip'"
        " AND reason = 'intimate' AND state = 'open'",
        (reporter_id, besides),
    ).fetchone()
    return int(row[0])
