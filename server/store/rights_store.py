"""What the store knows of the registry of rights."""

from collections.abc import Callable, Sequence

from phosphene.reports import Decider
from phosphene.rights import Conflict, NewHolder, NewRight, Right, RightDecision, RightsLog
from phosphene.store import rights
from phosphene.store.rights import KeptHolder
from phosphene.store.transactions import TransactionRunner


class RightsStore:
    """A part of the store; raises Busy when the database cannot be used. ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, write: TransactionRunner, read: TransactionRunner, clock: Callable[[], float]
    ) -> None:
        self._write = write
        self._read = read
        self._clock = clock

    async def keep_holder(self, person: str, new: NewHolder, token: str) -> None:
        """Begin to show that a domain is somebody's. Raises Unprocessable."""
        await self._write(rights.keep_holder, person, new, token, self._clock())

    async def get_holder(self, person: str) -> KeptHolder:
        """Raises NotFound."""
        return await self._read(rights.get_holder, person)

    async def prove_holder(self, person: str, token: str, method: str) -> None:
        """The domain is theirs. Raises AlreadyTaken."""
        await self._write(rights.prove_holder, person, token, method, self._clock())

    async def add_rights(
        self, person: str, entries: Sequence[tuple[NewRight, tuple[Conflict, ...], frozenset[str]]]
    ) -> Sequence[str]:
        """Register entries; their ids. Raises NotFound, Forbidden, Unprocessable."""
        return await self._write(rights.add_rights, person, entries, self._clock())

    async def get_right(self, right_id: str) -> Right:
        """Raises NotFound."""
        return await self._read(rights.get_right, right_id)

    async def list_own(self, person: str) -> Sequence[Right]:
        """A holder's, the newest first."""
        return await self._read(rights.own_rights, person)

    async def list_in(self, state: str) -> Sequence[Right]:
        """All in one state, the oldest first."""
        return await self._read(rights.rights_in, state)

    async def list_live(self) -> tuple[int, Sequence[Right]]:
        """The number of the last change, and all entries that are live."""
        return await self._read(rights.live_rights)

    async def get_version(self) -> int:
        """The number of the last change."""
        return await self._read(rights.log_version)

    async def decide_right(self, right_id: str, decision: RightDecision, by: Decider) -> Right:
        """An operator has looked. Raises NotFound, Unprocessable, Forbidden."""
        return await self._write(rights.decide_right, right_id, decision, by, self._clock())

    async def contest_right(self, right_id: str, person: str, words: str) -> None:
        """Somebody says that an entry is wrong. Raises NotFound, AlreadyTaken."""
        await self._write(rights.contest_right, right_id, person, words, self._clock())

    async def list_contests(self, right_id: str) -> Sequence[tuple[str, float]]:
        """What was said against an entry, and when."""
        return await self._read(rights.contests_of, right_id)

    async def withdraw_right(self, right_id: str, person: str) -> None:
        """A holder takes an entry back. Raises NotFound."""
        await self._write(rights.withdraw_right, right_id, person, self._clock())

    async def read_log(self, before: int, limit: int) -> RightsLog:
        """What happened, the newest first."""
        return await self._read(rights.read_log, before, limit)
