"""A clip becomes a row. A piece of a transaction."""

from phosphene.errors import BadInput
from phosphene.model import Clip
from phosphene.store.connection import SqlConnection
from phosphene.store.rows import clip_body


def insert_clip(
    cx: SqlConnection, clip: Clip, parent_id: str | None, root: str, holder: str
) -> None:
    new = cx.execute(
        "INSERT INTO clips (id, instance, author, status, created_at, root, parent, visibility,"
        " body, indexed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
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
    ).rowcount
    if not new:
        raise BadInput(f"there is a clip {clip.id} already")
