"""Which clips are to be signed anew, because an ancestor's manifest in their files has to go."""

from sqlite3 import Connection

import msgspec

from phosphene.model import Clip
from phosphene.store import reads, references
from phosphene.store.removal import redact_children
from phosphene.store.rows import clip_body

ENDED = "('done', 'failed', 'cancelled')"


def next_redaction(cx: Connection) -> str | None:
    """The oldest clip that waits to be signed anew and has ended."""
    row = cx.execute(
        "SELECT clip FROM redactions WHERE EXISTS (SELECT 1 FROM clips"
        f" WHERE id = redactions.clip AND status IN {ENDED}) ORDER BY clip LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def drop_redaction(cx: Connection, clip_id: str) -> None:
    cx.execute("DELETE FROM redactions WHERE clip = ?", (clip_id,))


def finish_redaction(cx: Connection, before: Clip, after: Clip) -> tuple[str, ...]:
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
    signed = msgspec.structs.replace(now, sha256=after.sha256, half=after.half, birth=after.birth)
    cx.execute("UPDATE clips SET body = ? WHERE id = ?", (clip_body(signed), before.id))
    references.index(cx, signed)
    return tuple(references.unneeded(cx, before))


def _signed(clip: Clip) -> tuple[str | None, ...]:
    """The files that hold a manifest."""
    return clip.sha256, clip.half, clip.birth
