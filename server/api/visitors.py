"""Who is asking: a signed guest identity from a cookie or a bearer token, else a new guest."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from msgspec import Struct
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from phosphene.api.idempotency import respond_once
from phosphene.api_keys import KeyScope
from phosphene.errors import SUSPENDED, Forbidden, Unauthorized
from phosphene.model import Person
from phosphene.operation import OPERATION, Operation
from phosphene.people.connections import NOBODY
from phosphene.people.key_quotas import KeyQuotas, check_scope
from phosphene.people.login_sessions import Known, LoginSessions
from phosphene.store.store import Store
from phosphene.trust.embed_tokens import is_embed_token
from phosphene.trust.origins import Origins
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import COOKIE

# The longest that browsers keep one (RFC 6265bis), and as long as a login lasts unused.
COOKIE_AGE_S = 400 * 24 * 3600
HARMLESS = frozenset({"GET", "HEAD", "DELETE"})
"""What reads, and what takes back."""
KNOWN = "phosphene.known"
"""Where a request keeps by whom it comes (an ASGI scope's own entries are the application's)."""
BEARER_PROTOCOL: Final = "phosphene.bearer."
"""Begins a subprotocol that is offered to bring a token."""
KEY_COUNTED: Final = "phosphene.key_counted"
"""Where it keeps that its API key has been counted."""


class Visitor(Struct, frozen=True):
    """A person at an address, by a ``login``, which is empty of who is ``new`` here;
    ``confirmed_at``: when they last proved there that it is them. ``fresh``: a cookie is to be set,
    for another while. ``suspended``: they may only read, and take back what is theirs;
    ``key_scopes``: what an API key may do, None of who comes with none."""

    person: Person
    token: str
    address: str
    fresh: bool
    new: bool = False
    login: str = NOBODY
    confirmed_at: float = 0.0
    suspended: bool = False
    key_scopes: tuple[KeyScope, ...] | None = None


class Visitors:
    """Reads and issues identities. It is the one gate before all that is written: who comes by a
    cookie, or without an identity, must come from a page of ours or of an allowed origin."""

    def __init__(
        self,
        logins: LoginSessions,
        store: Store,
        origins: Origins,
        limits: RateLimits,
        quotas: KeyQuotas,
    ) -> None:
        self._quotas = quotas
        self._logins = logins
        self._store = store
        self._origins = origins
        self._limits = limits

    async def known_person(self, connection: HTTPConnection) -> Person | None:
        """The person behind a request, or None without an identity. Raises Unauthorized, Forbidden
        and TooMany (an API key's)."""
        known = await self.known_login(connection)
        return known.person if known and reads_own(known.key_scopes) else None

    async def known_login(self, connection: HTTPConnection) -> Known | None:
        """The same with their login. Raises as ``known_person``."""
        token, named = _token(connection)
        if token is None:
            return None
        # Once for a request, whoever asks within it; a socket outlives logins and is asked anew.
        if connection.scope["type"] != "http":
            return await self._read_token(connection, token, named)
        if KNOWN not in connection.scope:
            connection.scope[KNOWN] = await self._read_token(connection, token, named)
        found: Known = connection.scope[KNOWN]
        return found

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
                known = await self._read_token(connection, token, named)
                return Visitor(
                    known.person,
                    token,
                    address,
                    fresh=known.renewed and not named,
                    login=known.login,
                    confirmed_at=known.confirmed_at,
                    suspended=known.suspended,
                    key_scopes=known.key_scopes,
                )
            # A browser can do nothing about its cookie and becomes a guest; a program that named
            # its token wants to know.
            except Unauthorized:
                if named:
                    raise
        person, token = self._logins.issue_guest()
        # Nothing is stored of a guest yet: 540 identities a second could be asked for, and each
        # would have been a row.
        return Visitor(person, token, address, fresh=True, new=True)

    async def count_guest(self, address: str) -> None:
        """One more guest of this address. Raises TooMany."""
        await self._limits.count_act("guest", None, address)

    @asynccontextmanager
    async def taking_clip(self, visitor: Visitor) -> AsyncIterator[None]:
        """A clip that a visitor asks for is counted where they come by an API key, unless what is
        within fails. Raises TooMany."""
        if visitor.key_scopes is None:
            yield
            return
        async with self._quotas.taking_clip(visitor.login):
            yield

    async def check_like(self, person: Person, address: str, clip_id: str) -> None:
        """Whether a person may like a clip now. Raises TooMany: many likes of this clip came from
        this address, by people who have no standing either."""
        # Only of those without standing: fresh guests of one address gave 600 likes a minute, and
        # ranked the feed by them.
        if await self._store.has_standing(person.id):
            return
        # Nothing changes, and so nothing is taken from the twenty of an hour.
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
        # By what the browser says of the page, and no token in a form: a POST of no content type
        # needs no preflight, and pages of other sites wrote so in their visitors' names (tried in
        # Chromium).
        named = _token(connection)[1]
        if not named and not self.is_own_page(connection):
            raise Forbidden("pages of other origins may watch here; to write they need a token")

    def is_own_page(self, connection: HTTPConnection) -> bool:
        """Whether a page of ours or of an allowed origin asks, or no page at all."""
        return self._origins.may_write(connection.headers)

    def keeps_own_token(self, connection: HTTPConnection) -> bool:
        """Whether a page of an allowed origin asks that is of another site: browsers keep no cookie
        for it (SameSite), so that each of its requests was another guest's."""
        headers = connection.headers
        far = headers.get("sec-fetch-site") == "cross-site" and COOKIE not in connection.cookies
        return far and headers.get("origin") in self._origins.allowed

    def make_stranger(self) -> Person:
        """Somebody who only watches, through the page of another origin."""
        return self._logins.issue_guest()[0]

    async def _read_token(self, connection: HTTPConnection, token: str, named: bool) -> Known:
        known = await self._logins.read_token(token, agent_of(connection))
        if known.key_scopes is not None:
            await self._admit_key(connection, known.login, known.key_scopes, named)
        return known

    async def _admit_key(
        self, connection: HTTPConnection, key: str, scopes: Sequence[KeyScope], named: bool
    ) -> None:
        # A page that has it in a cookie would write in its name from wherever it is opened.
        if not named:
            raise Unauthorized("an API key goes into the header Authorization, and into no cookie")
        operation: Operation | None = connection.scope.get(OPERATION)
        if operation is not None:
            check_scope(scopes, operation.for_keys)
        # Once for a request, whoever asks within it.
        if KEY_COUNTED not in connection.scope:
            await self._quotas.count_request(key)
            connection.scope[KEY_COUNTED] = True


def with_visitor(
    visitors: Visitors,
    endpoint: Callable[[Request, Visitor], Awaitable[Response]],
    *,
    once: bool = True,
    suspended: bool = False,
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that needs to know who asks; the answer carries a cookie for a new guest, and a
    POST takes an Idempotency-Key, unless its answer is not to be kept (``once``). ``suspended``:
    whether it is also for those who may only read."""

    async def asked(request: Request) -> Response:
        visitor = await visitors.welcome_visitor(request)
        if visitor.suspended and not suspended and request.method not in HARMLESS:
            raise Forbidden(SUSPENDED)
        respond = partial(endpoint, request, visitor)
        response = await (visitors.respond_once(request, visitor, respond) if once else respond())
        if visitor.fresh and "set-cookie" not in response.headers:
            set_cookie(response, visitor.token, secure=request.url.scheme == "https")
        return response

    asked.__name__ = endpoint.__name__
    return asked


def person_operation(
    visitors: Visitors,
    method: str,
    path: str,
    summary: str,
    endpoint: Callable[[Request, Visitor], Awaitable[Response]],
    *,
    suspended: bool = False,
    makes: bool = True,
    **more: Any,
) -> Operation:
    """An operation of somebody, who becomes a guest where they are nobody yet; ``suspended`` as
    ``with_visitor``, ``makes`` and ``more`` as ``Operation``."""
    return Operation(
        method=method,
        path=path,
        summary=summary,
        caller="person",
        endpoint=with_visitor(visitors, endpoint, once=makes, suspended=suspended),
        makes=makes,
        **more,
    )


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    # Out of reach of scripts, since it is good for 400 days; sent by links from other sites (Lax),
    # else everybody would come as a stranger; Secure where it came so, as browsers drop a Secure
    # cookie that comes over http.
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_AGE_S, httponly=True, samesite="lax", secure=secure
    )


def clear_cookie(response: Response) -> None:
    """Forget who it was."""
    response.delete_cookie(COOKIE)


def reads_own(scopes: Sequence[KeyScope] | None) -> bool:
    """Whether somebody is shown more than everybody is: a key without the scope reads as nobody."""
    return scopes is None or "clips:read-private" in scopes


def agent_of(connection: HTTPConnection) -> str:
    """What the browser or program calls itself."""
    return connection.headers.get("user-agent", "")


def is_page(connection: HTTPConnection) -> bool:
    """Whether a script of some page asks: browsers say where it runs, or send the cookie."""
    told = ("origin", "sec-fetch-site")
    return COOKIE in connection.cookies or any(name in connection.headers for name in told)


def address_of(connection: HTTPConnection) -> str:
    """The address that asks."""
    # Over a socket in the file system nobody has an address, unless a trusted proxy tells one.
    return connection.client.host if connection.client else "unknown"


def names_somebody(connection: HTTPConnection) -> bool:
    """Whether a request says who asks, rightly or not."""
    token, _ = _token(connection)
    return token is not None


def _token(connection: HTTPConnection) -> tuple[str | None, bool]:
    """The identity's token, and whether the request named it itself, as no browser does for a page
    that does not know it."""
    scheme, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials and not is_embed_token(credentials.strip()):
        return credentials.strip(), True
    # Browsers send no header of a page's with a WebSocket but the names of subprotocols.
    for offered in connection.scope.get("subprotocols", ()):
        if offered.startswith(BEARER_PROTOCOL):
            return offered.removeprefix(BEARER_PROTOCOL), True
    return connection.cookies.get(COOKIE), False
