"""What the store knows of likenesses: who lends theirs, to whom, and what shows it."""

from collections.abc import Callable, Sequence

from phosphene.consent.card import Card
from phosphene.consent.ledger import OwnLedger
from phosphene.consent.likeness import Likeness
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import Level, LikenessTerms, UseVerdict
from phosphene.consent.uses import LikenessAsk, LikenessPerson, OwnUse, UseReview
from phosphene.events import Recorded
from phosphene.store import (
    likeness_asks,
    likeness_ledger,
    likeness_standing,
    likeness_totals,
    likeness_uses,
    likenesses,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_totals import LikenessTotal
from phosphene.store.transactions import TransactionRunner


class LikenessStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def get_likeness(self, owner: str) -> Likeness:
        """What somebody lends."""
        return await self._read(likeness_standing.get_likeness, owner)

    async def set_likeness_level(self, owner: str, level: Level, by: str, at: float) -> None:
        """Say what was checked of somebody, by whom (a verifier's name, ``camera``), when. What is
        not checked is lent to nobody. Raises Unprocessable."""
        await self._write(likenesses.set_level, owner, level, by, at)

    async def grant_terms(self, owner: str, card: Card, terms: LikenessTerms) -> Likeness:
        """Lend a likeness on these terms, instead of all before. Raises Unprocessable, Unusable."""
        return await self._write(likenesses.grant_terms, owner, card, terms, self._clock())

    async def set_person(self, owner: str, person: str, allowed: bool | None) -> None:
        """Approve a person, shut them out, or neither. Raises Unusable, Unprocessable."""
        await self._write(likenesses.set_person, owner, person, allowed, self._clock())

    async def is_shut_out(self, owner: str, person: str) -> bool:
        """Whether an owner shut this person out."""
        return await self._read(likenesses.is_shut_out, owner, person)

    async def list_totals(self) -> Sequence[LikenessTotal]:
        """What was done with likenesses in the last twelve months."""
        return await self._read(likeness_totals.list_totals, self._clock())

    async def list_people(self, owner: str) -> Sequence[LikenessPerson]:
        """Whom an owner approved or shut out."""
        return await self._read(likenesses.list_people, owner)

    async def list_asks(self, owner: str) -> Sequence[LikenessAsk]:
        """What an owner was asked, the newest first."""
        return await self._read(likeness_asks.list_asks, owner)

    async def answer_ask(
        self, owner: str, ask_id: str, yes: bool
    ) -> tuple[LikenessAsk, Sequence[Recorded]]:
        """Say yes or no to one use. Raises NotFound, AlreadyTaken."""
        return await self._write(likeness_asks.answer_ask, owner, ask_id, yes, self._clock())

    async def read_ledger(self, owner: str) -> OwnLedger:
        """The newest 10,000 entries of a person's ledger, the oldest of them first, and whether
        their chain holds."""
        return await self._read(likeness_ledger.read_ledger, owner)

    async def list_uses(self, owner: str, before: float) -> Sequence[OwnUse]:
        """Clips that show somebody, the newest first, from before a time."""
        return await self._read(likeness_uses.list_uses, owner, before)

    async def review_use(self, request: UseRequest) -> UseReview:
        """What the owners of all likenesses in a use say to it now."""
        return await self._read(likeness_uses.review_use, request, self._clock())

    async def note_refusals(self, request: UseRequest) -> Sequence[Recorded]:
        """Owners who say no have it in their ledgers, and are told."""
        return await self._write(likeness_uses.note_refusals, request, self._clock())

    async def open_asks(self, request: UseRequest) -> Sequence[Recorded]:
        """Owners who want to be asked are. Raises TooMany: they have not answered enough."""
        return await self._write(_open_asks, request, self._clock())

    async def check_clip(self, clip_id: str) -> tuple[UseVerdict, ...]:
        """What all owners say to a clip at this moment; empty: it shows nobody."""
        return await self._read(likeness_standing.check_clip, clip_id, self._clock())

    async def owners_in(self, clip_id: str) -> Sequence[str]:
        """Whose likenesses a clip shows."""
        return await self._read(likeness_standing.owners_in, clip_id)

    async def is_owner_in(self, clip_id: str, person_id: str) -> bool:
        """Whether a clip shows this person."""
        return await self._read(likeness_standing.is_owner_in, clip_id, person_id)

    async def add_steering(self, clip_id: str, request: UseRequest) -> Sequence[Recorded]:
        """Write down who steered a clip that shows somebody; they are told. Raises Refused."""
        return await self._write(likeness_uses.add_steering, clip_id, request, self._clock())


def _open_asks(cx: SqlConnection, request: UseRequest, now: float) -> list[Recorded]:
    review = likeness_uses.review_use(cx, request, now)
    recorded = list[Recorded]()
    # Where one of several says no the others need not be asked.
    if review.answer == "ask":
        for one in review.owners:
            if one.verdict.answer == "ask":
                recorded += likeness_asks.open_ask(cx, one.owner, request, now)
    return recorded
