"""A clip is forgotten: its row, what people wrote of it, and what the log says of it."""

from phosphene.errors import BadInput
from phosphene.events import ClipRemoved
from phosphene.model import clip_topic
from phosphene.store import deeds, fingerprints, inbox, reads, references, report_closing, search
from phosphene.store.clip_log import forget_elsewhere, redact_children, tell_parent
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import event_body, record, topics_of
from phosphene.store.idempotency import forget_answers
from phosphene.store.store import Removal

WRITTEN = {
    "comments": "id",
    "likes": "person",
    "views": "person",
    "viewings": "person",
    "cleared_views": "digest",
    "watched_clips": "person",
    "weights": "clip",
    "notices": "id",
    "comment_likes": "comment, person",
    "pins": "clip",
    "held_comments": "id",
    "withheld_comments": "id",
    "saves": "person",
    "reactions": "id",
    "likeness_uses": "owner, person",
    "withholdings": "reason",
    "likeness_matches": "owner",
}
"""Tables of what people did with clips, and what tells the rows of a clip apart."""

# A clip with a million likes would hold the lock for seconds; what is left is removed by the
# housekeeper.
SPAN = 1000
"""So many rows of each are removed in one transaction, so that nobody waits long for the lock."""


def remove_clip(cx: SqlConnection, clip_id: str) -> Removal:
    clip, parent = reads.clip(cx, clip_id), reads.parent_of(cx, clip_id)
    if clip.status in {"queued", "live"}:
        raise BadInput("the clip is being drawn: stop it first")
    forget_answers(cx, clip_id, clip.author.id)
    unread = inbox.unread_of_clip(cx, clip_id)
    if _forget_some(cx, clip_id):
        cx.execute("INSERT INTO leftovers (clip) VALUES (?) ON CONFLICT DO NOTHING", (clip_id,))
    cx.execute("DELETE FROM clips WHERE id = ?", (clip_id,))
    if parent is not None:
        deeds.drop_remix(cx, clip.author.id, parent)
    search.forget(cx, clip_id)
    blobs = references.release(cx, clip)
    fingerprints.forget_fingerprint(cx, clip_id)
    # Overwritten and not deleted: places in the log have to stay without a gap, or everybody who
    # follows would read a hole.
    _erase(cx, clip_id)
    report_closing.close_clip(cx, clip_id)
    cx.execute("DELETE FROM redactions WHERE clip = ?", (clip_id,))
    redact_children(cx, clip_id)
    recorded = [record(cx, topic, ClipRemoved(clip_id)) for topic in topics_of(clip)]
    recorded += inbox.tell_unread(cx, unread)
    return Removal(tuple(blobs), (*recorded, *tell_parent(cx, clip, parent)))


def forget_leftovers(cx: SqlConnection) -> bool:
    """Remove more of what was written of a removed clip; whether there may be more."""
    row = cx.execute("SELECT clip FROM leftovers LIMIT 1").fetchone()
    if row is None:
        return False
    if not _forget_some(cx, row[0]):
        cx.execute("DELETE FROM leftovers WHERE clip = ?", row)
    return True


def _forget_some(cx: SqlConnection, clip_id: str) -> bool:
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


def _erase(cx: SqlConnection, clip_id: str) -> None:
    """Nothing that was said of the clip can be read in the log any more; its places stay."""
    forget_elsewhere(cx, clip_id)
    # The same for all of them: not even the kind of what was said is left.
    gone = event_body(ClipRemoved(clip_id))
    cx.execute("UPDATE events SET event = ? WHERE topic = ?", (gone, clip_topic(clip_id)))
