"""Routes of identity checks, by the verifier that the operator chose: an OpenID provider, or a
service for documents."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from phosphene.api.oidc import ACCOUNT, FLOW
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, address_of, person_operation
from phosphene.errors import Forbidden, NotFound, PhospheneError, Unauthorized
from phosphene.operation import Operation
from phosphene.people.accounts import need_confirmed
from phosphene.people.identity_verifier import (
    IdentityVerifier,
    VerifiedPerson,
    VerifierReply,
    subject_digest,
)
from phosphene.people.oidc import RETURN_S
from phosphene.people.webhook_verifier import DocumentCheck
from phosphene.store.account_store import AccountStore
from phosphene.store.enrolments import VerifiedIdentity
from phosphene.store.minor_store import MinorStore
from phosphene.studio.enrolment import Enroller
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_bytes

CALLBACK: Final = "/v1/identity/callback"


class IdentityStanding(Struct, frozen=True):
    """``verifier``: who checks identities here, None where nobody does; ``checked``: that it did
    so of oneself."""

    verifier: str | None
    checked: VerifiedIdentity | None


class IdentityVisit(Struct, frozen=True):
    """Go to ``url``; the answer's cookie says there that it is you who comes back."""

    url: str


class VerifierReturn(Struct, frozen=True):
    """What an OpenID provider adds to the address (RFC 6749, 4.1.2; RFC 9207)."""

    state: str = ""
    code: str = ""
    error: str = ""
    iss: str = ""


class IdentityRoutes:
    """``verifier`` is None where the operator chose none; ``base_url`` gives the site's address."""

    def __init__(
        self,
        verifier: IdentityVerifier | None,
        enroller: Enroller,
        minors: MinorStore,
        kept: AccountStore,
        limits: RateLimits,
        visitors: Visitors,
        base_url: Callable[[Request], str],
    ) -> None:
        self._verifier = verifier
        self._enroller = enroller
        self._minors = minors
        self._kept = kept
        self._limits = limits
        self._visitors = visitors
        self._base_url = base_url

    async def read_identity(self, request: Request, visitor: Visitor) -> Response:
        checked = await self._enroller.store.get_verified(visitor.person.id)
        name = self._verifier.name if self._verifier is not None else None
        return answer(IdentityStanding(name, checked), headers=PRIVATE)

    async def check_identity(self, request: Request, visitor: Visitor) -> Response:
        # Else another page could send its visitor there and back.
        if not self._visitors.is_own_page(request):
            raise Forbidden("people sign in on this site's own page only")
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)
        verifier = self._need_verifier()
        if not await self._kept.has_account(visitor.person.id):
            raise NotFound("keep your name first")
        need_confirmed(visitor.confirmed_at, time.time())
        if await self._minors.is_minor(visitor.person.id):
            raise Forbidden("a minor's face is not enrolled")
        visit = await verifier.begin_visit(visitor.person.id, self._redirect_uri(request))
        response = answer(IdentityVisit(visit.url), headers=PRIVATE)
        if visit.cookie:
            response.set_cookie(
                FLOW,
                visit.cookie,
                max_age=RETURN_S,
                path=CALLBACK,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response

    async def return_from_verifier(self, request: Request) -> Response:
        """A browser comes back, and is led to its account, which says what came of it."""
        await self._limits.count_act("sign-in", None, address_of(request))
        reply = VerifierReply(
            query=request.query_params,
            cookie=request.cookies.get(FLOW, ""),
            redirect_uri=self._redirect_uri(request),
        )
        try:
            verified = await self._need_verifier().read_reply(reply)
            known = await self._visitors.known_login(request)
            # Whoever is here now may be another than who began.
            if known is None or known.person.id != verified.person:
                raise Unauthorized("somebody else is signed in here by now")
            await self._note(verified)
            response = RedirectResponse(f"{ACCOUNT}&identity=verified", 303, PRIVATE)
        except PhospheneError as error:
            response = RedirectResponse(f"{ACCOUNT}&identity={quote(error.type)}", 303, PRIVATE)
        response.delete_cookie(FLOW, path=CALLBACK)
        return response

    async def hear_verifier(self, request: Request) -> Response:
        """The service itself says what came of it (Standard Webhooks)."""
        # Before it is read: whoever tries signatures, or sends what is none, is slowed down.
        await self._limits.count_act("webhook", None, address_of(request))
        reply = VerifierReply(body=await read_bytes(request), headers=dict(request.headers))
        await self._note(await self._need_verifier().read_reply(reply))
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, makes=False)
        return [
            of_person(
                *("GET", "/v1/me/identity", "By whom one's identity can be checked, and was"),
                self.read_identity,
                suspended=True,
                answer=IdentityStanding,
                errors=(401, 403),
            ),
            of_person(
                *("POST", "/v1/me/identity", "Begin to have one's identity checked"),
                self.check_identity,
                answer=IdentityVisit,
                limit="sign-in",
                errors=(401, 403, 404, 503),
            ),
            Operation(
                method="GET",
                path=CALLBACK,
                summary="Where a verifier sends people back to",
                endpoint=self.return_from_verifier,
                query=VerifierReturn,
                status=303,
                limit="sign-in",
                errors=(400,),
            ),
            Operation(
                method="POST",
                path="/v1/identity/webhook",
                summary="A verifier says what came of a check, signed (Standard Webhooks)",
                endpoint=self.hear_verifier,
                body=DocumentCheck,
                status=204,
                limit="webhook",
                errors=(401, 403, 404, 409, 413),
            ),
        ]

    async def _note(self, verified: VerifiedPerson) -> None:
        """Raises Forbidden: a minor, who is marked as one. AlreadyTaken, NotFound."""
        by = self._need_verifier().name
        if not verified.over_18:
            await self._minors.mark_minor(verified.person, "operator")
            await self._enroller.forget_face(verified.person)
            raise Forbidden("a minor's face is not enrolled")
        subject = subject_digest(by, verified.subject)
        await self._enroller.note_verified(verified.person, subject, by, verified.at)

    def _need_verifier(self) -> IdentityVerifier:
        if self._verifier is None:
            raise NotFound("nobody checks identities here")
        return self._verifier

    def _redirect_uri(self, request: Request) -> str:
        return f"{self._base_url(request)}{CALLBACK}"
