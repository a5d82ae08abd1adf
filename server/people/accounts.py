"""Accounts out of guests: keep a name, sign in again, prove that it is you.

A person becomes an account with their first passkey; nothing that they did as a guest changes
hands, because their id stays. What cannot be undone asks for the passkey again
(``need_confirmed``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from phosphene.errors import NotFound, Unauthorized, Unconfirmed
from phosphene.model import Person
from phosphene.people import recovery
from phosphene.people.passkeys import (
    Challenges,
    RelyingParty,
    challenge_of,
    credential_id,
)
from phosphene.store.account_store import AccountStore
from phosphene.store.accounts import Passkey
from phosphene.store.store import Store

CONFIRMED_S: Final = 300.0
"""So long after a passkey was used the same browser need not ask for it again."""
# All of them go into each offer, so that no device makes a second one.
MOST_PASSKEYS: Final = 20
SIGN_IN: Final = "sign in"

Credential = Mapping[str, Any]


class KeptPasskey(Struct, frozen=True):
    """A passkey that was kept, and, of somebody who had none, the recovery codes: they are shown
    this once."""

    passkey: Passkey
    codes: Sequence[str]


def need_confirmed(confirmed_at: float, now: float) -> None:
    """Whether a person proved a moment ago that it is them. Raises Unconfirmed."""
    if now - confirmed_at > CONFIRMED_S:
        raise Unconfirmed("this asks for your passkey once more", CONFIRMED_S)


class Accounts:
    """``clock`` gives seconds since the epoch."""

    def __init__(
        self, store: Store, kept: AccountStore, challenges: Challenges, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._kept = kept
        self._challenges = challenges
        self._clock = clock

    async def offer_passkey(self, party: RelyingParty, person: Person) -> dict[str, Any]:
        """What a page needs to make a passkey for this person."""
        known = await self._kept.list_passkeys(person.id)
        return party.creation_options(
            person, known, self._challenges.make_challenge(_keeping(person.id))
        )

    async def keep_passkey(
        self, party: RelyingParty, person: Person, credential: Credential, name: str
    ) -> KeptPasskey:
        """Keep a passkey; with the first one the person's name becomes theirs.

        Raises:
            Unauthorized, Unprocessable, BadInput: it is none, or was not asked for.
            AlreadyTaken: somebody else has the name.
        """
        challenge = await self._take_challenge(credential, _keeping(person.id))
        key, count = party.check_creation(credential, challenge)
        now = self._clock()
        passkey = Passkey(
            id=credential_id(credential),
            person=person.id,
            domain=party.domain,
            key=key,
            count=count,
            name=name,
            created_at=now,
            used_at=now,
        )
        # With the first passkey and not later: who puts that off loses the name with the telephone.
        codes = recovery.make_codes()
        digests = list(map(recovery.digest_of, codes))
        first = await self._kept.keep_passkey(person, passkey, digests, MOST_PASSKEYS)
        return KeptPasskey(passkey, codes if first else ())

    def offer_sign_in(self, party: RelyingParty) -> dict[str, Any]:
        """What a page needs to let somebody choose one of their passkeys."""
        return party.request_options((), self._challenges.make_challenge(SIGN_IN))

    async def sign_in(self, party: RelyingParty, credential: Credential) -> Person:
        """Who has just used a passkey of theirs. Raises Unauthorized, BadInput."""
        challenge = await self._take_challenge(credential, SIGN_IN)
        passkey = await self._kept.find_passkey(credential_id(credential))
        if passkey is None:
            raise Unauthorized("this passkey is not known here: it may have been removed")
        await self._use(party, passkey, credential, challenge)
        person = await self._store.get_person(passkey.person)
        assert person is not None, "who has a passkey has kept a name"
        return person

    async def use_recovery_code(self, handle: str, code: str) -> Person:
        """Who has just used a recovery code of theirs, which is used up. Raises Unauthorized."""
        # With the name, so that a code is tried against one account and not against all; one answer
        # for a wrong name and a wrong code.
        person = await self._kept.use_recovery_code(handle, recovery.digest_of(code))
        if person is None:
            raise Unauthorized("this name and this code do not belong together, or it was used")
        return person

    async def offer_confirmation(self, party: RelyingParty, person: Person) -> dict[str, Any]:
        """What a page needs to ask a person for a passkey of theirs. Raises NotFound: none."""
        known = await self._kept.list_passkeys(person.id)
        if not known:
            raise NotFound("you have no passkey yet")
        return party.request_options(known, self._challenges.make_challenge(_confirming(person.id)))

    async def check_passkey(
        self, party: RelyingParty, person: Person, credential: Credential
    ) -> None:
        """That the person has just used a passkey of theirs. Raises Unauthorized, BadInput."""
        challenge = await self._take_challenge(credential, _confirming(person.id))
        passkey = await self._kept.find_passkey(credential_id(credential))
        if passkey is None or passkey.person != person.id:
            raise Unauthorized("this passkey is not yours")
        await self._use(party, passkey, credential, challenge)

    async def renew_codes(self, person: Person) -> list[str]:
        """New recovery codes; those before are good no more. Raises NotFound: no account."""
        if not await self._kept.has_account(person.id):
            raise NotFound("keep your name first")
        codes = recovery.make_codes()
        await self._kept.set_recovery_codes(person.id, list(map(recovery.digest_of, codes)))
        return codes

    async def _use(
        self, party: RelyingParty, passkey: Passkey, credential: Credential, challenge: bytes
    ) -> None:
        count = party.check_use(passkey, credential, challenge)
        await self._kept.note_use(passkey.id, count)

    async def _take_challenge(self, credential: Credential, purpose: str) -> bytes:
        """The challenge that a credential answers, which is good no more from now on."""
        challenge = challenge_of(credential)
        # The signature first: only what was made here becomes a row.
        self._challenges.check(challenge, purpose)
        # The answers of repeated requests are a table of what was there once, for as long as a
        # challenge lives: one more table of challenges would only have to be swept as well.
        if await self._store.keep_answer(f"challenge:{challenge.hex()}", b"1") is not None:
            raise Unauthorized("this sign-in was used already: begin again")
        return challenge


def _keeping(person_id: str) -> str:
    return f"keep {person_id}"


def _confirming(person_id: str) -> str:
    return f"confirm {person_id}"
