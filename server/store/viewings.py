"""What people have seen, as far as they clear it. Each function is one piece of a transaction."""

import hashlib
from typing import Final

from phosphene.store import reactions
from phosphene.store.connection import SqlConnection

SPAN: Final = 1000
"""So many clips leave a history in one transaction, so that nobody waits long for the lock."""


def clear_history(cx: SqlConnection, person_id: str, clip_id: str | None, now: float) -> bool:
    """Forget that a person saw a clip, or some of all that they saw; whether there may be more.
    Their views go on counting."""
    which, of = ("", ()) if clip_id is None else (" AND clip = ?", (clip_id,))
    # Where an earlier release wrote it, and not when, it goes with the oldest.
    places = (("viewings", "at"), ("views", "0.0"))
    rows = [
        row
        for table, at in places
        for row in cx.execute(
            f"SELECT clip, {at} FROM {table} WHERE person = ?{which} LIMIT ?",
            (person_id, *of, SPAN),
        ).fetchall()
    ]
    # What the feed made of it goes with it; what was rejected stays away.
    theirs = f" AND {reactions.WITH_CLIP}" if of else ""
    gone = cx.execute(
        f"SELECT id FROM reactions WHERE person = ?{theirs} AND kind <> 'cleared'"
        f" AND {reactions.FADING} LIMIT ?",
        (person_id, *of, SPAN),
    ).fetchall()
    if gone:
        reactions.mark_cleared(cx, person_id, now)
        cx.executemany("DELETE FROM reactions WHERE id = ?", gone)
    cx.executemany(
        "INSERT INTO cleared_views (digest, clip, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(view_digest(clip, person_id), clip, at) for clip, at in rows],
    )
    for table in ("viewings", "views"):
        cx.executemany(
            f"DELETE FROM {table} WHERE clip = ? AND person = ?",
            [(clip, person_id) for clip, _ in rows],
        )
    return SPAN in {len(rows), len(gone)}


def leave_out(cx: SqlConnection, clip_id: str, person_id: str, now: float) -> None:
    """Count that a person saw a clip, and do not keep it in their history."""
    cx.execute(
        "INSERT INTO cleared_views (digest, clip, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (view_digest(clip_id, person_id), clip_id, now),
    )
    cx.execute("DELETE FROM viewings WHERE clip = ? AND person = ?", (clip_id, person_id))


def recall_cleared(cx: SqlConnection, clip_id: str, person_id: str) -> bool:
    """Whether a person who sees a clip saw it before and cleared that: it was counted then."""
    query = "DELETE FROM cleared_views WHERE digest = ?"
    return bool(cx.execute(query, (view_digest(clip_id, person_id),)).rowcount)


def view_digest(clip_id: str, person_id: str) -> str:
    """By what it is known that somebody saw a clip who keeps no history of it."""
    return hashlib.sha256(f"{clip_id}:{person_id}".encode()).hexdigest()[:32]
