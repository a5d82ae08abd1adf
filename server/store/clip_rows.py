"""A clip becomes a row. A piece of a transaction."""

from sqlite3 import Connection, IntegrityError

from phosphene.errors import BadInput
from phosphene.model import Clip
from phosphene.store.rows import clip_body


def insert_clip(cx: Connection, clip: Clip, parent_id: str | None, root: str, holder: str) -> None:
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
