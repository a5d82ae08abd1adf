"""What the store knows of accounts and logins."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from phosphene.model import Person
from phosphene.store import accounts, identities, logins
from phosphene.store.accounts import Passkey
from phosphene.store.connection import SqlConnection
from phosphene.store.identities import LinkedIdentity
from phosphene.store.logins import Login
from phosphene.store.people import named, set_handle
from phosphene.store.transactions import IndexPerson, TransactionRunner

T = TypeVar("T")


class AccountStore:
    """A part of the store; raises Busy when the database cannot be used. ``index_person`` lets a
    person with a name be found by it, ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        write: TransactionRunner,
        read: TransactionRunner,
        index_person: IndexPerson,
        clock: Callable[[], float],
    ) -> None:
        self._index_person = index_person
        self._write = write
        self._read = read
        self._clock = clock

    async def find_login(self, digest: str) -> Login | None:
        """The login of a token, also one that has ended."""
        return await self._read(logins.find, digest, self._clock())

    async def begin_login(self, digest: str, login: Login) -> None:
        """Know a token from now on."""
        await self._write(logins.begin, digest, login)

    async def adopt_login(self, digest: str, login: Login) -> Login | None:
        """Know a token of a guest that no row knows; None when the person has an account."""
        return await self._write(logins.adopt, digest, login, self._clock())

    async def note_seen(self, login_id: str) -> None:
        """A login was used."""
        await self._write(logins.note_seen, login_id, self._clock())

    async def confirm_login(self, login_id: str) -> None:
        """Its person proved that it is them."""
        await self._write(logins.confirm, login_id, self._clock())

    async def list_logins(self, person_id: str) -> Sequence[Login]:
        """Those of a person that have not ended, the one seen last first."""
        return await self._read(logins.open_logins, person_id, self._clock())

    async def end_logins(self, person_id: str, login_ids: Sequence[str]) -> Sequence[str]:
        """End logins of a person; those that had not ended."""
        return await self._write(logins.end, person_id, login_ids, self._clock())

    async def list_ended(self, login_ids: Sequence[str]) -> Sequence[str]:
        """Those that are over."""
        return await self._read(logins.ended_among, login_ids, self._clock())

    async def is_suspended(self, person_id: str) -> bool:
        """Whether the person may only read."""
        return await self._read(logins.is_suspended, person_id)

    async def has_account(self, person_id: str) -> bool:
        """Whether the person can sign in again."""
        return await self._read(accounts.has_account, person_id)

    async def keep_passkey(
        self, person: Person, passkey: Passkey, codes: Sequence[str], most: int
    ) -> bool:
        """Keep one more passkey, of at ``most`` so many; whether it was the first, which keeps the
        person's name and the ``codes``, digests, too. Raises AlreadyTaken, Unprocessable."""
        keep = (self._index_person, person, passkey, codes, most)
        return await self._write(_keep_passkey, *keep)

    async def find_passkey(self, passkey_id: str) -> Passkey | None:
        """The passkey, whoever has it."""
        return await self._read(accounts.find_passkey, passkey_id)

    async def list_passkeys(self, person_id: str) -> Sequence[Passkey]:
        """Those of a person, the oldest first."""
        return await self._read(accounts.passkeys, person_id)

    async def note_use(self, passkey_id: str, count: int) -> None:
        """A passkey was used, and says that it was ``count`` times."""
        await self._write(accounts.note_use, passkey_id, count, self._clock())

    async def remove_passkey(self, person_id: str, passkey_id: str) -> None:
        """Raises NotFound; Unprocessable: it is the last."""
        await self._write(accounts.remove_passkey, person_id, passkey_id)

    async def list_domains(self) -> Sequence[str]:
        """Those that passkeys are bound to."""
        return await self._read(accounts.domains)

    async def find_identity(self, issuer: str, subject: str) -> LinkedIdentity | None:
        """Who signs in as this subject of an issuer."""
        return await self._read(identities.find_identity, issuer, subject)

    async def list_identities(self, person_id: str) -> Sequence[LinkedIdentity]:
        """Those that a person signs in by, the oldest first."""
        return await self._read(identities.list_identities, person_id)

    async def link_identity(self, person: Person, one: LinkedIdentity) -> bool:
        """Let a person sign in by an identity; whether it was the first way in, which keeps their
        name too. Raises AlreadyTaken, Unprocessable."""
        return await self._write(_link_identity, self._index_person, person, one)

    async def note_identity_use(self, identity_id: str) -> None:
        """Somebody signed in by it."""
        await self._write(identities.note_identity_use, identity_id, self._clock())

    async def unlink_identity(self, person_id: str, identity_id: str) -> None:
        """Raises NotFound; Unprocessable: it is the last way in."""
        await self._write(identities.unlink_identity, person_id, identity_id)

    async def set_recovery_codes(self, person_id: str, digests: Sequence[str]) -> None:
        """Replace all of a person."""
        await self._write(accounts.set_recovery_codes, person_id, digests)

    async def count_recovery_codes(self, person_id: str) -> int:
        """How many are left."""
        return await self._read(accounts.count_recovery_codes, person_id)

    async def use_recovery_code(self, handle: str, digest: str) -> Person | None:
        """Who signs in with it, if it is theirs; it is used up."""
        return await self._write(accounts.use_recovery_code, handle, digest)


def _link_identity(
    cx: SqlConnection,
    index_person: IndexPerson,
    person: Person,
    one: LinkedIdentity,
) -> bool:
    first = _keep_name(cx, person)
    identities.link_identity(cx, person, one, first)
    index_person(cx, person.id)
    return first


def _keep_passkey(
    cx: SqlConnection,
    index_person: IndexPerson,
    person: Person,
    passkey: Passkey,
    codes: Sequence[str],
    most: int,
) -> bool:
    first = _keep_name(cx, person)
    accounts.keep_passkey(cx, person, passkey, codes, most)
    index_person(cx, person.id)
    return first


def _keep_name(cx: SqlConnection, person: Person) -> bool:
    """From now on the name of a person is theirs; whether they had no account. Raises
    AlreadyTaken."""
    if accounts.has_account(cx, person.id):
        return False
    set_handle(cx, named(cx, person))
    return True
