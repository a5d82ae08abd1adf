"""Routes of signing in by the operator's provider (OpenID Connect)."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Literal
from urllib.parse import quote

from msgspec import Struct
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import (
    Visitor,
    Visitors,
    address_of,
    agent_of,
    person_operation,
    set_cookie,
)
from phosphene.errors import Forbidden, NotFound, PhospheneError, Unauthorized
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.operation import Operation
from phosphene.people.accounts import need_confirmed
from phosphene.people.login_sessions import Known, LoginSessions
from phosphene.people.oidc import RETURN_S, Flow, Flows, Identity, OidcProvider
from phosphene.store.account_store import AccountStore
from phosphene.store.identities import LinkedIdentity
from phosphene.store.store import Store
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query

CALLBACK: Final = "/v1/sign-in/oidc/callback"
FLOW: Final = "phosphene_flow"
ACCOUNT: Final = "/?sheet=name"
KEPT: Final = "kept"
"""What comes back of who has just kept their name."""


class SignInWays(Struct, frozen=True):
    """``oidc``: what the provider is called by whom one may sign in; None where there is none."""

    oidc: str | None


class Begin(Struct, frozen=True):
    """``sign-in``: whoever has the identity, else this guest keeps their name by it; ``add`` it to
    one's account; ``confirm`` that it is oneself, for five minutes."""

    purpose: Literal["sign-in", "add", "confirm"] = "sign-in"


class Begun(Struct, frozen=True):
    """Go to ``url``; the answer's cookie says there that it is you who comes back."""

    url: str


class Returned(Struct, frozen=True):
    """What the provider adds to the address (RFC 6749, 4.1.2; RFC 9207)."""

    state: str = ""
    code: str = ""
    error: str = ""
    iss: str = ""


class IdentityView(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    created_at: float
    used_at: float


class IdentitiesView(Struct, frozen=True):
    identities: Sequence[IdentityView]


class OidcRoutes:
    """``provider`` is None where the operator set none, ``name`` what it is called; ``base_url``
    gives the site's address."""

    def __init__(
        self,
        provider: OidcProvider | None,
        name: str,
        flows: Flows,
        store: Store,
        kept: AccountStore,
        logins: LoginSessions,
        limits: RateLimits,
        visitors: Visitors,
        base_url: Callable[[Request], str],
    ) -> None:
        self._provider = provider
        self._name = name
        self._flows = flows
        self._store = store
        self._kept = kept
        self._logins = logins
        self._limits = limits
        self._visitors = visitors
        self._base_url = base_url

    async def list_sign_in_ways(self, request: Request) -> Response:
        return answer(SignInWays(self._name if self._provider else None), headers=PRIVATE)

    async def begin_oidc(self, request: Request, visitor: Visitor) -> Response:
        # Else another page could send its visitor through the provider and back as somebody else.
        if not self._visitors.is_own_page(request):
            raise Forbidden("people sign in on this site's own page only")
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)
        asked = await read_json(request, Begin)
        account = await self._kept.has_account(visitor.person.id)
        if asked.purpose != "sign-in" and not account:
            raise NotFound("keep your name first")
        if asked.purpose == "add":
            need_confirmed(visitor.confirmed_at, time.time())
        flow = self._flows.begin_flow(asked.purpose, visitor.person.id)
        url = await self._need_provider().authorization_url(flow, self._redirect_uri(request))
        response = answer(Begun(url), headers=PRIVATE)
        if visitor.fresh:
            set_cookie(response, visitor.token, secure=request.url.scheme == "https")
        response.set_cookie(
            FLOW,
            self._flows.seal_flow(flow),
            max_age=RETURN_S,
            path=CALLBACK,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    async def return_from_oidc(self, request: Request) -> Response:
        """A browser comes back, and is led to its account, which says what came of it."""
        await self._limits.count_act("sign-in", None, address_of(request))
        try:
            response = await self._finish(request)
        except PhospheneError as error:
            response = RedirectResponse(f"{ACCOUNT}&signin={quote(error.type)}", 303, PRIVATE)
        response.delete_cookie(FLOW, path=CALLBACK)
        return response

    async def list_identities(self, request: Request, visitor: Visitor) -> Response:
        found = await self._kept.list_identities(visitor.person.id)
        return answer(IdentitiesView([self._view(one) for one in found]), headers=PRIVATE)

    async def remove_identity(self, request: Request, visitor: Visitor) -> Response:
        need_confirmed(visitor.confirmed_at, time.time())
        await self._kept.unlink_identity(visitor.person.id, request.path_params["identity"])
        return Response(status_code=204)

    async def _finish(self, request: Request) -> Response:
        returned = read_query(request, Returned)
        flow = self._flows.open_flow(request.cookies.get(FLOW, ""), returned.state)
        provider = self._need_provider()
        # Of two providers one could be made to answer for the other (RFC 9207).
        if returned.error or (returned.iss and returned.iss != provider.issuer):
            raise Unauthorized(f"{provider.host} did not let you in")
        # The code is good once at the provider, and so is what came along with it.
        if await self._store.keep_answer(f"oidc:{flow.state}", b"1") is not None:
            raise Unauthorized("this sign-in was used already: begin again")
        # Not asked where it comes from: a provider's page is another's, and the flow's cookie says
        # that it began here.
        visitor = await self._visitors.known_login(request)
        if visitor is None:
            raise Unauthorized("this browser was forgotten meanwhile: begin again")
        identity = await provider.identify_person(flow, returned.code, self._redirect_uri(request))
        if flow.purpose == "confirm":
            return await self._confirm(flow, visitor, identity)
        if flow.purpose == "add":
            return await self._add(flow, visitor, identity)
        return await self._sign_in(request, flow, visitor, identity)

    async def _confirm(self, flow: Flow, visitor: Known, identity: Identity) -> Response:
        linked = await self._kept.find_identity(identity.issuer, identity.subject)
        if linked is None or not linked.person == visitor.person.id == flow.person:
            raise Unauthorized("this is not how you sign in")
        await self._kept.confirm_login(visitor.login)
        return RedirectResponse(ACCOUNT, 303, PRIVATE)

    async def _add(self, flow: Flow, visitor: Known, identity: Identity) -> Response:
        # Whoever is here now may be another than who began.
        if visitor.person.id != flow.person:
            raise Unauthorized("somebody else is signed in here by now")
        await self._link(visitor.person, identity)
        return RedirectResponse(ACCOUNT, 303, PRIVATE)

    async def _sign_in(
        self, request: Request, flow: Flow, visitor: Known, identity: Identity
    ) -> Response:
        linked = await self._kept.find_identity(identity.issuer, identity.subject)
        if linked is not None:
            await self._kept.note_identity_use(linked.id)
            person = await self._store.get_person(linked.person)
            assert person is not None, "who has an identity has kept a name"
            return await self._let_in(request, person, identity)
        if visitor.person.id != flow.person:
            raise Unauthorized("somebody else is here by now: begin again")
        # An account has its own way to add one, which asks for a proof first.
        if await self._kept.has_account(visitor.person.id):
            raise Forbidden("sign in the way you did before, and add this in your account")
        await self._link(visitor.person, identity)
        before = [one.id for one in await self._kept.list_logins(visitor.person.id)]
        person = await self._store.get_person(visitor.person.id)
        assert person is not None, "they have just kept their name"
        # The page then shows their recovery codes, which it alone may see.
        response = await self._let_in(request, person, identity, f"{ACCOUNT}&signin={KEPT}")
        # Whoever had planted the guest in this browser is signed in as nobody any more (CWE-384).
        # After the answer: the page that is being left hears of it, asks who it is, and was given
        # another guest's cookie over this one.
        response.background = BackgroundTask(self._logins.end_logins, person.id, before)
        return response

    async def _link(self, person: Person, identity: Identity) -> None:
        now = time.time()
        linked = LinkedIdentity(
            issuer=identity.issuer,
            subject=identity.subject,
            person=person.id,
            id=new_id(now),
            created_at=now,
            used_at=now,
        )
        await self._kept.link_identity(person, linked)

    async def _let_in(
        self, request: Request, person: Person, identity: Identity, where: str = ACCOUNT
    ) -> Response:
        # Proved when the provider asked, which may be days ago: an old session there is no proof.
        _, token = await self._logins.begin_login(
            person.id, agent_of(request), confirmed_at=identity.auth_time
        )
        response = RedirectResponse(where, 303, PRIVATE)
        set_cookie(response, token, secure=request.url.scheme == "https")
        return response

    def _need_provider(self) -> OidcProvider:
        if self._provider is None:
            raise NotFound("nobody signs in by a provider here")
        return self._provider

    def _redirect_uri(self, request: Request) -> str:
        return f"{self._base_url(request)}{CALLBACK}"

    def _view(self, one: LinkedIdentity) -> IdentityView:
        ours = self._provider is not None and self._provider.issuer == one.issuer
        name = self._name if ours else one.issuer
        return IdentityView(id=one.id, name=name, created_at=one.created_at, used_at=one.used_at)

    def operations(self) -> list[Operation]:
        """All of them. None takes an Idempotency-Key: an answer that is kept would keep secrets."""
        of_person = partial(person_operation, self._visitors, suspended=True, makes=False)
        return [
            Operation(
                method="GET",
                path="/v1/sign-in/ways",
                summary="By whom one may sign in, beside passkeys",
                endpoint=self.list_sign_in_ways,
                answer=SignInWays,
            ),
            of_person(
                *("POST", "/v1/sign-in/oidc", "Begin to sign in, or prove that it is you"),
                self.begin_oidc,
                body=Begin,
                answer=Begun,
                limit="sign-in",
                errors=(400, 401, 403, 404, 413, 415, 503),
            ),
            Operation(
                method="GET",
                path=CALLBACK,
                summary="Where the provider sends the browser back to",
                endpoint=self.return_from_oidc,
                query=Returned,
                status=303,
                limit="sign-in",
                errors=(400,),
            ),
            of_person(
                *("GET", "/v1/me/identities", "Identities of the provider that one signs in by"),
                self.list_identities,
                answer=IdentitiesView,
                errors=(401, 403),
            ),
            of_person(
                *("DELETE", "/v1/me/identities/{identity}", "Remove one that is not the last"),
                self.remove_identity,
                status=204,
                errors=(401, 403, 404, 422),
            ),
        ]
