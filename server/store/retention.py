"""What is kept for a time only, and the clips that go when the data folder becomes too full.

Each step is bounded, and done in a transaction of its own.
"""

from collections.abc import Sequence

import msgspec

from phosphene.consent.terms import ASK_S
from phosphene.errors import NotFound
from phosphene.events import Recorded
from phosphene.model import Clip
from phosphene.store import (
    decisions,
    learner_snapshots,
    log_folding,
    logins,
    operator_deeds,
    push_schedule,
    reactions,
    reads,
    references,
    refusal_appeals,
    refusal_counts,
    removal,
    search,
    withheld_comments,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.removal import remove_clip
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_body, clip_of
from phosphene.store.store import Ages, Expiring, Removal, Tidied

SPAN = 1000
"""Rows that are removed in one step."""

NOTICES_S = 180 * 86400.0
"""So long a notice stays in its inbox."""

# A clip takes several statements and its events, so fewer of them are a step of like length.
FEW = 50
"""Clips that are changed in one step."""

# Written as in the schema: only then does SQLite use the partial indexes.
KEPT = "status NOT IN ('queued', 'live', 'failed', 'cancelled') AND expires_at IS NULL"
UNNOTICED = (
    "expires_at IS NULL AND likes + comments + remixes = 0"
    # Not as in another index, which SQLite would take instead.
    " AND coalesce(status, '') = 'done'"
)
GUEST = "NOT EXISTS (SELECT 1 FROM people WHERE id = c.author)"

GOING = (f"{UNNOTICED} AND {GUEST}", UNNOTICED, KEPT)
"""Which clips go first, the oldest of each first: those that nobody liked, commented or remixed,
of guests without a handle of their own; those of others; then the rest."""

FILES = {"latents": {"latents": None}, "birth": {"birth": None, "birth_url": None}}
"""Files that go before their clip, and what it says then."""


def index_clips(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Index some clips of an earlier release."""
    return Tidied(references.index_some(cx) > 0)


def index_words(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Let some clips and people of an earlier release be found by their words."""
    if search.index_some(cx):
        return Tidied(more=True)
    search.forget_gone(cx)
    return Tidied()


def erase_words(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Write a part of the index of words anew, where words of what is gone are in it."""
    return Tidied(search.erase_some(cx, now))


def index_events(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Leave each topic its newest events."""
    return Tidied(log_folding.index_events(cx, ages.events))


def fold_events(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove old events."""
    return Tidied(log_folding.fold_events(cx, now, ages.events_s))


def forget_leftovers(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove what is left of removed clips."""
    return Tidied(removal.forget_leftovers(cx))


def forget_answers(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove answers that are repeated no more."""
    return Tidied(_remove(cx, "answers", "key", "kept_at <= ?", now - reads.KEEP_ANSWERS_S))


def forget_logins(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove logins whose token is good no more."""
    return Tidied(_remove(cx, "logins", "digest", "seen_at <= ?", now - logins.LIFE_S))


def forget_notices(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove what people were told long ago."""
    return Tidied(_remove(cx, "notices", "id", "at <= ?", now - NOTICES_S))


def forget_strangers(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget for whom somebody was rung long enough ago."""
    before = now - push_schedule.HOUR_S
    return Tidied(_remove(cx, "push_strangers", "person, actor", "at <= ?", before))


def forget_removed_comments(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget ids of removed comments that nobody sends once more."""
    before = now - reads.KEEP_ANSWERS_S
    return Tidied(_remove(cx, "removed_comments", "id", "at <= ?", before))


def forget_viewings(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove who viewed what long ago; the counts stay."""
    rows = cx.execute("SELECT clip, person FROM views LIMIT ?", (SPAN,)).fetchall()
    for clip_id, person in rows:
        # An earlier release wrote it, and not when.
        cx.execute(
            "INSERT INTO viewings (clip, person, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (clip_id, person, now),
        )
        cx.execute("DELETE FROM views WHERE clip = ? AND person = ?", (clip_id, person))
    more = _remove(cx, "viewings", "clip, person", "at <= ?", now - ages.views_s)
    more |= _remove(cx, "cleared_views", "digest", "at <= ?", now - ages.views_s)
    return Tidied(more or len(rows) == SPAN)


def forget_reactions(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove what people made of clips long ago, but for what is not to be shown again."""
    condition = f"at <= ? AND {reactions.FADING}"
    return Tidied(_remove(cx, "reactions", "id", condition, now - reactions.KEPT_S))


def forget_learned(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget what the feed had learned where nobody goes on from it."""
    before = now - learner_snapshots.KEPT_S
    return Tidied(blobs=learner_snapshots.forget_snapshot(cx, before))


def forget_wishes(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove what people wished for their feed until a time that is over."""
    return Tidied(_remove(cx, "wishes", "id", "until <= ?", now))


def forget_failed(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Remove some clips that failed or were cancelled long ago."""
    ids = [
        row[0]
        for status in ("failed", "cancelled")
        for row in cx.execute(
            "SELECT id FROM clips WHERE status = ? AND created_at <= ? LIMIT ?",
            (status, now - ages.failed_s, FEW),
        )
    ]
    removed = _remove_clips(cx, ids)
    return Tidied(bool(ids), removed.blobs, removed.recorded)


def finish_removals(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Let go for good of what a moderator removed a week ago."""
    due = decisions.finish_due(cx, now, FEW)
    for decision_id, kind, _ in due:
        if kind == "comment":
            withheld_comments.forget_withheld(cx, decision_id, now)
    removed = _remove_clips(cx, [subject for _, kind, subject in due if kind == "clip"])
    return Tidied(len(due) == FEW, removed.blobs, removed.recorded)


def forget_asks(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget asks for a likeness whose day is over, but those that a clip rests on."""
    before, condition = now - 2 * ASK_S, "at <= ? AND state <> 'used'"
    return Tidied(_remove(cx, "likeness_asks", "id", condition, before))


def forget_refusal_counts(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget how often was refused what, long ago."""
    before = refusal_counts.day_of(now - refusal_counts.KEPT_S)
    more = _remove(cx, "right_counts", "entry, day, outcome", "day <= ?", before)
    key = "day, layer, language, outcome"
    return Tidied(_remove(cx, "refusal_counts", key, "day <= ?", before) or more)


def forget_decisions(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Forget what was reported, decided and refused long ago, and what those who run the place
    did."""
    more = operator_deeds.forget_deeds(cx, now, FEW)
    more |= refusal_appeals.forget_refusal_appeals(cx, now, FEW)
    return Tidied(decisions.forget_old(cx, now, FEW) or more)


def end_suspensions(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """End the suspensions whose time is over."""
    return Tidied(recorded=tuple(decisions.end_suspensions(cx, now, FEW)))


def forget_births(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Let go of the births of some clips."""
    return _forget_files(cx, "birth", now - ages.births_s)


def forget_latents(cx: SqlConnection, ages: Ages, now: float) -> Tidied:
    """Let go of what remixes of some clips would begin with."""
    return _forget_files(cx, "latents", now - ages.latents_s)


# Each in a transaction of its own: between two of them others write.
STEPS = (
    index_clips,
    index_words,
    erase_words,
    index_events,
    fold_events,
    forget_leftovers,
    forget_answers,
    forget_logins,
    forget_notices,
    forget_strangers,
    forget_removed_comments,
    forget_viewings,
    forget_reactions,
    forget_learned,
    forget_wishes,
    forget_failed,
    finish_removals,
    forget_asks,
    forget_refusal_counts,
    forget_decisions,
    end_suspensions,
    forget_births,
    forget_latents,
)
"""What tidying is made of."""


def going_next(cx: SqlConnection, limit: int) -> list[Clip]:
    """Clips that nothing was said of yet, in the order in which they go when there is no room."""
    found: list[Clip] = []
    for condition in GOING:
        rows = cx.execute(
            f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE {condition}"
            " ORDER BY created_at, c.id LIMIT ?",
            (limit,),
        )
        known = {clip.id for clip in found}
        found += [clip for clip in map(clip_of, rows) if clip.id not in known]
        if len(found) >= limit:
            break
    return found[:limit]


def expiring(cx: SqlConnection) -> list[Expiring]:
    """Clips that are said to go, the next one first."""
    rows = cx.execute(
        "SELECT id, expiring_bytes, expires_at FROM clips WHERE expires_at IS NOT NULL"
        " ORDER BY expires_at, id"
    )
    return [Expiring(*row) for row in rows]


def set_expiry(cx: SqlConnection, clips: Sequence[Expiring]) -> None:
    """Say of clips when they go."""
    cx.executemany(
        "UPDATE clips SET expires_at = ?, expiring_bytes = ? WHERE id = ?",
        [(one.expires_at, one.bytes, one.clip) for one in clips],
    )


def spare(cx: SqlConnection, clip_ids: Sequence[str]) -> None:
    """Let clips stay after all."""
    cx.executemany("UPDATE clips SET expires_at = NULL WHERE id = ?", [(one,) for one in clip_ids])


def remove_expired(cx: SqlConnection, clip_ids: Sequence[str], now: float) -> Removal:
    """Remove those of the clips that are said to be gone by now: a like may have saved one."""
    query = "SELECT 1 FROM clips WHERE id = ? AND expires_at <= ?"
    return _remove_clips(cx, [one for one in clip_ids if cx.execute(query, (one, now)).fetchone()])


def clips_of(cx: SqlConnection, person_id: str) -> int:
    """How many clips of a person are kept or on their way."""
    row = cx.execute(f"SELECT count(*) FROM clips WHERE author = ? AND {reads.SHOWN}", (person_id,))
    return int(row.fetchone()[0])


def _forget_files(cx: SqlConnection, kind: str, before: float) -> Tidied:
    """Let go of one kind of file of some finished clips from before a time."""
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE status = 'done' AND created_at <= ?"
        " AND (created_at, c.id) > (?, ?) ORDER BY created_at, c.id LIMIT ?",
        (before, *_place(cx, kind), FEW),
    )
    clips = [clip_of(row) for row in rows]
    blobs = [name for clip in clips for name in _without(cx, clip, kind)]
    if clips:
        _note_place(cx, kind, clips[-1])
    return Tidied(bool(clips), tuple(blobs))


def _remove(cx: SqlConnection, table: str, key: str, condition: str, before: float | str) -> bool:
    removed = cx.execute(
        f"DELETE FROM {table} WHERE ({key}) IN"
        f" (SELECT {key} FROM {table} WHERE {condition} LIMIT ?)",
        (before, SPAN),
    ).rowcount
    return removed == SPAN


def _remove_clips(cx: SqlConnection, ids: Sequence[str]) -> Removal:
    blobs: list[str] = []
    recorded: list[Recorded] = []
    for clip_id in ids:
        try:
            removed = remove_clip(cx, clip_id)
        except NotFound:
            continue
        blobs += removed.blobs
        recorded += removed.recorded
    return Removal(tuple(blobs), tuple(recorded))


def _without(cx: SqlConnection, clip: Clip, kind: str) -> list[str]:
    """Take a file from a clip; the blob, when nobody else needs it."""
    name: str | None = getattr(clip, kind)
    if name is None:
        return []
    clip = msgspec.structs.replace(clip, **FILES[kind])
    cx.execute("UPDATE clips SET body = ? WHERE id = ?", (clip_body(clip), clip.id))
    references.index(cx, clip)
    return references.let_go(cx, [name])


def _place(cx: SqlConnection, kind: str) -> tuple[float, str]:
    row = cx.execute("SELECT value FROM meta WHERE key = ?", (f"{kind}_forgotten",)).fetchone()
    return (0.0, "") if row is None else msgspec.json.decode(row[0], type=tuple[float, str])


def _note_place(cx: SqlConnection, kind: str, clip: Clip) -> None:
    cx.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (f"{kind}_forgotten", msgspec.json.encode((clip.created_at, clip.id)).decode()),
    )
