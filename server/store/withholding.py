"""Clips that are kept from everybody, for one reason or several, and brought back: the one way to
withhold a clip, whoever wants it. Each function is one piece of a transaction."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from phosphene.errors import AlreadyTaken, NotFound
from phosphene.events import ClipFinished, ClipRemoved, Recorded, Remixed
from phosphene.model import Clip, Visibility, WithheldReason, clip_topic
from phosphene.store import inbox, reads, references, search
from phosphene.store.act_weight import weigh
from phosphene.store.clip_log import forget_elsewhere, redact_children, tell_parent
from phosphene.store.connection import SqlConnection
from phosphene.store.counters import bump
from phosphene.store.event_log import record, topics_of
from phosphene.store.rows import clip_body

GRAVEST_FIRST: Final[tuple[WithheldReason, ...]] = (
    "consent",
    "right",
    "operator",
    "match",
    "report",
    "notice",
    "family",
)


def withhold_clip(
    cx: SqlConnection, clip_id: str, reason: WithheldReason = "report", at: float = 0.0
) -> list[Recorded]:
    """Keep a clip from everybody, for one reason more: out of feed, search, embeds and files, and
    off the air wherever it is. ``at``: since when, where that counts.

    Raises AlreadyTaken: so it is, for this reason.
    """
    clip, parent = reads.clip(cx, clip_id), reads.parent_of(cx, clip_id)
    if not _add_reason(cx, clip_id, reason, at):
        raise AlreadyTaken("this clip is hidden already")
    # On the clip's own topic for each reason: its author may have seen it on until now.
    if clip.withheld:
        return [record(cx, clip_topic(clip_id), ClipRemoved(clip_id))]
    cx.execute("UPDATE clips SET withheld = visibility WHERE id = ?", (clip_id,))
    _set_visibility(cx, clip, "private")
    # The feed's log, which everybody reads, holds its words.
    forget_elsewhere(cx, clip_id)
    recorded = [record(cx, topic, ClipRemoved(clip_id)) for topic in topics_of(clip)]
    recorded += inbox.hide_clip(cx, clip.id, clip.author.id)
    return [*recorded, *tell_parent(cx, clip, parent)]


def release_clip(
    cx: SqlConnection, clip_id: str, reason: WithheldReason = "report"
) -> list[Recorded]:
    """One reason is no more; after the last, who saw the clip before sees it again.

    Raises NotFound: it is not withheld.
    """
    row = cx.execute("SELECT withheld FROM clips WHERE id = ?", (clip_id,)).fetchone()
    if row is None or row[0] is None:
        raise NotFound("this clip is gone, or nobody hides it")
    cx.execute("DELETE FROM withholdings WHERE clip = ? AND reason = ?", (clip_id, reason))
    if _note_reason(cx, clip_id):
        return []
    cx.execute("UPDATE clips SET withheld = NULL WHERE id = ?", (clip_id,))
    _set_visibility(cx, reads.clip(cx, clip_id), row[0])
    clip = reads.clip(cx, clip_id)
    if clip.status != "done":
        return []
    recorded = [record(cx, topic, ClipFinished(clip)) for topic in topics_of(clip)]
    return [*recorded, *_tell_parent_again(cx, clip)]


def _add_reason(cx: SqlConnection, clip_id: str, reason: WithheldReason, at: float) -> bool:
    """Whether it is a new one."""
    new = cx.execute(
        "INSERT INTO withholdings (clip, reason, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (clip_id, reason, at),
    ).rowcount
    _note_reason(cx, clip_id)
    return bool(new)


def _note_reason(cx: SqlConnection, clip_id: str) -> str | None:
    """The gravest of the reasons stands with the clip; None: there is none."""
    rows = cx.execute("SELECT reason FROM withholdings WHERE clip = ?", (clip_id,)).fetchall()
    found = {row[0] for row in rows}
    gravest = next((one for one in GRAVEST_FIRST if one in found), None)
    cx.execute("UPDATE clips SET withheld_for = ? WHERE id = ?", (gravest, clip_id))
    return gravest


def _set_visibility(cx: SqlConnection, clip: Clip, visibility: Visibility) -> None:
    clip = replace(clip, visibility=visibility)
    cx.execute(
        "UPDATE clips SET visibility = ?, body = ? WHERE id = ?",
        (visibility, clip_body(clip), clip.id),
    )
    search.index_clip(cx, clip)
    references.note_moves(cx, references.blobs_of(clip))
    # Files of its remixes name their parent, or hide it.
    redact_children(cx, clip.id)


def _tell_parent_again(cx: SqlConnection, clip: Clip) -> Iterator[Recorded]:
    parent = reads.parent_of(cx, clip.id)
    if parent is None or clip.visibility != "public":
        return
    if cx.execute("SELECT 1 FROM clips WHERE id = ?", (parent,)).fetchone() is None:
        return
    count = bump(cx, "remixes", parent, 1).remixes
    weigh(cx, "remixes", parent, clip.author.id, 1)
    yield record(cx, clip_topic(parent), Remixed(parent, clip, count, clip.is_fork))
