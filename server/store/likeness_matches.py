"""What waits for an operator: faces that are enrolled twice, and clips that are held for a face
like that of somebody who asked to be found. Each function is one piece of a transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from phosphene.errors import AlreadyTaken, NotFound
from phosphene.events import Recorded
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.store import enrolments, inbox, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.desk_notices import notify_deciders
from phosphene.store.likeness_totals import count_deed
from phosphene.store.transactions import TransactionRunner
from phosphene.store.withholding import release_clip, withhold_clip

MATCHES: Final = 100
"""Clips in one list."""


class ClipMatch(Struct, frozen=True, kw_only=True):
    """A clip that is held. ``owners``: whose faces may be in it; ``at``: since when."""

    clip: str
    author: Person
    text: str
    owners: tuple[Person, ...]
    at: float


class LikenessMatches:
    """A part of the store; raises Busy when the database cannot be used."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def add_face(self, person_id: str, other_id: str) -> Sequence[Recorded]:
        """Somebody's face is like that of another, who enrolled before: an operator is to look at
        it, and is told."""
        return await self._write(add_face, person_id, other_id, self._clock())

    async def hold_clip(self, clip_id: str, owner: str) -> Sequence[Recorded]:
        """A face in a clip may be this person's: nobody sees it until an operator has looked.
        Raises NotFound."""
        return await self._write(hold_clip, clip_id, owner, self._clock())

    async def settle_clip(self, clip_id: str, *, confirmed: bool) -> Sequence[Recorded]:
        """An operator has looked. Raises NotFound."""
        return await self._write(settle_clip, clip_id, confirmed, self._clock())

    async def list_held(self) -> Sequence[ClipMatch]:
        """What waits for an operator, the oldest first."""
        return await self._read(list_held)


def add_face(cx: SqlConnection, person_id: str, other_id: str, now: float) -> list[Recorded]:
    """An operator is to look at two faces, and is told."""
    enrolments.add_match(cx, person_id, other_id, now)
    return notify_deciders(cx, "face_found", (person_id,), now, "operator")


def hold_clip(cx: SqlConnection, clip_id: str, owner: str, now: float) -> list[Recorded]:
    """A face in a clip may be this person's: it is withheld, they and the operators are told.
    Idempotent. Raises NotFound: the clip is gone."""
    reads.clip(cx, clip_id)
    new = cx.execute(
        "INSERT INTO likeness_matches (clip, owner, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (clip_id, owner, now),
    ).rowcount
    if not new:
        return []
    # By nobody's name and without the clip: most of these are somebody else's face.
    recorded = inbox.notify_owner(cx, owner, "likeness_matched", now)
    try:
        recorded += withhold_clip(cx, clip_id, "match", now)
    except AlreadyTaken:
        return recorded  # of another person in it
    count_deed(cx, "matched", now)
    return recorded + notify_deciders(cx, "face_found", (), now, "operator")


def settle_clip(cx: SqlConnection, clip_id: str, confirmed: bool, now: float) -> list[Recorded]:
    """An operator has looked at it: it shows them without a yes (``confirmed``) and stays withheld
    for that, or it shows somebody else. Raises NotFound: nothing of it waits."""
    row = cx.execute(
        "SELECT at FROM withholdings WHERE clip = ? AND reason = 'match'", (clip_id,)
    ).fetchone()
    if row is None:
        raise NotFound("nothing of this clip waits")
    recorded = list[Recorded]()
    if confirmed:
        with suppress(AlreadyTaken):  # an operator did so already
            recorded += withhold_clip(cx, clip_id, "right", now)
    recorded += release_clip(cx, clip_id, "match")
    outcome = "yes" if confirmed else "no"
    for owner in _owners(cx, clip_id):
        recorded += inbox.notify_owner(cx, owner.id, "likeness_matched", now, outcome=outcome)
    cx.execute("DELETE FROM likeness_matches WHERE clip = ?", (clip_id,))
    count_deed(cx, "confirmed" if confirmed else "released", now, took=now - row[0])
    return recorded


def list_held(cx: SqlConnection) -> list[ClipMatch]:
    """The oldest first."""
    rows = cx.execute(
        "SELECT clip, at FROM withholdings WHERE reason = 'match' ORDER BY at LIMIT ?", (MATCHES,)
    ).fetchall()
    return [_held(cx, clip_id, at) for clip_id, at in rows]


def _held(cx: SqlConnection, clip_id: str, at: float) -> ClipMatch:
    clip = reads.clip(cx, clip_id)
    return ClipMatch(
        clip=clip_id, author=clip.author, text=clip.text, owners=_owners(cx, clip_id), at=at
    )


def _owners(cx: SqlConnection, clip_id: str) -> tuple[Person, ...]:
    rows = cx.execute(
        "SELECT m.owner, p.handle FROM likeness_matches AS m LEFT JOIN people AS p"
        " ON p.id = m.owner WHERE m.clip = ? ORDER BY m.owner",
        (clip_id,),
    ).fetchall()
    return tuple(Person(owner, handle or guest_handle(owner)) for owner, handle in rows)
