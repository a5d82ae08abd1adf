"""Leases in the database: what one instance at a time may do, under a number that only grows.

A write that carries the number of its lease is refused once somebody else holds it, however late
it comes (C. Gray, D. Cheriton, Leases, SOSP 1989; M. Burrows, Chubby, OSDI 2006: sequencers).
How long one lasts is the setting `lease` (settings.py); who takes it over, studio/takeovers.py.
"""

from phosphene.errors import LeaseLost
from phosphene.model import Clip
from phosphene.store.connection import SqlConnection
from phosphene.store.orphans import Orphan, StoredCheckpoint, Takeover
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_of

# A number that grows with each holder, because no clock of two processes can be trusted: a holder
# that was stopped in the middle of a write comes back and is refused by the number, though it
# believes that its time is not over.
FIRST = 1
"""The number of who made what the lease is about."""

UNKNOWN_S = 600.0
"""A clip without a lease is of an older release, which is given so long to end it."""


def lease_of(clip_id: str) -> str:
    """Name of the lease of a clip on its way."""
    return f"clip:{clip_id}"


def claim(cx: SqlConnection, name: str, holder: str, expired: float, until: float) -> int | None:
    """Take a lease that ran out at ``expired`` or before; its number, None while it is held."""
    row = cx.execute(
        "INSERT INTO leases (name, holder, number, until) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
        " number = leases.number + 1, until = excluded.until WHERE leases.until <= ?"
        " RETURNING number",
        (name, holder, FIRST, until, expired),
    ).fetchone()
    return None if row is None else int(row[0])


def renew(cx: SqlConnection, holder: str, until: float) -> dict[str, int]:
    """All that a holder has, with the numbers, held until then from now on."""
    rows = cx.execute(
        "UPDATE leases SET until = ? WHERE holder = ? RETURNING name, number", (until, holder)
    )
    return dict(rows.fetchall())


def check(cx: SqlConnection, name: str, holder: str, number: int) -> None:
    """Raises LeaseLost unless the lease is held under that number."""
    found = cx.execute(
        "SELECT 1 FROM leases WHERE name = ? AND holder = ? AND number = ?", (name, holder, number)
    )
    if found.fetchone() is None:
        raise LeaseLost(f"{name} is not held here any more under the number {number}")


def release(cx: SqlConnection, name: str, holder: str, number: int, now: float) -> None:
    """Let somebody else have it at once; nothing when it is held no more."""
    cx.execute(
        # Kept with nobody as its holder, and not deleted: the number must go on growing.
        "UPDATE leases SET holder = '', until = ? WHERE name = ? AND holder = ? AND number = ?",
        (now, name, holder, number),
    )


def end(cx: SqlConnection, clip_id: str) -> None:
    """A clip is on its way no more: nobody takes it again."""
    cx.execute("DELETE FROM leases WHERE name = ?", (lease_of(clip_id),))
    cx.execute("DELETE FROM checkpoints WHERE clip = ?", (clip_id,))


def orphans(cx: SqlConnection, now: float) -> list[Orphan]:
    """Clips on their way whose lease has run out, the oldest first."""
    rows = cx.execute(
        "SELECT coalesce(l.number, 0), coalesce(l.until, c.created_at + ?1),"
        f" coalesce(l.holder = '', false), {CLIP_COLUMNS} FROM {CLIP_SOURCE}"
        " LEFT JOIN leases AS l ON l.name = 'clip:' || c.id"
        " WHERE c.status IN ('queued', 'live') AND coalesce(l.until, c.created_at + ?1) <= ?2"
        " ORDER BY c.created_at, c.id",
        (UNKNOWN_S, now),
    )
    return [
        Orphan(clip_of(tuple(clip)), number, until, bool(released))
        for number, until, released, *clip in rows
    ]


def take_over(
    cx: SqlConnection, clip_id: str, holder: str, expired: float, until: float
) -> Takeover | None:
    """Take a clip on its way whose lease ran out at ``expired`` or before."""
    clip = _on_its_way(cx, clip_id)
    if clip is None:
        return None
    number = claim(cx, lease_of(clip_id), holder, expired, until)
    return None if number is None else Takeover(clip, number, checkpoint(cx, clip_id))


def checkpoint(cx: SqlConnection, clip_id: str) -> StoredCheckpoint | None:
    """What is kept of a clip on its way."""
    row = cx.execute("SELECT seconds, latents FROM checkpoints WHERE clip = ?", (clip_id,))
    found = row.fetchone()
    return None if found is None else StoredCheckpoint(*found)


def set_checkpoint(
    cx: SqlConnection, clip_id: str, holder: str, number: int, at: StoredCheckpoint
) -> None:
    """Keep how far a clip is. Raises LeaseLost."""
    check(cx, lease_of(clip_id), holder, number)
    cx.execute(
        "INSERT INTO checkpoints (clip, seconds, latents) VALUES (?, ?, ?) ON CONFLICT (clip)"
        " DO UPDATE SET seconds = excluded.seconds, latents = excluded.latents",
        (clip_id, at.seconds, at.latents),
    )


def _on_its_way(cx: SqlConnection, clip_id: str) -> Clip | None:
    row = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE}"
        " WHERE c.id = ? AND c.status IN ('queued', 'live')",
        (clip_id,),
    ).fetchone()
    return None if row is None else clip_of(row)
