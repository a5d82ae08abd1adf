"""What people do with clips, as rows for their own feed: once for each clip and kind, and gone
when it is taken back. Each function is one piece of a transaction."""

from phosphene.model import ReactionKind
from phosphene.store import reactions
from phosphene.store.connection import SqlConnection


def note_deed(
    cx: SqlConnection, person_id: str, clip_id: str, kind: ReactionKind, now: float
) -> None:
    """Note what a person did with a clip, if they had not done it before."""
    theirs = f"FROM reactions WHERE person = ? AND {reactions.WITH_CLIP}"
    query = f"SELECT 1 {theirs} AND kind = ? LIMIT 1"
    if cx.execute(query, (person_id, clip_id, kind)).fetchone():
        return
    # Whom their feed had shown it before did not look for it.
    row = cx.execute(
        f"SELECT served FROM reactions WHERE id = (SELECT max(id) {theirs})",
        (person_id, clip_id),
    ).fetchone()
    served = row is None or bool(row[0])
    reactions.add_reaction(cx, person_id, clip_id, kind, None, served, now)


def note_follow(cx: SqlConnection, person_id: str, author_id: str, now: float) -> None:
    """Note that a person follows an author, at what they met last of them; else at the newest."""
    row = cx.execute(
        "SELECT clip FROM reactions WHERE id = (SELECT max(r.id) FROM reactions AS r"
        " JOIN clips AS c ON c.id = r.clip WHERE r.person = ? AND c.author = ?)",
        (person_id, author_id),
    ).fetchone()
    row = row or (
        cx.execute(
            "SELECT id FROM clips WHERE author = ? AND visibility = 'public'"
            " AND status NOT IN ('failed', 'cancelled') ORDER BY created_at DESC, id DESC LIMIT 1",
            (author_id,),
        ).fetchone()
    )
    if row is not None:
        note_deed(cx, person_id, row[0], "follow", now)


def drop_follow(cx: SqlConnection, person_id: str, author_id: str) -> None:
    """Forget that a person followed an author."""
    rows = cx.execute(
        "SELECT r.clip FROM reactions AS r JOIN clips AS c ON c.id = r.clip"
        " WHERE r.person = ? AND r.kind = 'follow' AND c.author = ?",
        (person_id, author_id),
    ).fetchall()
    for (clip_id,) in rows:
        reactions.take_back(cx, person_id, clip_id, "follow")


def drop_comment(cx: SqlConnection, person_id: str, clip_id: str) -> None:
    """Forget that a person talked of a clip, once nothing of it is left."""
    left = "SELECT 1 FROM comments WHERE clip = ? AND author = ? LIMIT 1"
    if not cx.execute(left, (clip_id, person_id)).fetchone():
        reactions.take_back(cx, person_id, clip_id, "comment")


def drop_remix(cx: SqlConnection, person_id: str, parent_id: str) -> None:
    """Forget that a person made something of a clip, once nothing of it is left."""
    left = "SELECT 1 FROM clips WHERE parent = ? AND author = ? LIMIT 1"
    if not cx.execute(left, (parent_id, person_id)).fetchone():
        for kind in ("remix", "fork"):
            reactions.take_back(cx, person_id, parent_id, kind)
