"""Who is asking: a signed guest identity from a cookie or a bearer token, else a new guest."""

import time
from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from phosphene.api.repeats import respond_once
from phosphene.errors import Forbidden, Unauthorized
from phosphene.model import Person
from phosphene.store.store import Store
from phosphene.trust.embed_tokens import is_embed_token
from phosphene.trust.handles import handle
from phosphene.trust.identity import Identities
from phosphene.trust.limits import RateLimits
from phosphene.trust.origins import Origins

COOKIE = "phosphene_identity"
COOKIE_AGE_S = 400 * 24 * 3600


class Visitor(Struct, frozen=True):
    """A person at an address; ``fresh`` when the token was made just now and must be kept, ``new``
    when the person was."""

    person: Person
    token: str
    address: str
    fresh: bool
    new: bool = False


class Visitors:
    """Reads and issues identities. It is the one gate before all that is written: who comes by a
    cookie, or without an identity, must come from a page of ours or of an allowed origin."""

    def __init__(
        self, identities: Identities, store: Store, origins: Origins, limits: RateLimits
    ) -> None:
        self._identities = identities
        self._store = store
        self._origins = origins
        self._limits = limits

    async def known_person(self, connection: HTTPConnection) -> Person | None:
        """The person behind a request, or None without an identity. Raises Unauthorized."""
        token, _ = _token(connection)
        if token is None:
            return None
        return await self._person(token)

    async def welcome_visitor(self, connection: HTTPConnection) -> Visitor:
        """The visitor; a guest identity is made when there is none, or none that can be read.

        Raises:
            Unauthorized: a bearer token was given and is not valid.
            Forbidden: a page of another origin asks.
            TooMany: too many guests came from this address.
        """
        visitor = await self.meet_visitor(connection)
        if visitor.new:
            await self.count_guest(visitor.address)
        return visitor

    async def meet_visitor(self, connection: HTTPConnection) -> Visitor:
        """The same, but a guest who is new is not counted: it must be before they write. Raises
        Unauthorized, Forbidden."""
        self.check_origin(connection)
        token, named = _token(connection)
        address = address_of(connection)
        if token is not None:
            try:
                person = await self._person(token)
                renewed = self._identities.renewed_token(token, time.time())
                return Visitor(person, renewed or token, address, fresh=renewed is not None)
            except Unauthorized:
                if named:
                    raise
        person, token = self._identities.issue_identity(time.time())
        return Visitor(person, token, address, fresh=True, new=True)

    async def count_guest(self, address: str) -> None:
        """One more guest of this address. Raises TooMany."""
        await self._limits.count_act("guest", None, address)

    async def check_like(self, person: Person, address: str, clip_id: str) -> None:
        """Whether a person may like a clip now. Raises TooMany: many likes of this clip came from
        this address, by people who have no standing either."""
        if await self._store.has_standing(person.id):
            return
        if await self._store.liked_by(person.id, [clip_id]):
            return
        if await self._store.get_counts([clip_id]):
            await self._limits.count_guest_like(clip_id, address)

    async def respond_once(
        self, request: Request, visitor: Visitor, respond: Callable[[], Awaitable[Response]]
    ) -> Response:
        """What ``respond`` gives; every POST may come twice. Raises as ``repeats.once``."""
        if request.method != "POST":
            return await respond()
        return await respond_once(self._store, request, visitor.person.id, respond)

    def check_origin(self, connection: HTTPConnection) -> None:
        """Whether the page that asks may write in its visitor's name. Raises Forbidden."""
        named = _token(connection)[1]
        if not named and not self._origins.may_write(connection.headers):
            raise Forbidden("pages of other origins may watch here; to write they need a token")

    def make_stranger(self) -> Person:
        """Somebody who only watches, through the page of another origin."""
        return self._identities.issue_identity(time.time())[0]

    async def _person(self, token: str) -> Person:
        person_id = self._identities.read_token(token, time.time())
        return await self._store.get_person(person_id) or Person(person_id, handle(person_id))


def with_visitor(
    visitors: Visitors, endpoint: Callable[[Request, Visitor], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that needs to know who asks; the answer carries a cookie for a new guest, and a
    POST takes an Idempotency-Key."""

    async def asked(request: Request) -> Response:
        visitor = await visitors.welcome_visitor(request)
        response = await visitors.respond_once(
            request, visitor, partial(endpoint, request, visitor)
        )
        if visitor.fresh:
            set_cookie(response, visitor.token, secure=request.url.scheme == "https")
        return response

    asked.__name__ = endpoint.__name__
    return asked


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_AGE_S, httponly=True, samesite="lax", secure=secure
    )


def address_of(connection: HTTPConnection) -> str:
    """The address that asks."""
    return connection.client.host if connection.client else "unknown"


def _token(connection: HTTPConnection) -> tuple[str | None, bool]:
    """The identity's token, and whether the request named it itself, as no browser does for a page
    that does not know it."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials and not is_embed_token(credentials.strip()):
        return credentials.strip(), True
    return connection.cookies.get(COOKIE), False
