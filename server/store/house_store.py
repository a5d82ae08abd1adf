"""What the store knows of the clips that the house draws: an instance of itself, for nobody."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.guest_names import HOUSE
from phosphene.model import Status
from phosphene.store.connection import SqlConnection
from phosphene.store.rows import CLIP_COLUMNS, CLIP_SOURCE, clip_of
from phosphene.store.transactions import TransactionRunner

OPENED: Final = "house_opened"
"""In ``meta``: the first clips of this database were drawn, or it had clips before."""
MOST: Final = 1000
"""Clips of the house that are looked at, the newest."""


class HouseClip(Struct, frozen=True, kw_only=True):
    """A clip that the house drew. ``noticed``: somebody liked, commented or remixed it."""

    id: str
    text: str
    status: Status
    created_at: float
    noticed: bool = False


class HouseStore:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(self, write: TransactionRunner, read: TransactionRunner) -> None:
        self._write = write
        self._read = read

    async def list_clips(self) -> Sequence[HouseClip]:
        """What the house drew and is still here, the newest first; what failed too."""
        return await self._read(_list_clips)

    async def is_opened(self) -> bool:
        """Whether the first clips of this database were drawn."""
        return await self._read(_is_opened)

    async def mark_opened(self) -> None:
        """They were drawn, or are not to be: they are not drawn again when they are deleted."""
        await self._write(_mark_opened)

    async def has_clips(self, count: int) -> bool:
        """Whether there are so many clips that everybody may watch."""
        return await self._read(_has_clips, count)


def _list_clips(cx: SqlConnection) -> list[HouseClip]:
    rows = cx.execute(
        f"SELECT {CLIP_COLUMNS} FROM {CLIP_SOURCE} WHERE c.author = ?"
        " AND c.visibility = 'public' ORDER BY c.created_at DESC, c.id DESC LIMIT ?",
        (HOUSE, MOST),
    )
    return [_house_clip(row) for row in rows]


def _house_clip(row: tuple[object, ...]) -> HouseClip:
    clip = clip_of(row)
    counts = clip.counts
    return HouseClip(
        id=clip.id,
        text=clip.text,
        status=clip.status,
        created_at=clip.created_at,
        noticed=counts.likes + counts.comments + counts.remixes > 0,
    )


def _is_opened(cx: SqlConnection) -> bool:
    return cx.execute("SELECT 1 FROM meta WHERE key = ?", (OPENED,)).fetchone() is not None


def _mark_opened(cx: SqlConnection) -> None:
    cx.execute("INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING", (OPENED,))


def _has_clips(cx: SqlConnection, count: int) -> bool:
    row = cx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM clips WHERE status = 'done'"
        " AND visibility = 'public' LIMIT ?)",
        (count,),
    ).fetchone()
    return bool(row[0] >= count)
