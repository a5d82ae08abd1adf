"""Reports and appeals of what is gone: nobody need decide of them. Pieces of the transaction that
removes."""

from phosphene.store.connection import SqlConnection


def close_clip(cx: SqlConnection, clip_id: str) -> None:
    """A clip is gone: nobody need decide of it, or of what was below it."""
    cx.execute(
        "UPDATE decisions SET final = 1 WHERE kind = 'clip' AND subject = ? AND action = 'hold'",
        (clip_id,),
    )
    cx.execute(
        # Said twice, as in the schema: only then does SQLite use the partial index.
        "UPDATE reports SET state = 'gone', words = '' WHERE clip = ? AND clip <> ''"
        " AND state = 'open'",
        (clip_id,),
    )
    cx.execute(
        "UPDATE appeals SET state = 'gone', words = '' WHERE clip = ? AND clip <> ''"
        " AND state = 'open'",
        (clip_id,),
    )


def close_comment(cx: SqlConnection, comment_id: str) -> None:
    """A comment is gone."""
    cx.execute(
        "UPDATE reports SET state = 'gone', words = '' WHERE kind = 'comment' AND subject = ?"
        " AND state = 'open'",
        (comment_id,),
    )


def close_withheld_comment(cx: SqlConnection, comment_id: str) -> None:
    """A comment that a moderator hid is gone."""
    cx.execute(
        "UPDATE appeals SET state = 'gone', words = '' WHERE kind = 'comment' AND subject = ?"
        " AND state = 'open'",
        (comment_id,),
    )
