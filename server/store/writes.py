"""What changes the database: each function is one piece of work within a transaction."""

import secrets
from collections.abc import Callable
from sqlite3 import Connection, IntegrityError
from typing import TypeVar

import msgspec

from phosphene.errors import AlreadyTaken, BadInput, NotFound
from phosphene.model import (
    FEED_TOPIC,
    Clip,
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipStarted,
    ClipSteered,
    Comment,
    Commented,
    Counts,
    Liked,
    Person,
    Recorded,
    Remixed,
    StoredEvent,
    clip_topic,
)
from phosphene.store import leases, reads, references
from phosphene.store.people import named
from phosphene.store.rows import clip_body, event_body, subject_of
from phosphene.store.standing import weigh
from phosphene.store.store import Repeated, Reservation

T = TypeVar("T")


def add_clip(
    cx: Connection, clip: Clip, holder: str, until: float, parent_id: str | None
) -> list[Recorded]:
    parent = None if parent_id is None else reads.clip(cx, parent_id)
    root = clip.id if parent is None else reads.root_of(cx, parent.id)
    if parent_id == clip.parent:  # else it hides its family, and its root with it
        told = clip.id if parent is None else parent.root or parent.id
        clip = msgspec.structs.replace(clip, root=told)
    clip = msgspec.structs.replace(clip, author=named(cx, clip.author), counts=Counts())
    _insert_clip(cx, clip, parent_id, root, holder)
    leases.claim(cx, leases.lease_of(clip.id), holder, 0.0, until)
    if parent is not None:
        references.borrow(cx, clip.id, parent)
    recorded = [record(cx, topic, ClipQueued(clip)) for topic in topics_of(clip)]
    if parent_id is not None and clip.visibility == "public":
        counts = bump(cx, "remixes", parent_id, 1)
        weigh(cx, "remixes", parent_id, clip.author.id, 1)
        remixed = Remixed(parent_id, clip, counts.remixes)
        recorded.append(record(cx, clip_topic(parent_id), remixed))
    return recorded


def change_clip(
    cx: Connection, clip: Clip, event: StoredEvent, holder: str, number: int
) -> list[Recorded]:
    before = reads.clip(cx, clip.id)
    leases.check(cx, leases.lease_of(clip.id), holder, number)
    clip = msgspec.structs.replace(clip, root=before.root, parent=before.parent)
    # Who drew a clip for minutes must not bring back what its author changed meanwhile.
    clip = msgspec.structs.replace(clip, visibility=before.visibility)
    cx.execute(
        "UPDATE clips SET status = ?, body = ? WHERE id = ?",
        (clip.status, clip_body(clip), clip.id),
    )
    if clip.status not in {"queued", "live"}:
        leases.end(cx, clip.id)
    references.index(cx, clip)
    if isinstance(event, ClipQueued | ClipStarted | ClipSteered | ClipFinished | ClipFailed):
        # The event carries the counts of this very moment, whatever its maker knew.
        event = msgspec.structs.replace(event, clip=reads.clip(cx, clip.id))
    return [record(cx, topic, event) for topic in topics_of(clip)]


def like(cx: Connection, clip_id: str, person: Person, on: bool) -> tuple[Counts, list[Recorded]]:
    reads.check_seen(cx, clip_id, person.id)
    statement = (
        # The row decides and the counter follows: liking twice, at two instances at once, counts
        # once.
        "INSERT INTO likes (clip, person) VALUES (?, ?) ON CONFLICT DO NOTHING"
        if on
        else "DELETE FROM likes WHERE clip = ? AND person = ?"
    )
    if not cx.execute(statement, (clip_id, person.id)).rowcount:
        return reads.clip(cx, clip_id).counts, []
    counts = bump(cx, "likes", clip_id, 1 if on else -1)
    weigh(cx, "likes", clip_id, person.id, 1 if on else -1)
    event = Liked(clip_id, named(cx, person), on, counts.likes)
    return counts, [record(cx, clip_topic(clip_id), event)]


def add_comment(cx: Connection, comment: Comment) -> list[Recorded]:
    reads.check_seen(cx, comment.clip, comment.author.id)
    comment = msgspec.structs.replace(comment, author=named(cx, comment.author))
    if not _insert_comment(cx, comment):
        earlier = reads.comment(cx, comment.id)
        if (earlier.clip, earlier.author.id) != (comment.clip, comment.author.id):
            raise AlreadyTaken("that comment id is taken")
        return []
    counts = bump(cx, "comments", comment.clip, 1)
    return [record(cx, clip_topic(comment.clip), Commented(comment, counts.comments))]


def add_view(cx: Connection, clip_id: str, person_id: str, now: float) -> None:
    reads.check_seen(cx, clip_id, person_id)
    new = cx.execute(
        # An earlier release beside this one writes to views.
        "INSERT INTO viewings (clip, person, at) SELECT ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM views WHERE clip = ?1 AND person = ?2)"
        " ON CONFLICT DO NOTHING",
        (clip_id, person_id, now),
    ).rowcount
    bump(cx, "views", clip_id, new)
    weigh(cx, "views", clip_id, person_id, new)


def remember(cx: Connection, key: str, answer: bytes, now: float) -> bytes | None:
    cx.execute("DELETE FROM answers WHERE kept_at <= ?", (now - reads.KEEP_ANSWERS_S,))
    kept = cx.execute(
        "INSERT INTO answers (key, answer, kept_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (key, answer, now),
    )
    return None if kept.rowcount else reads.recall(cx, key, now)


def once(
    cx: Connection, reservation: Reservation | None, now: float, work: Callable[[Connection], T]
) -> T:
    """Do the work and keep the answer to it, unless there is one."""
    if reservation is not None:
        earlier = remember(cx, reservation.key, reservation.answer, now)
        if earlier is not None:
            raise Repeated(earlier)
    return work(cx)


def touch(cx: Connection) -> None:
    """The least write there is: shows that writing works. The value is another one each time:
    SQLite writes nothing where nothing changes."""
    cx.execute(
        "INSERT INTO meta (key, value) VALUES ('touched', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (secrets.token_hex(8),),
    )


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


def _insert_clip(cx: Connection, clip: Clip, parent_id: str | None, root: str, holder: str) -> None:
    try:
        cx.execute(
            "INSERT INTO clips (id, instance, author, status, created_at, root, parent, visibility,"
            " body, indexed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (
                clip.id,
                holder,
                clip.author.id,
                clip.status,
                clip.created_at,
                root,
                parent_id,
                clip.visibility,
                clip_body(clip),
            ),
        )
    except IntegrityError:
        raise BadInput(f"there is a clip {clip.id} already") from None


def _insert_comment(cx: Connection, comment: Comment) -> bool:
    author = comment.author
    return bool(
        cx.execute(
            "INSERT INTO comments (id, clip, author, handle, text, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (comment.id, comment.clip, author.id, author.handle, comment.text, comment.created_at),
        ).rowcount
    )


def bump(cx: Connection, counter: str, clip_id: str, change: int) -> Counts:
    """Add to one counter of a clip; what somebody does with it keeps it. Raises NotFound."""
    row = cx.execute(
        f"UPDATE clips SET {counter} = {counter} + ? WHERE id = ?"
        " RETURNING likes, comments, remixes, views, expires_at",
        (change, clip_id),
    ).fetchone()
    if row is None:
        raise NotFound(f"no clip {clip_id}")
    *counts, expires_at = row
    # Not in the same statement: a column of an index there makes a like five times as slow.
    if expires_at is not None and change > 0 and counter != "views":
        cx.execute("UPDATE clips SET expires_at = NULL WHERE id = ?", (clip_id,))
    return Counts(*counts)
