"""What the store knows of portraits: kept with their owner's yes, lent to clips that have it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from phosphene.consent.ledger import PortraitAgreed
from phosphene.consent.refusal import refuse_use
from phosphene.consent.terms import decide_together
from phosphene.errors import Forbidden
from phosphene.store import likeness_portraits
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_ledger import add_entry, entry_hash
from phosphene.store.likeness_portraits import KeptPortrait
from phosphene.store.likeness_standing import check_clip, get_likeness
from phosphene.store.relations import is_minor
from phosphene.store.transactions import TransactionRunner

UNVERIFIED: Final = "a portrait is kept only of whom a verifier says that they are of age"


class LentPortrait(Struct, frozen=True, kw_only=True):
    """Of somebody in a clip: ``sealed`` their picture, ``agreed`` the SHA-256 of the entry under
    which the clip was begun (``Look.portrait``)."""

    owner: str
    agreed: str
    sealed: bytes


class LikenessPortraitStore:
    """A part of the store; raises Busy when the database cannot be used. ``empty_log`` lets nothing
    that was overwritten stay in the write-ahead log; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        empty_log: Callable[[], Awaitable[bool]],
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._empty_log = empty_log
        self._clock = clock

    async def may_keep(self, person_id: str) -> bool:
        """Whether a portrait of somebody may be kept: a verifier says that they are of age."""
        return await self._read(may_keep, person_id)

    async def keep_portrait(self, person_id: str, sealed: bytes, until: float) -> None:
        """Keep one instead of the one before, and write down that they agreed. Raises
        Forbidden."""
        await self._write(keep_portrait, person_id, sealed, until, self._clock())
        await self._empty_log()

    async def get_portrait(self, person_id: str) -> KeptPortrait | None:
        """Somebody's own."""
        return await self._read(likeness_portraits.get_portrait, person_id, self._clock())

    async def has_portrait(self, person_id: str) -> bool:
        """Whether anything of one is stored, also of one whose time is over."""
        return await self._read(likeness_portraits.has_portrait, person_id)

    async def drop_portrait(self, person_id: str) -> None:
        """Keep it no more. Idempotent."""
        await self._write(likeness_portraits.drop_portrait, person_id)
        await self._empty_log()

    async def drop_ended(self) -> Sequence[str]:
        """Drop those whose time is over; whose they were."""
        ended = await self._write(likeness_portraits.ended_portraits, self._clock())
        if ended:
            await self._empty_log()
        return ended

    async def lend_portraits(self, clip_id: str) -> Sequence[LentPortrait]:
        """Those that a clip may be drawn from at this moment. Raises Refused: somebody in it says
        no."""
        return await self._read(lend_portraits, clip_id, self._clock())


def may_keep(cx: SqlConnection, person_id: str) -> bool:
    """Whether a verifier checked who somebody is, which it says only of who is of age."""
    return get_likeness(cx, person_id).level == "verified" and not is_minor(cx, person_id)


def keep_portrait(
    cx: SqlConnection, person_id: str, sealed: bytes, until: float, now: float
) -> None:
    """Keep one, with an entry of the ledger that says so. Raises Forbidden."""
    if not may_keep(cx, person_id):
        raise Forbidden(UNVERIFIED)
    entry = add_entry(cx, person_id, PortraitAgreed(until), now)
    kept = KeptPortrait(sealed=sealed, at=now, until=until, agreed=entry.seq)
    likeness_portraits.put_portrait(cx, person_id, kept)


def lend_portraits(cx: SqlConnection, clip_id: str, now: float) -> Sequence[LentPortrait]:
    """Of all in a clip who are drawn from one. Raises Refused."""
    # In one transaction with the pictures: what is read was allowed when it was.
    if decide_together(check_clip(cx, clip_id, now)) != "yes":
        raise refuse_use(())
    rows = cx.execute(
        "SELECT DISTINCT owner, portrait_seq FROM likeness_uses WHERE clip = ?"
        " AND portrait_seq > 0",
        (clip_id,),
    ).fetchall()
    kept = [(owner, seq, likeness_portraits.get_portrait(cx, owner, now)) for owner, seq in rows]
    return [
        LentPortrait(owner=owner, agreed=entry_hash(cx, owner, seq), sealed=one.sealed)
        for owner, seq, one in kept
        if one is not None
    ]
