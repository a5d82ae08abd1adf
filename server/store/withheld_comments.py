"""Comments that a moderator withholds: nobody is shown them until they are released, or go for
good. Each function is one piece of a transaction."""

from typing import Final

from phosphene.errors import NotFound
from phosphene.events import Commented, Recorded
from phosphene.model import clip_topic
from phosphene.store import deeds, report_closing
from phosphene.store.comment_rows import bury_comment, count_reply, need_comment
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import record
from phosphene.store.rows import comment_of

COLUMNS: Final = "id, clip, author, handle, text, created_at, parent, edited_at, likes, replies"


def copy_withheld(cx: SqlConnection, comment_id: str, decision: str) -> None:
    """Keep a comment for as long as a decision withholds it."""
    cx.execute(
        f"INSERT INTO withheld_comments ({COLUMNS}, decision)"
        f" SELECT {COLUMNS}, ? FROM comments WHERE id = ?",
        (decision, comment_id),
    )


def release_comments(cx: SqlConnection, decision: str) -> list[Recorded]:
    """Bring back what a decision withheld. Raises NotFound: it is gone, or what it answers is."""
    rows = cx.execute(
        "SELECT w.id, w.clip, w.author, coalesce(p.handle, w.handle), w.text, w.created_at,"
        # Counted anew: who liked it or answered in it may have left meanwhile.
        " w.parent, w.edited_at, (SELECT count(*) FROM comment_likes WHERE comment = w.id),"
        " (SELECT count(*) FROM withheld_comments AS below"
        " WHERE below.decision = w.decision AND below.parent = w.id)"
        " FROM withheld_comments AS w"
        " LEFT JOIN people AS p ON p.id = w.author WHERE w.decision = ?",
        (decision,),
    ).fetchall()
    # What begins the talk comes first: its answers stand below it.
    talk = sorted(map(comment_of, rows), key=lambda one: (one.parent is not None, one.created_at))
    cx.execute("DELETE FROM withheld_comments WHERE decision = ?", (decision,))
    if not talk:
        raise NotFound("this comment is gone")
    within = {one.id for one in talk}
    recorded = list[Recorded]()
    for comment in talk:
        if comment.parent is not None:
            need_comment(cx, comment.parent)
        cx.execute(
            f"INSERT INTO comments ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(comment.id, comment.clip, comment.author.id, comment.author.handle),
                *(comment.text, comment.created_at, comment.parent, comment.edited_at),
                *(comment.likes, comment.replies),
            ),
        )
        deeds.note_deed(cx, comment.author.id, comment.clip, "comment", comment.created_at)
        total = bump(cx, "comments", comment.clip, 1).comments
        # Of a talk that came whole the number of its answers came with it.
        change = 0 if comment.parent in within else 1
        replies = count_reply(cx, comment.parent, change)
        told = Commented(comment, total, replies)
        recorded.append(record(cx, clip_topic(comment.clip), told))
    return recorded


def forget_withheld(cx: SqlConnection, decision: str, now: float) -> None:
    """What a decision withheld goes for good."""
    rows = cx.execute("SELECT id FROM withheld_comments WHERE decision = ?", (decision,)).fetchall()
    for (comment_id,) in rows:
        drop_withheld(cx, comment_id, now)


def drop_withheld(cx: SqlConnection, comment_id: str, now: float) -> None:
    """A comment that nobody is shown goes for good."""
    cx.execute("DELETE FROM withheld_comments WHERE id = ?", (comment_id,))
    cx.execute("DELETE FROM comment_likes WHERE comment = ?", (comment_id,))
    report_closing.close_withheld_comment(cx, comment_id)
    bury_comment(cx, comment_id, now)


def drop_own_withheld(
    cx: SqlConnection, clip_id: str, comment_id: str, person_id: str, now: float
) -> bool:
    """Whether its author let go of what a moderator hid."""
    query = "SELECT 1 FROM withheld_comments WHERE id = ? AND clip = ? AND author = ?"
    if cx.execute(query, (comment_id, clip_id, person_id)).fetchone() is None:
        return False
    drop_withheld(cx, comment_id, now)
    return True
