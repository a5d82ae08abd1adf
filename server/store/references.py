"""Which clips need which blobs. Blobs are named by what is in them, so several may need one."""

from collections.abc import Iterable, Sequence

from phosphene.model import Clip
from phosphene.store.connection import SqlConnection
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_of

BATCH = 500
"""Clips of earlier releases that are indexed in one transaction."""

UNINDEXED = "indexed = 0 AND status NOT IN ('queued', 'live')"
ON_ITS_WAY = frozenset({"queued", "live"})


def blobs_of(clip: Clip) -> list[str]:
    """The blobs that belong to a clip."""
    video = f"{clip.sha256}.mp4" if clip.sha256 else None
    names = (video, clip.half, clip.birth, clip.poster, clip.preview, clip.latents, clip.download)
    return [name for name in dict.fromkeys(names) if name is not None]


def borrow(cx: SqlConnection, clip_id: str, parent: Clip) -> None:
    """A remix needs what it is drawn from until it is done, also when its parent is removed."""
    if parent.latents is not None:
        _refer(cx, clip_id, [parent.latents])


def borrowed_latents(cx: SqlConnection, clip_id: str) -> str | None:
    """What a clip on its way has borrowed: until it has ended it refers to nothing else."""
    row = cx.execute("SELECT blob FROM blob_references WHERE clip = ?", (clip_id,)).fetchone()
    return None if row is None else str(row[0])


def index(cx: SqlConnection, clip: Clip) -> None:
    """Write which blobs a clip needs, once it has ended."""
    if clip.status not in ON_ITS_WAY:
        cx.execute("DELETE FROM blob_references WHERE clip = ?", (clip.id,))
        _refer(cx, clip.id, blobs_of(clip))
        cx.execute("UPDATE clips SET indexed = 1 WHERE id = ?", (clip.id,))


def release(cx: SqlConnection, clip: Clip) -> list[str]:
    """Forget what a removed clip needed; its blobs that nobody needs any more. Those that others
    need may be for fewer from now on."""
    cx.execute("DELETE FROM blob_references WHERE clip = ?", (clip.id,))
    return unneeded(cx, clip)


def unneeded(cx: SqlConnection, clip: Clip) -> list[str]:
    """Blobs of a clip, as it was, that nobody needs any more and that are to go. While there are
    clips that are not indexed none can be named: they are found later, as blobs without an
    owner."""
    # A table with an index, where five scans over all clips were: they took 24 to 33 us for each
    # clip there is, two seconds at 60,000, under the write lock.
    return let_go(cx, blobs_of(clip))


def let_go(cx: SqlConnection, names: Sequence[str]) -> list[str]:
    """Those of the blobs that certainly no clip needs. All of them are noted: what somebody else
    needs, as a poster that two clips have, is for their audience alone by now."""
    if not indexed(cx):
        return []
    note_moves(cx, names)
    return unreferenced(cx, names)


def note_moves(cx: SqlConnection, names: Iterable[str]) -> None:
    """Each of the blobs may be for others than before, or for nobody: it is to be where it belongs
    soon (``blob_moves``)."""
    cx.executemany(
        "INSERT INTO blob_moves (blob, turn) VALUES (?, 1)"
        " ON CONFLICT (blob) DO UPDATE SET turn = blob_moves.turn + 1",
        [(name,) for name in names],
    )


def indexed(cx: SqlConnection) -> bool:
    """Whether every clip that has ended is indexed."""
    return cx.execute(f"SELECT 1 FROM clips WHERE {UNINDEXED} LIMIT 1").fetchone() is None


def unreferenced(cx: SqlConnection, names: Iterable[str]) -> list[str]:
    """Those of the blobs that no clip needs, nor what is kept of clips on their way or of what the
    feed has learned."""
    query = "SELECT 1 FROM blob_references WHERE blob = ? LIMIT 1"
    kept = {row[0] for row in cx.execute("SELECT latents FROM checkpoints")}
    kept |= {row[0] for row in cx.execute("SELECT blob FROM learner_snapshots")}
    rest = [name for name in names if name not in kept]
    return [name for name in rest if cx.execute(query, (name,)).fetchone() is None]


def without_owner(cx: SqlConnection, names: Iterable[str]) -> list[str]:
    """Those of the blobs that certainly no clip needs."""
    # Rather a file too many than one too few: what is left is found by the sweep, what is gone is
    # gone.
    return unreferenced(cx, names) if indexed(cx) else []


def index_some(cx: SqlConnection) -> int:
    """Index some clips that an earlier release ended; how many there were."""
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE {UNINDEXED} LIMIT ?", (BATCH,)
    ).fetchall()
    for row in rows:
        index(cx, clip_of(row))
    return len(rows)


def _refer(cx: SqlConnection, clip_id: str, names: Sequence[str]) -> None:
    cx.executemany(
        "INSERT INTO blob_references (blob, clip) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(name, clip_id) for name in names],
    )
