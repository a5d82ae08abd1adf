"""The counters of a clip, which are columns: exact at every commit."""

from phosphene.errors import NotFound
from phosphene.model import Counts
from phosphene.store.connection import SqlConnection


def bump(cx: SqlConnection, counter: str, clip_id: str, change: int) -> Counts:
    """Add to one counter of a clip; what somebody does with it keeps it. Raises NotFound."""
    row = cx.execute(
        f"UPDATE clips SET {counter} = {counter} + ? WHERE id = ?"
        " RETURNING likes, comments, remixes, views, expires_at",
        (change, clip_id),
    ).fetchone()
    if row is None:
        raise NotFound(f"no clip {clip_id}")
    *counts, expires_at = row
    # Not in the same statement: a column of an index there makes a like five times as slow.
    if expires_at is not None and change > 0 and counter != "views":
        cx.execute("UPDATE clips SET expires_at = NULL WHERE id = ?", (clip_id,))
    return Counts(*counts)
