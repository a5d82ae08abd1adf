"""What people download of a clip. Each function is one piece of a transaction."""

from msgspec.structs import replace

from phosphene.blobs.blobs import audience_of
from phosphene.errors import NotFound
from phosphene.model import Clip
from phosphene.store import reads, references
from phosphene.store.connection import SqlConnection
from phosphene.store.rows import clip_body


def keep_download(cx: SqlConnection, made_of: Clip, blob: str) -> tuple[str, ...]:
    """A blob is what one downloads of a clip from now on, if it was made of the film that the clip
    still has, and nobody made another meanwhile; gives what nobody needs."""
    try:
        now = reads.clip(cx, made_of.id)
    except NotFound:
        return tuple(references.let_go(cx, [blob]))
    if now.sha256 != made_of.sha256 or now.download != made_of.download:
        return tuple(references.let_go(cx, [blob]))
    kept = replace(now, download=blob)
    cx.execute("UPDATE clips SET body = ? WHERE id = ?", (clip_body(kept), now.id))
    references.index(cx, kept)
    if audience_of(now) != audience_of(made_of):  # changed meanwhile
        references.note_moves(cx, [blob])
    return tuple(references.let_go(cx, [now.download])) if now.download else ()
