"""A clip is forgotten: its row, what people wrote of it, and what the log says of it."""

from collections.abc import Iterator
from sqlite3 import Connection

from phosphene.errors import BadInput
from phosphene.events import (
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipRemoved,
    ClipStarted,
    ClipSteered,
    Noticed,
    Recorded,
    Remixed,
)
from phosphene.model import Clip, clip_topic
from phosphene.store import reads, references, report_closing, search
from phosphene.store.answers import forget_answers
from phosphene.store.counters import bump
from phosphene.store.event_log import event_body, event_of, record, topics_of
from phosphene.store.standing import weigh
from phosphene.store.store import Removal

WRITTEN = {
    "comments": "id",
    "likes": "person",
    "views": "person",
    "viewings": "person",
    "weights": "clip",
    "notices": "id",
    "comment_likes": "comment, person",
    "pins": "clip",
    "held_comments": "id",
    "withheld_comments": "id",
}
"""Tables of what people did with clips, and what tells the rows of a clip apart."""

# A clip with a million likes would hold the lock for seconds; what is left is removed by the
# housekeeper.
SPAN = 1000
"""So many rows of each are removed in one transaction, so that nobody waits long for the lock."""

# The feed, and the parent's topic.
BESIDE = 2
"""So many events that a clip records after the one on its own topic, in the same transaction."""


def remove_clip(cx: Connection, clip_id: str) -> Removal:
    clip, parent = reads.clip(cx, clip_id), reads.parent_of(cx, clip_id)
    if clip.status in {"queued", "live"}:
        raise BadInput("the clip is being drawn: stop it first")
    forget_answers(cx, clip_id, clip.author.id)
    if _forget_some(cx, clip_id):
        cx.execute("INSERT INTO leftovers (clip) VALUES (?) ON CONFLICT DO NOTHING", (clip_id,))
    cx.execute("DELETE FROM clips WHERE id = ?", (clip_id,))
    search.forget(cx, clip_id)
    blobs = references.release(cx, clip)
    # Overwritten and not deleted: places in the log have to stay without a gap, or everybody who
    # follows would read a hole.
    _erase(cx, clip_id)
    report_closing.close_clip(cx, clip_id)
    cx.execute("DELETE FROM redactions WHERE clip = ?", (clip_id,))
    redact_children(cx, clip_id)
    recorded = [record(cx, topic, ClipRemoved(clip_id)) for topic in topics_of(clip)]
    return Removal(tuple(blobs), (*recorded, *tell_parent(cx, clip, parent)))


def forget_leftovers(cx: Connection) -> bool:
    """Remove more of what was written of a removed clip; whether there may be more."""
    row = cx.execute("SELECT clip FROM leftovers LIMIT 1").fetchone()
    if row is None:
        return False
    if not _forget_some(cx, row[0]):
        cx.execute("DELETE FROM leftovers WHERE clip = ?", row)
    return True


def _forget_some(cx: Connection, clip_id: str) -> bool:
    """Remove a part of what was written of a clip; whether there may be more."""
    rows = cx.execute(
        "SELECT DISTINCT author FROM comments WHERE id IN"
        " (SELECT id FROM comments WHERE clip = ?1 LIMIT ?2)"
        " UNION ALL SELECT author FROM held_comments WHERE clip = ?1",
        (clip_id, SPAN),
    ).fetchall()
    for (author,) in rows:
        forget_answers(cx, clip_id, author)
    removed = [
        cx.execute(
            f"DELETE FROM {table} WHERE clip = ? AND ({key}) IN"
            f" (SELECT {key} FROM {table} WHERE clip = ? LIMIT ?)",
            (clip_id, clip_id, SPAN),
        ).rowcount
        for table, key in WRITTEN.items()
    ]
    return SPAN in removed


def tell_parent(cx: Connection, clip: Clip, parent: str | None) -> Iterator[Recorded]:
    """The parent of a public clip has one remix less to show."""
    if parent is None or clip.visibility != "public":
        return
    if cx.execute("SELECT 1 FROM clips WHERE id = ?", (parent,)).fetchone() is None:
        return
    left = bump(cx, "remixes", parent, -1).remixes
    weigh(cx, "remixes", parent, clip.author.id, -1)
    yield record(cx, clip_topic(parent), ClipRemoved(clip.id, left))


def _erase(cx: Connection, clip_id: str) -> None:
    """Nothing that was said of the clip can be read in the log any more; its places stay."""
    forget_elsewhere(cx, clip_id)
    # The same for all of them: not even the kind of what was said is left.
    gone = event_body(ClipRemoved(clip_id))
    cx.execute("UPDATE events SET event = ? WHERE topic = ?", (gone, clip_topic(clip_id)))


def forget_elsewhere(cx: Connection, clip_id: str) -> None:
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
            cx.execute("UPDATE events SET event = ? WHERE id = ?", (event_body(event), place))


def _without(body: bytes, clip_id: str) -> ClipRemoved | None:
    """What an event says once a clip is gone; None when it does not tell of it. What a newer
    release wrote cannot be read: it is enough that it names the clip."""
    match event := event_of(body):
        case None:
            return ClipRemoved(clip_id) if clip_id.encode() in body else None
        case Remixed(remix=remix, remixes=count) if remix.id == clip_id:
            return ClipRemoved(clip_id, count)
        case Noticed(notice=notice):
            return ClipRemoved(clip_id) if notice.clip == clip_id else None
        case ClipQueued() | ClipStarted() | ClipSteered() | ClipFinished() | ClipFailed():
            return ClipRemoved(clip_id) if event.clip.id == clip_id else None
        case _:
            return None


def redact_children(cx: Connection, clip_id: str) -> None:
    """Files of clips that go on from this one hold its manifest: they are to be signed anew, and
    then their children."""
    cx.execute(
        "INSERT INTO redactions (clip) SELECT id FROM clips WHERE parent = ?"
        " ON CONFLICT DO NOTHING",
        (clip_id,),
    )
