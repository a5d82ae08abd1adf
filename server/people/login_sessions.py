"""Who a token belongs to, and the end of a login on all instances.

A token is 32 random bytes; the store knows its SHA-256. Guests get one that is signed instead and
is not stored until it comes back: a visitor who never does costs no row.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.api_keys import KeyScope, split_scopes
from phosphene.bus.bus import Bus, Gap
from phosphene.errors import Unauthorized
from phosphene.failure_boundary import keep_running
from phosphene.guest_names import guest_handle
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.people.connections import OpenConnections
from phosphene.store.account_store import AccountStore
from phosphene.store.logins import Login
from phosphene.trust.identity import LONGEST, Identities

CHANNEL: Final = "logins ended"
PREFIX: Final = "2."
DAY_S: Final = 86400.0
LOOK_S: Final = 0.5
"""How often an instance that hears no other one looks into the store: what ends there is to be
closed here within a second."""
AGENT_LENGTH: Final = 200

_ids = msgspec.json.Decoder(tuple[str, ...])


class Known(Struct, frozen=True):
    """The person behind a token, and their login. ``renewed``: the browser should keep its cookie
    for another while. ``suspended``: they may only read; ``limited``: they have set limits for what
    they watch; ``key_scopes``: what an API key may do, None of what is none."""

    person: Person
    login: str
    confirmed_at: float
    renewed: bool
    suspended: bool = False
    limited: bool = False
    key_scopes: tuple[KeyScope, ...] | None = None


class LoginSessions:
    """Reads, begins and ends logins. ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        accounts: AccountStore,
        identities: Identities,
        bus: Bus,
        connections: OpenConnections,
        clock: Callable[[], float],
    ) -> None:
        self.accounts = accounts
        self._identities = identities
        self._bus = bus
        self.connections = connections
        self._clock = clock

    def issue_guest(self) -> tuple[Person, str]:
        """Somebody new, and the token that proves them."""
        return self._identities.issue_identity(self._clock())

    async def read_token(self, token: str, agent: str) -> Known:
        """Whose token it is; ``agent`` is what the program calls itself.

        Raises:
            Unauthorized: nobody's, or the login has ended.
        """
        if len(token) > LONGEST:
            raise Unauthorized("this identity was not given out here")
        digest, now = digest_of(token), self._clock()
        found = await self.accounts.find_login(digest)
        if found is None:
            found = await self._adopt(token, digest, agent)
        if found.ended_at is not None:
            raise Unauthorized("this login has ended: sign in again")
        stale = now - found.seen_at > DAY_S
        # Once a day and not with every request: each would be a write to the database for who only
        # watches.
        if stale:
            await self.accounts.note_seen(found.id)
        person = Person(found.person, found.handle or guest_handle(found.person))
        return Known(
            person,
            found.id,
            found.confirmed_at,
            stale,
            found.suspended,
            limited=found.limited,
            key_scopes=None if found.scopes is None else split_scopes(found.scopes),
        )

    async def begin_login(
        self, person_id: str, agent: str, *, confirmed_at: float | None = None
    ) -> tuple[str, str]:
        """A login of a person who has just proved that it is them, or at ``confirmed_at``: its id
        and its token."""
        token, now = PREFIX + secrets.token_urlsafe(32), self._clock()
        proved = now if confirmed_at is None else confirmed_at
        login = Login(new_id(now), person_id, now, now, proved, agent[:AGENT_LENGTH])
        await self.accounts.begin_login(digest_of(token), login)
        return login.id, token

    async def end_logins(self, person_id: str, login_ids: Sequence[str]) -> Sequence[str]:
        """End logins of a person, and what is open in their name on all instances; those that had
        not ended."""
        ended = await self.accounts.end_logins(person_id, login_ids)
        await self.close_ended(ended)
        return ended

    async def close_ended(self, login_ids: Sequence[str]) -> None:
        """Close what is open in the name of logins that have ended, on all instances."""
        if login_ids:
            self.connections.close_all(login_ids)
            await self._bus.publish_hint(CHANNEL, msgspec.json.encode(login_ids))

    async def run(self) -> None:
        """Close what was ended on other instances, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_running("logins hear", self._receive_hints))
            if self._bus.is_shared:
                tasks.create_task(keep_running("logins look", self._look_often))

    async def _adopt(self, token: str, digest: str, agent: str) -> Login:
        """The login of a guest who came back, or of a token of an earlier release."""
        now = self._clock()
        person_id = self._identities.read_token(token, now)
        # Never confirmed: a signed token proves who a guest is, and that nobody has done more than
        # come back.
        login = Login(new_id(now), person_id, now, now, 0.0, agent[:AGENT_LENGTH])
        found = await self.accounts.adopt_login(digest, login)
        if found is None:
            raise Unauthorized("this name is kept: sign in again")
        return found

    async def _receive_hints(self) -> None:
        async with aclosing(self._bus.receive_hints(CHANNEL)) as heard:
            async for word in heard:
                # Words were missed, perhaps an end of a login: what is open here is looked up
                # instead.
                if isinstance(word, Gap):
                    await self._look()
                elif word.channel == CHANNEL:
                    self.connections.close_all(_ids.decode(word.data))

    async def _look_often(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            # Only while nothing can be heard: with Redis there, the store is asked nothing.
            if not self._bus.is_up:
                await self._look()

    async def _look(self) -> None:
        logins = self.connections.list_logins()
        if logins:
            self.connections.close_all(await self.accounts.list_ended(tuple(logins)))


def digest_of(token: str) -> str:
    """What the store knows a token by."""
    # Without salt or stretching: nobody can try 32 random bytes, and every request asks for it.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
