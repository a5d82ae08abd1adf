"""By what clips are recognised. Each function is one piece of a transaction."""

from msgspec import Struct

from phosphene.store.connection import SqlConnection


class Fingerprint(Struct, frozen=True):
    """``hashes``: perceptual ones of some of a clip's pictures, 32 bytes each, in a row."""

    clip: str
    hashes: bytes


def add_fingerprint(cx: SqlConnection, clip_id: str, mark: int, hashes: bytes) -> None:
    """Once more is the same. Nothing of a clip that is gone."""
    cx.execute(
        "INSERT INTO fingerprints (clip, mark, hashes)"
        " SELECT id, ?2, ?3 FROM clips WHERE id = ?1"
        " ON CONFLICT (clip) DO UPDATE SET mark = excluded.mark, hashes = excluded.hashes",
        (clip_id, mark, hashes),
    )


def list_marked(cx: SqlConnection, mark: int) -> list[Fingerprint]:
    """The clips with a number in their mark: one, or by chance two."""
    rows = cx.execute("SELECT clip, hashes FROM fingerprints WHERE mark = ? LIMIT 8", (mark,))
    return [Fingerprint(clip, bytes(hashes)) for clip, hashes in rows.fetchall()]


def list_fingerprints(cx: SqlConnection, after: str, most: int) -> list[Fingerprint]:
    """Some of all, by the clips' ids, of those behind one."""
    rows = cx.execute(
        "SELECT clip, hashes FROM fingerprints WHERE clip > ? ORDER BY clip LIMIT ?", (after, most)
    )
    return [Fingerprint(clip, bytes(hashes)) for clip, hashes in rows.fetchall()]


def forget_fingerprint(cx: SqlConnection, clip_id: str) -> None:
    cx.execute("DELETE FROM fingerprints WHERE clip = ?", (clip_id,))


def find_clip_of_blob(cx: SqlConnection, blob: str) -> str | None:
    """The newest clip that a file belongs to."""
    row = cx.execute(
        "SELECT clip FROM blob_references WHERE blob = ? ORDER BY clip DESC LIMIT 1", (blob,)
    ).fetchone()
    return None if row is None else str(row[0])
