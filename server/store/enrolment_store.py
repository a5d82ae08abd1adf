"""What the store knows of presence checks and of faces that are kept."""

from collections.abc import Awaitable, Callable, Sequence

from phosphene.store import enrolments
from phosphene.store.enrolments import EnrolmentStanding, FaceMatch, FaceTemplate, VerifiedIdentity
from phosphene.store.transactions import TransactionRunner


class EnrolmentStore:
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

    async def take_try(self, person_id: str) -> None:
        """Somebody begins a presence check. Raises NotFound, Forbidden, TooMany."""
        await self._write(enrolments.take_try, person_id, self._clock())

    async def return_try(self, person_id: str) -> None:
        """Their newest one came to nothing by our own fault."""
        await self._write(enrolments.return_try, person_id)

    async def get_standing(self, person_id: str) -> EnrolmentStanding:
        """How it is with somebody's presence check."""
        return await self._read(enrolments.get_standing, person_id, self._clock())

    async def note_verified(self, person_id: str, subject: str, by: str, at: float) -> None:
        """A verifier checked who somebody is. Raises AlreadyTaken: under another account;
        NotFound: they have none."""
        await self._write(enrolments.note_verified, person_id, subject, by, at)

    async def get_verified(self, person_id: str) -> VerifiedIdentity | None:
        """Whether a verifier did."""
        return await self._read(enrolments.get_verified, person_id)

    async def get_template(self, person_id: str) -> FaceTemplate | None:
        """The face that somebody is recognised by, if they asked for that."""
        return await self._read(enrolments.get_template, person_id, self._clock())

    async def keep_template(self, template: FaceTemplate) -> None:
        """Keep a face instead of the one before."""
        await self._write(enrolments.keep_template, template)

    async def drop_template(self, person_id: str) -> None:
        """Keep it no more. Idempotent."""
        await self._write(enrolments.drop_template, person_id)
        await self._empty_log()

    async def findable_templates(self) -> Sequence[FaceTemplate]:
        """Of those who asked to be found in pictures of photorealistic models."""
        return await self._read(enrolments.findable_templates, self._clock())

    async def guarded_templates(self, beside: str) -> Sequence[FaceTemplate]:
        """Of those who let nobody else enrol their face, but one person's own."""
        return await self._read(enrolments.guarded_templates, beside, self._clock())

    async def drop_ended(self) -> Sequence[str]:
        """Drop templates whose time is over; whose they were."""
        ended = await self._write(enrolments.ended_templates, self._clock())
        if ended:
            await self._empty_log()
        return ended

    async def face_owners(self) -> tuple[Sequence[str], Sequence[str]]:
        """Of whom a template is stored, and of whom a portrait."""
        return await self._read(enrolments.face_owners)

    async def drop_match(self, person_id: str) -> None:
        """Nothing of theirs waits. Idempotent."""
        await self._write(enrolments.drop_match, person_id)

    async def settle_match(self, person_id: str) -> float:
        """An operator has looked at it; when the face was checked. Raises NotFound."""
        return await self._write(enrolments.settle_match, person_id)

    async def list_matches(self) -> Sequence[FaceMatch]:
        """What waits for an operator, the oldest first."""
        return await self._read(enrolments.list_matches)
