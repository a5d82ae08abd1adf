"""The log of events: what is recorded in the transaction of the fact that it tells of."""

from sqlite3 import Connection

from phosphene.model import FEED_TOPIC, Clip, Recorded, StoredEvent, clip_topic
from phosphene.store.rows import event_body, subject_of


def record(cx: Connection, topic: str, event: StoredEvent) -> Recorded:
    """Append to a topic; the place is found under the write lock, so it is gapless."""
    (seq,) = cx.execute(
        "INSERT INTO events (topic, seq, event, mentions) VALUES (?1,"
        # Counted here and not by a sequence of the database: those leave gaps when a transaction is
        # undone, and a gap means to a reader that something is missing.
        " 1 + coalesce((SELECT max(seq) FROM events WHERE topic = ?1), 0), ?2, ?3) RETURNING seq",
        (topic, event_body(event), mentioned(topic, event)),
    ).fetchone()
    return Recorded(topic, seq, event)


def mentioned(topic: str, event: StoredEvent) -> str:
    """The clip that an event tells of on a topic that is not its own, else ''."""
    clip = subject_of(event)
    return "" if topic == clip_topic(clip) else clip


def topics_of(clip: Clip) -> list[str]:
    """Where it is told what happens to a clip: only of a public one everywhere."""
    return [clip_topic(clip.id), *([FEED_TOPIC] if clip.visibility == "public" else [])]
