"""What changes the database: each function is one piece of work within a transaction."""

import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from phosphene.consent.refusal import refuse_use
from phosphene.consent.request import UseRequest
from phosphene.events import (
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipStarted,
    ClipSteered,
    Liked,
    Recorded,
    Remixed,
    StoredEvent,
)
from phosphene.model import Clip, Counts, Person, ReactionKind, clip_topic
from phosphene.notifications import NoticeKind
from phosphene.store import (
    clip_rows,
    deeds,
    inbox,
    leases,
    likeness_standing,
    likeness_uses,
    logins,
    reactions,
    reads,
    references,
    relations,
    search,
    viewings,
)
from phosphene.store.act_weight import weigh
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import record, topics_of
from phosphene.store.people import named
from phosphene.store.refusal_appeals import spend_passes
from phosphene.store.rows import clip_body
from phosphene.store.store import Repeated, Reservation

T = TypeVar("T")


def add_clip(
    cx: SqlConnection,
    clip: Clip,
    holder: str,
    until: float,
    parent_id: str | None,
    use: UseRequest | None = None,
    passes: Sequence[str] = (),
) -> list[Recorded]:
    spend_passes(cx, passes, clip.created_at)
    parent = None if parent_id is None else reads.clip(cx, parent_id)
    root = clip.id if parent is None else reads.root_of(cx, parent.id)
    if parent_id == clip.parent:  # else it hides its family, and its root with it
        told = clip.id if parent is None else parent.root or parent.id
        clip = msgspec.structs.replace(clip, root=told)
    clip = msgspec.structs.replace(clip, author=named(cx, clip.author), counts=Counts())
    clip_rows.insert_clip(cx, clip, parent_id, root, holder)
    if search.is_found(clip):
        search.index_clip(cx, clip)
    leases.claim(cx, leases.lease_of(clip.id), holder, 0.0, until)
    if parent is not None:
        between = relations.need_unblocked(cx, parent.author.id, clip.author.id)
        relations.need_allowed(parent, clip.author.id, between)
        references.borrow(cx, clip.id, parent)
        kind: ReactionKind = "fork" if clip.is_fork else "remix"
        deeds.note_deed(cx, clip.author.id, parent.id, kind, clip.created_at)
        if use is None and likeness_standing.owners_in(cx, parent.id):
            raise refuse_use(())
    # Whom it shows is told before anybody else.
    recorded = likeness_uses.add_uses(cx, clip, use, clip.created_at)
    recorded += [record(cx, topic, ClipQueued(clip)) for topic in topics_of(clip)]
    if parent is not None and clip.visibility == "public":
        counts = bump(cx, "remixes", parent.id, 1)
        weigh(cx, "remixes", parent.id, clip.author.id, 1)
        remixed = Remixed(parent.id, clip, counts.remixes, clip.is_fork)
        recorded.append(record(cx, clip_topic(parent.id), remixed))
        recorded += inbox.notify_remixed(cx, parent.author.id, clip, clip.created_at, between)
    return recorded


def change_clip(
    cx: SqlConnection, clip: Clip, event: StoredEvent, holder: str, number: int, now: float
) -> list[Recorded]:
    before = reads.clip(cx, clip.id)
    leases.check(cx, leases.lease_of(clip.id), holder, number)
    clip = msgspec.structs.replace(clip, root=before.root, parent=before.parent)
    kept_for = clip.visibility
    # Who drew a clip for minutes must not bring back what its author changed meanwhile.
    clip = msgspec.structs.replace(
        clip,
        visibility=before.visibility,
        remixing=before.remixing,
        license=before.license,
    )
    cx.execute(
        "UPDATE clips SET status = ?, body = ? WHERE id = ?",
        (clip.status, clip_body(clip), clip.id),
    )
    if clip.status not in {"queued", "live"}:
        leases.end(cx, clip.id)
    references.index(cx, clip)
    # Its maker kept the files for those whom the clip was for as it began.
    if clip.status == "done" and (before.withheld or kept_for != before.visibility):
        references.note_moves(cx, references.blobs_of(clip))
    search.index_clip(cx, clip)
    if isinstance(event, ClipQueued | ClipStarted | ClipSteered | ClipFinished | ClipFailed):
        # The event carries the counts of this very moment, whatever its maker knew.
        event = msgspec.structs.replace(event, clip=reads.clip(cx, clip.id))
    recorded = [record(cx, topic, event) for topic in topics_of(clip)]
    return recorded + _tell_author(cx, clip, now)


def like(
    cx: SqlConnection, clip_id: str, person: Person, on: bool, now: float
) -> tuple[Counts, list[Recorded]]:
    author = reads.check_seen(cx, clip_id, person.id)
    if on:
        logins.need_active(cx, person.id)
    between = relations.need_unblocked(cx, author, person.id, undoes=not on)
    statement = (
        # The row decides and the counter follows: liking twice, at two instances at once, counts
        # once.
        "INSERT INTO likes (clip, person) VALUES (?, ?) ON CONFLICT DO NOTHING"
        if on
        else "DELETE FROM likes WHERE clip = ? AND person = ?"
    )
    if not cx.execute(statement, (clip_id, person.id)).rowcount:
        return reads.clip(cx, clip_id).counts, []
    if on:
        deeds.note_deed(cx, person.id, clip_id, "like", now)
    else:
        reactions.take_back(cx, person.id, clip_id, "like")
    counts = bump(cx, "likes", clip_id, 1 if on else -1)
    weigh(cx, "likes", clip_id, person.id, 1 if on else -1)
    event = Liked(clip_id, named(cx, person), on, counts.likes)
    recorded = [record(cx, clip_topic(clip_id), event)]
    if on:
        recorded += inbox.notify(cx, author, "liked", event.by, now, between, clip=clip_id)
    else:
        recorded += inbox.withdraw(cx, author, "liked", event.by, now, between, clip=clip_id)
    return counts, recorded


def add_view(cx: SqlConnection, clip_id: str, person_id: str, now: float) -> None:
    reads.check_seen(cx, clip_id, person_id)
    new = cx.execute(
        # An earlier release beside this one writes to views.
        "INSERT INTO viewings (clip, person, at) SELECT ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM views WHERE clip = ?1 AND person = ?2)"
        " ON CONFLICT DO NOTHING",
        (clip_id, person_id, now),
    ).rowcount
    kept = reactions.is_personal(cx, person_id)
    if not new:
        if kept:  # who sees it again finds it on top of what they saw
            again = "UPDATE viewings SET at = ? WHERE clip = ? AND person = ?"
            cx.execute(again, (now, clip_id, person_id))
    elif not viewings.recall_cleared(cx, clip_id, person_id):
        bump(cx, "views", clip_id, new)
        weigh(cx, "views", clip_id, person_id, new)
    if new and not kept:
        viewings.leave_out(cx, clip_id, person_id, now)


def remember(cx: SqlConnection, key: str, answer: bytes, now: float) -> bytes | None:
    cx.execute("DELETE FROM answers WHERE kept_at <= ?", (now - reads.KEEP_ANSWERS_S,))
    kept = cx.execute(
        "INSERT INTO answers (key, answer, kept_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (key, answer, now),
    )
    return None if kept.rowcount else reads.recall(cx, key, now)


def once(
    cx: SqlConnection,
    reservation: Reservation | None,
    now: float,
    work: Callable[[SqlConnection], T],
) -> T:
    """Do the work and keep the answer to it, unless there is one."""
    if reservation is not None:
        earlier = remember(cx, reservation.key, reservation.answer, now)
        if earlier is not None:
            raise Repeated(earlier)
    return work(cx)


def touch(cx: SqlConnection) -> None:
    """The least write there is: shows that writing works. The value is another one each time:
    SQLite writes nothing where nothing changes."""
    cx.execute(
        "INSERT INTO meta (key, value) VALUES ('touched', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (secrets.token_hex(8),),
    )


def _tell_author(cx: SqlConnection, clip: Clip, now: float) -> list[Recorded]:
    """An author hears how a clip ended, unless they ended it."""
    kinds: dict[str, NoticeKind] = {"done": "finished", "failed": "failed"}
    kind = kinds.get(clip.status)
    if kind is None:
        return []
    by, own = clip.author, relations.STRANGERS
    return inbox.notify(cx, by.id, kind, by, now, own, clip=clip.id, text=clip.text)
