"""The log of events: what is recorded in the transaction of the fact that it tells of."""

from collections.abc import Iterable, Iterator

import msgspec

from phosphene.events import (
    ClipFailed,
    ClipFinished,
    ClipHidden,
    ClipRemoved,
    CommentChanged,
    Commented,
    CommentLiked,
    CommentPinned,
    CommentRemoved,
    InboxSeen,
    Liked,
    Noticed,
    Recorded,
    Remixed,
    StoredEvent,
)
from phosphene.model import FEED_TOPIC, Clip, clip_topic
from phosphene.store.connection import SqlConnection
from phosphene.store.webhook_queue import put_message

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[StoredEvent] = msgspec.msgpack.Decoder(StoredEvent)


def record(cx: SqlConnection, topic: str, event: StoredEvent) -> Recorded:
    """Append to a topic, and let webhooks be told; the place is found under the write lock, so it
    is gapless."""
    (seq,) = cx.execute(
        "INSERT INTO events (topic, seq, event, mentions) VALUES (?1,"
        # Counted here and not by a sequence of the database: those leave gaps when a transaction is
        # undone, and a gap means to a reader that something is missing.
        " 1 + coalesce((SELECT max(seq) FROM events WHERE topic = ?1), 0), ?2, ?3) RETURNING seq",
        (topic, event_body(event), mentioned(topic, event)),
    ).fetchone()
    _tell_webhooks(cx, topic, event)
    return Recorded(topic, seq, event)


def _tell_webhooks(cx: SqlConnection, topic: str, event: StoredEvent) -> None:
    # On the clip's own topic only: it is told on others, too.
    match event:
        case ClipFinished(clip=clip) if topic == clip_topic(clip.id):
            put_message(cx, "clip.finished", clip.id)
        case ClipFailed(clip=clip) if topic == clip_topic(clip.id):
            put_message(cx, "clip.failed", clip.id)
        case ClipRemoved(clip=gone) if topic == clip_topic(gone):
            put_message(cx, "clip.removed", gone)
        case Commented(comment=comment):
            put_message(cx, "comment.created", comment.clip, comment.id)


def mentioned(topic: str, event: StoredEvent) -> str:
    """The clip that an event tells of on a topic that is not its own, else ''."""
    clip = subject_of(event)
    return "" if topic == clip_topic(clip) else clip


def topics_of(clip: Clip) -> list[str]:
    """Where it is told what happens to a clip: only of a public one everywhere."""
    return [clip_topic(clip.id), *([FEED_TOPIC] if clip.visibility == "public" else [])]


def events(cx: SqlConnection, topic: str, after: int, limit: int) -> list[Recorded]:
    return recorded_of(
        cx.execute(
            "SELECT topic, seq, event FROM events WHERE topic = ? AND seq > ? ORDER BY seq LIMIT ?",
            (topic, after, limit),
        )
    )


def events_everywhere(cx: SqlConnection, after: int, limit: int) -> list[tuple[int, Recorded]]:
    rows = cx.execute(
        "SELECT id, topic, seq, event FROM events WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    ).fetchall()
    ids = [row[0] for row in rows]
    return list(zip(ids, recorded_of(row[1:] for row in rows), strict=True))


def events_about(cx: SqlConnection, clip_id: str) -> Iterator[tuple[int, StoredEvent]]:
    """The events of a clip's topic, and those elsewhere that tell of it, each with its place. A
    topic keeps 1,000 events at most, so that this is bounded."""
    rows = cx.execute(
        "SELECT id, event FROM events WHERE topic = ? UNION ALL"
        # Said twice, as in the schema: only then does SQLite use the partial index.
        " SELECT id, event FROM events WHERE mentions = ? AND mentions <> ''",
        (clip_topic(clip_id), clip_id),
    ).fetchall()
    for place, body in rows:
        if (event := event_of(body)) is not None:
            yield place, event


def retell_event(cx: SqlConnection, place: int, event: StoredEvent) -> None:
    """Let the log say something else in a place from now on."""
    cx.execute("UPDATE events SET event = ? WHERE id = ?", (event_body(event), place))


def newest(cx: SqlConnection) -> int:
    return int(cx.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def event_body(event: StoredEvent) -> bytes:
    return _encoder.encode(event)


def event_of(body: bytes) -> StoredEvent | None:
    """None for what this release does not know."""
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError:
        return None


def subject_of(event: StoredEvent) -> str:
    """The clip that an event tells of: of a remix, not of its parent."""
    match event:
        case (
            Liked(clip=clip)
            | ClipRemoved(clip=clip)
            | ClipHidden(clip=clip)
            | CommentRemoved(clip=clip)
            | CommentLiked(clip=clip)
            | CommentPinned(clip=clip)
        ):
            return clip
        case Commented(comment=comment) | CommentChanged(comment=comment):
            return comment.clip
        case Remixed(remix=remix):
            return remix.id
        case Noticed(notice=notice):
            return notice.clip
        case InboxSeen():
            return ""
        case _:
            return event.clip.id


def recorded_of(rows: Iterable[tuple[str, int, bytes]]) -> list[Recorded]:
    """Events from (topic, seq, event) rows."""
    return [Recorded(topic, seq, event_of(body)) for topic, seq, body in rows]
