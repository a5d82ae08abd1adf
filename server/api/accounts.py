"""Routes of accounts: keep one's name, sign in on another device, prove that it is you."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import (
    Visitor,
    Visitors,
    address_of,
    agent_of,
    clear_cookie,
    person_operation,
    set_cookie,
)
from phosphene.errors import Forbidden
from phosphene.model import Handle, Person
from phosphene.operation import Operation
from phosphene.people.accounts import Accounts, need_confirmed
from phosphene.people.login_sessions import LoginSessions
from phosphene.people.passkeys import RelyingParty, party_of
from phosphene.store.account_store import AccountStore
from phosphene.store.accounts import Passkey
from phosphene.store.logins import Login
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json

# Challenges and codes are for one person: what a cache keeps of them, it may show to the next.


class Options(Struct, frozen=True, rename={"public_key": "publicKey"}):
    """What goes into ``navigator.credentials``, in the JSON form of WebAuthn: read it with
    ``PublicKeyCredential.parseCreationOptionsFromJSON`` or ``parseRequestOptionsFromJSON``."""

    public_key: dict[str, Any]


class NewPasskey(Struct, frozen=True):
    """``credential``: what the browser made, as its ``toJSON()`` says it."""

    credential: dict[str, Any]
    name: Annotated[str, Meta(min_length=1, max_length=60)] = "passkey"


class Proof(Struct, frozen=True):
    """``credential``: what the browser answered, as its ``toJSON()`` says it."""

    credential: dict[str, Any]


class Recovery(Struct, frozen=True):
    """A recovery code, in any spelling, of whoever has this name."""

    handle: Handle
    code: Annotated[str, Meta(min_length=8, max_length=80)]


class PasskeyView(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: float
    used_at: float


class PasskeysView(Struct, frozen=True):
    """``codes_left``: recovery codes that were not used yet."""

    passkeys: Sequence[PasskeyView]
    codes_left: int


class Codes(Struct, frozen=True):
    """Recovery codes: write them down, they are not shown again."""

    codes: Sequence[str]


class PasskeyKept(Struct, frozen=True):
    """``codes``: of somebody who had no passkey, recovery codes; they are not shown again."""

    passkey: PasskeyView
    codes: Sequence[str] = ()


class LoginView(Struct, frozen=True, kw_only=True):
    """A browser or program of yours; ``here``: the one that asks."""

    id: str
    agent: str
    begun_at: float
    seen_at: float
    here: bool


class LoginsView(Struct, frozen=True):
    logins: Sequence[LoginView]


class SignedIn(Struct, frozen=True):
    person: Person


class AccountRoutes:
    """``public_url`` is the setting."""

    def __init__(
        self,
        accounts: Accounts,
        kept: AccountStore,
        logins: LoginSessions,
        limits: RateLimits,
        visitors: Visitors,
        public_url: str,
    ) -> None:
        self._accounts = accounts
        self._kept = kept
        self._logins = logins
        self._limits = limits
        self._visitors = visitors
        self._public_url = public_url

    async def offer_passkey(self, request: Request, visitor: Visitor) -> Response:
        await self._need_confirmed(visitor)
        options = await self._accounts.offer_passkey(self._party(request), visitor.person)
        return answer(Options(options), headers=PRIVATE)

    async def keep_passkey(self, request: Request, visitor: Visitor) -> Response:
        await self._need_confirmed(visitor)
        await self._count(visitor)
        new = await read_json(request, NewPasskey)
        kept = await self._accounts.keep_passkey(
            self._party(request), visitor.person, new.credential, new.name
        )
        # Who has just made a passkey has shown it: no second prompt within the five minutes.
        if visitor.login:
            await self._kept.confirm_login(visitor.login)
        return answer(PasskeyKept(_passkey_view(kept.passkey), kept.codes), 201, PRIVATE)

    async def list_passkeys(self, request: Request, visitor: Visitor) -> Response:
        passkeys = await self._kept.list_passkeys(visitor.person.id)
        left = await self._kept.count_recovery_codes(visitor.person.id)
        return answer(PasskeysView(list(map(_passkey_view, passkeys)), left), headers=PRIVATE)

    async def remove_passkey(self, request: Request, visitor: Visitor) -> Response:
        need_confirmed(visitor.confirmed_at, time.time())
        await self._kept.remove_passkey(visitor.person.id, request.path_params["passkey"])
        return Response(status_code=204)

    async def renew_codes(self, request: Request, visitor: Visitor) -> Response:
        need_confirmed(visitor.confirmed_at, time.time())
        await self._count(visitor)
        return answer(Codes(await self._accounts.renew_codes(visitor.person)), 201, PRIVATE)

    async def offer_confirmation(self, request: Request, visitor: Visitor) -> Response:
        options = await self._accounts.offer_confirmation(self._party(request), visitor.person)
        return answer(Options(options), headers=PRIVATE)

    async def confirm_login(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        proof = await read_json(request, Proof)
        await self._accounts.check_passkey(self._party(request), visitor.person, proof.credential)
        await self._kept.confirm_login(visitor.login)
        return Response(status_code=204)

    async def offer_sign_in(self, request: Request) -> Response:
        # Not counted: a challenge is signed and not stored, so that to ask for one costs no row.
        self._visitors.check_origin(request)
        return answer(Options(self._accounts.offer_sign_in(self._party(request))), headers=PRIVATE)

    async def sign_in(self, request: Request) -> Response:
        await self._check_stranger(request)
        proof = await read_json(request, Proof)
        person = await self._accounts.sign_in(self._party(request), proof.credential)
        return await self._let_in(request, person)

    async def recover_account(self, request: Request) -> Response:
        await self._check_stranger(request)
        given = await read_json(request, Recovery)
        return await self._let_in(
            request, await self._accounts.use_recovery_code(given.handle, given.code)
        )

    async def list_logins(self, request: Request, visitor: Visitor) -> Response:
        found = await self._kept.list_logins(visitor.person.id)
        views = [_login_view(one, visitor.login) for one in found]
        return answer(LoginsView(views), headers=PRIVATE)

    async def end_login(self, request: Request, visitor: Visitor) -> Response:
        login = request.path_params["login"]
        await self._logins.end_logins(visitor.person.id, [login])
        response = Response(status_code=204)
        # With the cookie of a login that ended all that only reads would be 401: such a request
        # makes no new guest.
        if login == visitor.login:
            clear_cookie(response)
        return response

    async def end_other_logins(self, request: Request, visitor: Visitor) -> Response:
        found = await self._kept.list_logins(visitor.person.id)
        others = [one.id for one in found if one.id != visitor.login]
        await self._logins.end_logins(visitor.person.id, others)
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All of them. None takes an Idempotency-Key: an answer that is kept would keep secrets."""
        return [
            *self._passkey_operations(),
            *self._login_operations(),
            *self._sign_in_operations(),
        ]

    def _passkey_operations(self) -> list[Operation]:
        """What one signs in with, and how one proves that one has it."""
        of_person = partial(person_operation, self._visitors, suspended=True, makes=False)
        return [
            of_person(
                *("POST", "/v1/me/passkeys/options", "Begin to make a passkey"),
                self.offer_passkey,
                answer=Options,
                errors=(401, 403, 422),
            ),
            of_person(
                *("POST", "/v1/me/passkeys", "Keep a passkey; the first one keeps one's name"),
                self.keep_passkey,
                body=NewPasskey,
                answer=PasskeyKept,
                status=201,
                limit="sign-in",
                errors=(400, 401, 403, 409, 413, 415, 422),
            ),
            of_person(
                *("GET", "/v1/me/passkeys", "One's passkeys"),
                self.list_passkeys,
                answer=PasskeysView,
                errors=(401, 403),
            ),
            of_person(
                *("DELETE", "/v1/me/passkeys/{passkey}", "Remove a passkey that is not the last"),
                self.remove_passkey,
                status=204,
                errors=(401, 403, 404, 422),
            ),
            of_person(
                *("POST", "/v1/me/recovery-codes", "New recovery codes instead of the old ones"),
                self.renew_codes,
                answer=Codes,
                status=201,
                limit="sign-in",
                errors=(401, 403, 404),
            ),
            of_person(
                *("POST", "/v1/me/confirmation/options", "Begin to prove that it is you"),
                self.offer_confirmation,
                answer=Options,
                errors=(401, 403, 404, 422),
            ),
            of_person(
                *("POST", "/v1/me/confirmation", "Prove that it is you, for five minutes"),
                self.confirm_login,
                body=Proof,
                status=204,
                limit="sign-in",
                errors=(400, 401, 403, 413, 415, 422),
            ),
        ]

    def _login_operations(self) -> list[Operation]:
        """Where one is signed in."""
        of_person = partial(person_operation, self._visitors, suspended=True, makes=False)
        return [
            of_person(
                *("GET", "/v1/me/logins", "Browsers and programs that you are signed in with"),
                self.list_logins,
                answer=LoginsView,
                errors=(401, 403),
            ),
            of_person(
                *("DELETE", "/v1/me/logins/{login}", "Sign out there, at once"),
                self.end_login,
                status=204,
                errors=(401, 403),
            ),
            of_person(
                *("DELETE", "/v1/me/logins", "Sign out everywhere but here"),
                self.end_other_logins,
                status=204,
                errors=(401, 403),
            ),
        ]

    def _sign_in_operations(self) -> list[Operation]:
        """For who is not signed in."""
        return [
            Operation(
                method="POST",
                path="/v1/sign-in/options",
                summary="Begin to sign in with a passkey",
                endpoint=self.offer_sign_in,
                answer=Options,
                errors=(403, 422),
            ),
            Operation(
                method="POST",
                path="/v1/sign-in",
                summary="Sign in with a passkey; the answer sets the cookie",
                endpoint=self.sign_in,
                body=Proof,
                answer=SignedIn,
                limit="sign-in",
                errors=(400, 401, 403, 413, 415, 422),
            ),
            Operation(
                method="POST",
                path="/v1/sign-in/recovery",
                summary="Sign in with a recovery code, which is used up",
                endpoint=self.recover_account,
                body=Recovery,
                answer=SignedIn,
                limit="sign-in",
                errors=(400, 401, 403, 413, 415),
            ),
        ]

    async def _need_confirmed(self, visitor: Visitor) -> None:
        """A guest has nothing to prove. Raises Unconfirmed."""
        if await self._kept.has_account(visitor.person.id):
            need_confirmed(visitor.confirmed_at, time.time())

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)

    async def _check_stranger(self, request: Request) -> None:
        """Raises Forbidden: a page of another origin signs its visitor in; TooMany."""
        # Else another page could sign its visitor in as somebody else without a word, and have what
        # they then make (login CSRF).
        if not self._visitors.is_own_page(request):
            raise Forbidden("people sign in on this site's own page only")
        # By the address alone, as nobody is known yet: six a minute for a person, five persons an
        # address.
        await self._limits.count_act("sign-in", None, address_of(request))

    async def _let_in(self, request: Request, person: Person) -> Response:
        # A new token, and not more rights for the one that came along: who had planted that in the
        # browser would be signed in with them (session fixation, CWE-384).
        _, token = await self._logins.begin_login(person.id, agent_of(request))
        response = answer(SignedIn(person), headers=PRIVATE)
        set_cookie(response, token, secure=request.url.scheme == "https")
        return response

    def _party(self, request: Request) -> RelyingParty:
        return party_of(self._public_url, request.headers.get("host", ""))


def _passkey_view(passkey: Passkey) -> PasskeyView:
    return PasskeyView(
        id=passkey.id,
        name=passkey.name,
        created_at=passkey.created_at,
        used_at=passkey.used_at,
    )


def _login_view(login: Login, here: str) -> LoginView:
    return LoginView(
        id=login.id,
        agent=login.agent,
        begun_at=login.begun_at,
        seen_at=login.seen_at,
        here=login.id == here,
    )
