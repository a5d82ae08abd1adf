"""What the store knows of API keys."""

from collections.abc import Callable, Sequence

from phosphene.api_keys import ApiKey, Counted, NewApiKey, QuotaUse
from phosphene.model import Person
from phosphene.store import api_keys
from phosphene.store.connection import SqlConnection
from phosphene.store.transactions import IndexPerson, TransactionRunner


class ApiKeyStore:
    """A part of the store; raises Busy when the database cannot be used. ``index_person`` lets a
    person with a name be found by it, ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        index_person: IndexPerson,
        clock: Callable[[], float],
    ) -> None:
        self._write = write
        self._read = read
        self._index_person = index_person
        self._clock = clock

    async def add_key(self, digest: str, key_id: str, new: NewApiKey) -> None:
        """Know a key by its digest from now on, as one that opens the account ``new`` names.

        Raises:
            AlreadyTaken: the name is a person's. Unprocessable: there are too many.
        """
        await self._write(_add_key, self._index_person, digest, key_id, new, self._clock())

    async def list_keys(self) -> Sequence[ApiKey]:
        """All of them, the oldest first; also those that were revoked."""
        return await self._read(api_keys.api_keys, self._clock())

    async def revoke_key(self, key_id: str) -> Sequence[str]:
        """End a key; the logins that had not ended, whose connections are to be closed. Raises
        NotFound."""
        return await self._write(api_keys.revoke_key, key_id, self._clock())

    async def take_quota(self, key_id: str, what: Counted) -> QuotaUse:
        """Count one request or clip of a key, if its day has one left. Raises NotFound."""
        return await self._write(api_keys.take_quota, key_id, what, self._clock())

    async def give_clip_back(self, key_id: str) -> None:
        """A clip that was counted is not drawn."""
        await self._write(api_keys.give_clip_back, key_id, self._clock())


def _add_key(
    cx: SqlConnection,
    index_person: IndexPerson,
    digest: str,
    key_id: str,
    new: NewApiKey,
    now: float,
) -> Person:
    person = api_keys.add_key(cx, digest, key_id, new, now)
    index_person(cx, person.id)
    return person
