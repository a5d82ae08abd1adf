"""What others are told when a clip is not to be seen any more. Pieces of a transaction."""

from collections.abc import Iterator

from phosphene.events import ClipRemoved, Noticed, Recorded
from phosphene.model import Clip, clip_topic
from phosphene.store.act_weight import weigh
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import event_of, record, retell_event
from phosphene.store.retelling import without_clip

# The feed, and the parent's topic.
BESIDE = 2
"""So many events that a clip records after the one on its own topic, in the same transaction."""


def tell_parent(cx: SqlConnection, clip: Clip, parent: str | None) -> Iterator[Recorded]:
    """The parent of a public clip has one remix less to show."""
    if parent is None or clip.visibility != "public":
        return
    if cx.execute("SELECT 1 FROM clips WHERE id = ?", (parent,)).fetchone() is None:
        return
    left = bump(cx, "remixes", parent, -1).remixes
    weigh(cx, "remixes", parent, clip.author.id, -1)
    yield record(cx, clip_topic(parent), ClipRemoved(clip.id, left))


def forget_elsewhere(cx: SqlConnection, clip_id: str) -> None:
    """Nothing that was said of the clip can be read on other topics than its own; places stay."""
    topic = clip_topic(clip_id)
    # Said twice, as in the schema: only then does SQLite use the partial index.
    elsewhere = cx.execute(
        "SELECT id, event FROM events WHERE mentions = ? AND mentions <> ''", (clip_id,)
    ).fetchall()
    # What an earlier release wrote mentions nobody, but lies beside what it told of.
    beside = cx.execute(
        "SELECT DISTINCT other.id, other.event FROM events AS own"
        " JOIN events AS other ON other.id BETWEEN own.id + 1 AND own.id + ?"
        " WHERE own.topic = ? AND other.topic <> own.topic AND other.mentions IS NULL",
        (BESIDE, topic),
    ).fetchall()
    for place, body in (*elsewhere, *beside):
        if (event := _without(body, clip_id)) is not None:
            retell_event(cx, place, event)


def redact_children(cx: SqlConnection, clip_id: str) -> None:
    """Files of clips that go on from this one hold its manifest: they are to be signed anew, and
    then their children."""
    cx.execute(
        "INSERT INTO redactions (clip) SELECT id FROM clips WHERE parent = ?"
        " ON CONFLICT DO NOTHING",
        (clip_id,),
    )


def _without(body: bytes, clip_id: str) -> ClipRemoved | None:
    """What an event says once a clip is gone; None when it does not tell of it. What a newer
    release wrote cannot be read: it is enough that it names the clip."""
    match event := event_of(body):
        case None:
            return ClipRemoved(clip_id) if clip_id.encode() in body else None
        case Noticed(notice=notice):
            return ClipRemoved(clip_id) if notice.clip == clip_id else None
        case _:
            return without_clip(event, clip_id)
