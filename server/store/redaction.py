"""Which clips are to be signed anew, because an ancestor's manifest in their files has to go."""

import msgspec

from phosphene.blobs.blobs import audience_of
from phosphene.events import (
    ClipChanged,
    ClipFailed,
    ClipFinished,
    ClipQueued,
    ClipStarted,
    ClipSteered,
    Remixed,
)
from phosphene.model import Clip
from phosphene.store import reads, references
from phosphene.store.clip_log import redact_children
from phosphene.store.connection import SqlConnection
from phosphene.store.event_log import events_about, retell_event
from phosphene.store.rows import clip_body

TELLS_ALL = ClipQueued | ClipStarted | ClipSteered | ClipFinished | ClipFailed | ClipChanged
"""Events that carry the whole clip."""

ENDED = "('done', 'failed', 'cancelled')"


def next_redaction(cx: SqlConnection) -> str | None:
    """The oldest clip that waits to be signed anew and has ended."""
    row = cx.execute(
        "SELECT clip FROM redactions WHERE EXISTS (SELECT 1 FROM clips"
        f" WHERE id = redactions.clip AND status IN {ENDED}) ORDER BY clip LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def drop_redaction(cx: SqlConnection, clip_id: str) -> None:
    cx.execute("DELETE FROM redactions WHERE clip = ?", (clip_id,))


def finish_redaction(cx: SqlConnection, before: Clip, after: Clip) -> tuple[str, ...]:
    """The clip has the files of ``after`` instead of those of ``before``, if it still has those;
    gives the blobs that nobody needs any more."""
    drop_redaction(cx, before.id)
    # Also those that began while it waited, and hold its old manifest.
    # A manifest holds those of its ingredients: the words of a clip are in the files of all its
    # descendants, generation by generation.
    redact_children(cx, before.id)
    row = cx.execute("SELECT 1 FROM clips WHERE id = ?", (before.id,)).fetchone()
    if row is None or _signed(now := reads.clip(cx, before.id)) != _signed(before):
        return tuple(references.unneeded(cx, after))
    if now.license != before.license:  # changed meanwhile: its files say the other one
        again = "INSERT INTO redactions (clip) VALUES (?) ON CONFLICT DO NOTHING"
        cx.execute(again, (before.id,))
    signed = msgspec.structs.replace(
        now,
        sha256=after.sha256,
        half=after.half,
        birth=after.birth,
        # Its manifest holds the one that has to go; who asks for it next has it made anew.
        download=None,
        parent=after.parent,
        root=after.root,
        recipe=after.recipe,
    )
    if (after.parent, after.root) != (before.parent, before.root):
        _hide_in_log(cx, after)
    cx.execute("UPDATE clips SET body = ? WHERE id = ?", (clip_body(signed), before.id))
    references.index(cx, signed)
    if audience_of(now) != audience_of(before):  # changed meanwhile
        references.note_moves(cx, references.blobs_of(signed))
    # A film may have been downloaded for the first time meanwhile.
    downloaded = [now.download] if now.download else []
    gone = [*references.unneeded(cx, before), *references.let_go(cx, downloaded)]
    return tuple(dict.fromkeys(gone))


def _hide_in_log(cx: SqlConnection, clip: Clip) -> None:
    """What was told of a clip names its family as the clip does."""
    for place, event in events_about(cx, clip.id):
        if isinstance(event, TELLS_ALL) and event.clip.id == clip.id:
            told = _hiding(event.clip, clip)
            retell_event(cx, place, msgspec.structs.replace(event, clip=told))
        elif isinstance(event, Remixed) and event.remix.id == clip.id:
            told = _hiding(event.remix, clip)
            retell_event(cx, place, msgspec.structs.replace(event, remix=told))


def _hiding(told: Clip, now: Clip) -> Clip:
    """What was told of the clip at some moment, with its family as it is named now."""
    recipe = told.recipe
    if recipe is not None and now.recipe is not None:
        hidden = now.recipe.parent, now.recipe.origin
        recipe = msgspec.structs.replace(recipe, parent=hidden[0], origin=hidden[1])
    return msgspec.structs.replace(told, parent=now.parent, root=now.root, recipe=recipe)


def _signed(clip: Clip) -> tuple[str | None, ...]:
    """The files that hold a manifest."""
    return clip.sha256, clip.half, clip.birth
