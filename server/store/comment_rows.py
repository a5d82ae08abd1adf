"""Comments as they are stored: published, waiting for an operator, or removed. Each function is one
piece of a transaction."""

from phosphene.errors import AlreadyTaken, NotFound
from phosphene.model import Comment
from phosphene.store.connection import SqlConnection


def insert_comment(cx: SqlConnection, comment: Comment) -> None:
    cx.execute(
        "INSERT INTO comments (id, clip, author, handle, text, created_at, parent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        _fields(comment),
    )


def hold_comment(cx: SqlConnection, comment: Comment, code: str) -> None:
    cx.execute(
        "INSERT INTO held_comments (id, clip, author, handle, text, created_at, parent, code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*_fields(comment), code),
    )


def is_there(cx: SqlConnection, comment: Comment) -> bool:
    """Whether it was sent before. Raises AlreadyTaken: another one was; NotFound: it was
    removed."""
    for query in (
        "SELECT clip, author FROM comments WHERE id = ?",
        "SELECT clip, author FROM held_comments WHERE id = ?",
    ):
        row = cx.execute(query, (comment.id,)).fetchone()
        if row is not None:
            if row != (comment.clip, comment.author.id):
                raise AlreadyTaken("that comment id is taken")
            return True
    for query in (
        "SELECT 1 FROM removed_comments WHERE id = ?",
        "SELECT 1 FROM withheld_comments WHERE id = ?",
    ):
        if cx.execute(query, (comment.id,)).fetchone() is not None:
            raise NotFound(f"the comment {comment.id} was removed")
    return False


def need_comment(cx: SqlConnection, comment_id: str) -> None:
    """Whether a comment is there, or waits for an operator. Raises NotFound."""
    query = (
        "SELECT 1 FROM comments WHERE id = ?1 UNION ALL"
        " SELECT 1 FROM held_comments WHERE id = ?1 LIMIT 1"
    )
    if cx.execute(query, (comment_id,)).fetchone() is None:
        raise NotFound(f"no comment {comment_id}")


def bury_comment(cx: SqlConnection, comment_id: str, now: float) -> None:
    """Sent once more, by a phone that did not hear the answer, it does not come back."""
    cx.execute(
        "INSERT INTO removed_comments (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (comment_id, now),
    )


def count_reply(cx: SqlConnection, parent: str | None, change: int) -> int | None:
    """Add to the answers of a comment; how many there are. None where it answers none."""
    if parent is None:
        return None
    row = cx.execute(
        "UPDATE comments SET replies = replies + ? WHERE id = ? RETURNING replies",
        (change, parent),
    ).fetchone()
    return None if row is None else int(row[0])


def _fields(comment: Comment) -> tuple[object, ...]:
    author = comment.author
    return (
        *(comment.id, comment.clip, author.id, author.handle, comment.text),
        *(comment.created_at, comment.parent),
    )
