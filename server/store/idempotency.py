"""Answers that are kept so that a repeated request gets the same."""

from phosphene.store.connection import SqlConnection


def forget_answers(cx: SqlConnection, made: str, person_id: str) -> None:
    """Answers that are kept to be repeated hold the words of what was made: a clip, a comment."""
    # Keys are <person>:<key>, and ; comes after the colon.
    kept = cx.execute(
        "SELECT key, answer FROM answers WHERE key > ? AND key < ?",
        (f"{person_id}:", f"{person_id};"),
    )
    gone = [(key,) for key, answer in kept if made.encode() in answer]
    cx.executemany("DELETE FROM answers WHERE key = ?", gone)
