"""Clips of one's own, and those that one keeps: who may see and use them, what was saved, liked and
seen. Each function is one piece of a transaction."""

import heapq
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from phosphene.errors import BadInput, Forbidden, NotFound
from phosphene.events import ClipChanged, ClipHidden, Recorded, Remixed
from phosphene.model import FEED_TOPIC, Clip, License, Page, Remixing, Visibility, clip_topic
from phosphene.store import (
    deeds,
    inbox,
    likeness_standing,
    reactions,
    reads,
    references,
    relations,
    search,
)
from phosphene.store.act_weight import weigh
from phosphene.store.clip_log import forget_elsewhere, redact_children, tell_parent
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import record, topics_of
from phosphene.store.rows import (
    CLIP_COLUMNS,
    CLIP_SOURCE,
    clip_body,
    clip_of,
    make_cursor,
    read_cursor,
)

Kept = Literal["own", "drafts", "saved", "liked", "history"]
"""All of one's own; those of them that only oneself sees; what one saved, likes, has seen."""
_OF_OTHERS: Final = "k.person = ?1 AND (c.visibility <> 'private' OR c.author = ?1)"
PLACES: Final[dict[Kept, tuple[str, str, str]]] = {
    "own": ("clips AS c", "c.created_at", "c.author = ?1"),
    "drafts": (
        "clips AS c",
        "c.created_at",
        "c.author = ?1 AND c.visibility = 'private' AND c.withheld IS NULL",
    ),
    "saved": ("saves AS k JOIN clips AS c ON c.id = k.clip", "k.at", _OF_OTHERS),
    "liked": ("likes AS k JOIN clips AS c ON c.id = k.clip", "c.created_at", _OF_OTHERS),
    "history": ("viewings AS k JOIN clips AS c ON c.id = k.clip", "k.at", _OF_OTHERS),
}
"""From where each is read, by which time, and which of it is the person's."""
ON_ITS_WAY: Final = frozenset({"queued", "live"})
WIDER: Final[dict[Visibility, int]] = {"private": 0, "unlisted": 1, "public": 2}
"""Who is seen by more has the greater number."""


class ClipChange(Struct, frozen=True):
    """What an author changes of a clip; what is not there stays."""

    visibility: Visibility | UnsetType = UNSET
    remixing: Remixing | UnsetType = UNSET
    license: License | UnsetType = UNSET


def change_terms(
    cx: SqlConnection, clip_id: str, person_id: str, change: ClipChange, now: float
) -> list[Recorded]:
    """Let an author change who may see and use a clip, with all that follows from it.

    Raises:
        NotFound: it is not theirs. BadInput: it is being drawn. Forbidden: it is withheld.
        Refused: more would see it, and somebody in it says no.
    """
    before = reads.clip(cx, clip_id)
    if before.author.id != person_id:
        raise NotFound(f"no clip {clip_id} of yours")
    # Who watches a clip on air cannot be sent away: its author stops it.
    if before.status in ON_ITS_WAY:
        raise BadInput("the clip is being drawn: wait for its end, or stop it")
    given = {name: value for name, value in _fields(change) if value is not UNSET}
    if before.withheld and change.visibility is not UNSET:
        raise Forbidden("a moderator hid this clip: who sees it is not yours to say now")
    if WIDER[before.visibility] < WIDER[given.get("visibility", "private")]:
        likeness_standing.need_uses(cx, clip_id, now)
    after = msgspec.structs.replace(before, **given)
    if after == before:
        return []
    was, is_ = (one.visibility == "public" for one in (before, after))
    if is_ and not was and not _was_told(cx, clip_id):
        # Else a draft of last week would be found by nobody: lists and feeds begin with the newest.
        after = msgspec.structs.replace(after, created_at=now)
    cx.execute(
        "UPDATE clips SET visibility = ?, created_at = ?, body = ? WHERE id = ?",
        (after.visibility, after.created_at, clip_body(after), clip_id),
    )
    search.index_clip(cx, after)
    if after.visibility != before.visibility:
        references.note_moves(cx, references.blobs_of(after))
    if after.license != before.license and after.status == "done":
        # Its files say under which terms they may be used.
        cx.execute("INSERT INTO redactions (clip) VALUES (?) ON CONFLICT DO NOTHING", (clip_id,))
    if was and not is_:
        return list(_hide(cx, before, after))
    told = list(_tell(cx, before, after))
    return told + (_publish(cx, after, now) if is_ and not was else [])


def set_saved(cx: SqlConnection, clip_id: str, person_id: str, on: bool, now: float) -> None:
    """Keep a clip for oneself, or no more. Raises NotFound."""
    if not on:
        cx.execute("DELETE FROM saves WHERE person = ? AND clip = ?", (person_id, clip_id))
        reactions.take_back(cx, person_id, clip_id, "save")
        return
    reads.check_seen(cx, clip_id, person_id)
    cx.execute(
        "INSERT INTO saves (person, clip, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (person_id, clip_id, now),
    )
    deeds.note_deed(cx, person_id, clip_id, "save", now)


def is_saved(cx: SqlConnection, clip_id: str, person_id: str) -> bool:
    query = "SELECT 1 FROM saves WHERE person = ? AND clip = ?"
    return cx.execute(query, (person_id, clip_id)).fetchone() is not None


def kept_clips(
    cx: SqlConnection, epoch: str, person_id: str, which: Kept, limit: int, cursor: str | None
) -> Page:
    """Clips of a person, or that they keep, the latest first: by when they were made, saved, seen.
    What they may not see any more is not there."""
    listing = f"kept {which}"
    place = read_cursor(epoch, listing, cursor)
    newest = heapq.nlargest(limit + 1, _places(cx, person_id, which, place))
    clips = tuple(reads.clip(cx, clip_id) for _, clip_id in newest[:limit])
    after = make_cursor(epoch, listing, *newest[limit - 1]) if len(newest) > limit else None
    return Page(clips, after)


def remixes(
    cx: SqlConnection, epoch: str, clip_id: str, person_id: str, limit: int, cursor: str | None
) -> Page:
    """Remixes and forks of a clip: public ones, and this person's own, newest first."""
    listing = f"remixes {clip_id}"
    rows = cx.execute(
        # Few enough for one query: of a clip, not of its family.
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.parent = ?"
        f" AND {reads.LISTED} AND c.{reads.SHOWN} AND (c.created_at, c.id) < (?, ?)"
        " ORDER BY c.created_at DESC, c.id DESC LIMIT ?",
        (clip_id, person_id, *read_cursor(epoch, listing, cursor), limit + 1),
    )
    found = [clip_of(row) for row in rows]
    shown = tuple(found[:limit])
    more = len(found) > limit
    after = make_cursor(epoch, listing, shown[-1].created_at, shown[-1].id) if more else None
    return Page(shown, after)


def _fields(change: ClipChange) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(change, name)) for name in change.__struct_fields__)


def _places(
    cx: SqlConnection, person_id: str, which: Kept, place: tuple[float, str]
) -> Iterator[tuple[float, str]]:
    """When, and which clip; below a place."""
    source, at, whose = PLACES[which]
    rows = cx.execute(
        f"SELECT {at}, c.id FROM {source} WHERE {whose} AND c.{reads.SHOWN}"
        f" AND ({at}, c.id) < (?2, ?3)",
        (person_id, *place),
    )
    # All places and then the newest, as for likes: who keeps a thousand clips asks for twenty.
    yield from rows.fetchall()


def _tell(cx: SqlConnection, before: Clip, after: Clip) -> Iterator[Recorded]:
    """Of a clip that was not public, or still is."""
    if after.visibility == "private" != before.visibility:
        forget_elsewhere(cx, after.id)
        yield record(cx, clip_topic(after.id), ClipHidden(after.id))
        yield from inbox.hide_clip(cx, after.id, after.author.id)
        return
    for topic in topics_of(after):
        yield record(cx, topic, ClipChanged(after))


def _hide(cx: SqlConnection, before: Clip, clip: Clip) -> Iterator[Recorded]:
    """A clip is not public any more: nothing that everybody reads tells of it."""
    forget_elsewhere(cx, clip.id)
    redact_children(cx, clip.id)
    cx.execute(
        "UPDATE profiles SET portrait = NULL WHERE person = ? AND portrait = ?",
        (clip.author.id, clip.id),
    )
    closed = clip.visibility == "private"
    event = ClipHidden(clip.id) if closed else ClipChanged(clip)
    yield record(cx, clip_topic(clip.id), event)
    yield record(cx, FEED_TOPIC, ClipHidden(clip.id))
    if closed:
        yield from inbox.hide_clip(cx, clip.id, clip.author.id)
    yield from tell_parent(cx, before, reads.parent_of(cx, clip.id))


def _publish(cx: SqlConnection, clip: Clip, now: float) -> list[Recorded]:
    """A clip is public from now on: it counts among the remixes of its parent, whose author is
    told."""
    parent_id = reads.parent_of(cx, clip.id)
    if parent_id is None or not _is_there(cx, parent_id):
        return []
    parent = reads.clip(cx, parent_id)
    between = relations.get_relationship(cx, parent.author.id, clip.author.id)
    total = bump(cx, "remixes", parent_id, 1).remixes
    weigh(cx, "remixes", parent_id, clip.author.id, 1)
    recorded = [record(cx, clip_topic(parent_id), Remixed(parent_id, clip, total, clip.is_fork))]
    if clip.status == "done":
        recorded += inbox.notify_remixed(cx, parent.author.id, clip, now, between)
    return recorded


def _was_told(cx: SqlConnection, clip_id: str) -> bool:
    """Whether the feed told of a clip before: who hides and publishes it again gains nothing. What
    the log forgot (after ``events_days``) was long ago."""
    # Said twice, as in the schema: only then does SQLite use the partial index.
    query = "SELECT 1 FROM events WHERE mentions = ? AND mentions <> '' AND topic = ? LIMIT 1"
    return cx.execute(query, (clip_id, FEED_TOPIC)).fetchone() is not None


def _is_there(cx: SqlConnection, clip_id: str) -> bool:
    return cx.execute("SELECT 1 FROM clips WHERE id = ?", (clip_id,)).fetchone() is not None
