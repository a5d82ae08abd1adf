"""What the log says of comments that were removed or written anew."""

from collections.abc import Iterator
from sqlite3 import Connection

from msgspec.structs import replace

from phosphene.events import CommentRemoved, Noticed, StoredEvent
from phosphene.model import Comment, clip_topic
from phosphene.store.event_log import event_body, event_of
from phosphene.store.retelling import with_words, without_comment


def erase_comment(cx: Connection, clip_id: str, gone: str, ids: frozenset[str]) -> None:
    """Nothing that a comment said can be read in the log any more; places there stay. ``ids``: its
    own and those of its answers, which notices name."""
    for place, event in _told(cx, clip_id):
        told = without_comment(event, gone)
        if isinstance(event, Noticed) and event.notice.comment in ids:
            told = CommentRemoved(clip_id, event.notice.comment)
        _retell(cx, place, told)


def reword(cx: Connection, comment: Comment) -> None:
    """The log holds the words of a comment as they are."""
    for place, event in _told(cx, comment.clip):
        told = with_words(event, comment)
        if isinstance(event, Noticed) and event.notice.comment == comment.id:
            told = replace(event, notice=replace(event.notice, text=comment.text))
        _retell(cx, place, told)


def _told(cx: Connection, clip_id: str) -> Iterator[tuple[int, StoredEvent]]:
    """The events of a clip's topic, and those elsewhere that tell of it. A topic keeps 1,000 events
    at most, so that this is bounded."""
    rows = cx.execute(
        "SELECT id, event FROM events WHERE topic = ? UNION ALL"
        # Said twice, as in the schema: only then does SQLite use the partial index.
        " SELECT id, event FROM events WHERE mentions = ? AND mentions <> ''",
        (clip_topic(clip_id), clip_id),
    ).fetchall()
    for place, body in rows:
        if (event := event_of(body)) is not None:
            yield place, event


def _retell(cx: Connection, place: int, event: StoredEvent | None) -> None:
    if event is not None:
        cx.execute("UPDATE events SET event = ? WHERE id = ?", (event_body(event), place))
