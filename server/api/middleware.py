"""Pure ASGI middleware: what holds of every request, whoever asks for whatever."""

import re
import secrets
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phosphene.api.loop_time import LoopTime, See
from phosphene.cors import ASKED, METHODS, PREFLIGHT_S, TOLD
from phosphene.errors import AddressTooLong
from phosphene.imprint import IMPRINT, NOBODY, Imprint
from phosphene.language import LANGUAGE, choose_language
from phosphene.logs import REQUEST_ID
from phosphene.trust.origins import Origins
from phosphene.web import REQUEST_ID_HEADER, problem

FIT: Final = re.compile(r"[A-Za-z0-9_.~:/+=@-]{1,128}")
"""What is taken of others; ids of Envoy, nginx, CloudFront and W3C traces fit."""

# Redirects are held to a policy, too (CSP 3, 4.1).
SHOWING: Final = re.compile(r"(?:img|media|connect)-src [^;]*")

ANSWERS: Final = {"http.response.start", "websocket.accept", "websocket.http.response.start"}

# Bytes of path and query; proxies in front take 8 to 32 KiB.
ADDRESS_LIMIT: Final = 16 * 1024


class RequestIds:
    """Pure ASGI middleware, outside of all others: a request keeps the ``X-Request-Id`` that its
    client or a proxy gave it, if it is fit for a log, and else gets one of 64 random bits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        # One that holds anything else could write lines of its own into a log.
        request_id = given if FIT.fullmatch(given) else secrets.token_hex(8)
        # It stays set: when the application raises, the server logs that in the same task.
        REQUEST_ID.set(request_id)
        added = (REQUEST_ID_HEADER.lower().encode(), request_id.encode())

        async def add(message: Message) -> None:
            if message["type"] in ANSWERS:
                message["headers"] = [*message.get("headers", ()), added]
            await send(message)

        await self._app(scope, receive, add)


class Languages:
    """Pure ASGI middleware: what a request is answered with is in its language, and so is what is
    told on a socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            headers = Headers(scope=scope)
            asked, cookie = headers.get("accept-language", ""), headers.get("cookie", "")
            LANGUAGE.set(choose_language(asked, cookie))
        await self._app(scope, receive, send)


class Imprints:
    """Pure ASGI middleware: every answer knows who runs this place, and under which terms."""

    def __init__(self, app: ASGIApp, imprint: Imprint) -> None:
        self._app = app
        self._imprint = imprint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            IMPRINT.set(self._imprint)
        await self._app(scope, receive, send)


class Bounds:
    """Pure ASGI middleware: a longer address is answered with 414, and a socket is not opened."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Above what proxies let through, below what costs anything. The taste of a visit is no part
        # of an address: in one it was 7.4 kB, where nginx takes a line of 8.
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) <= ADDRESS_LIMIT:
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        error = AddressTooLong(f"an address here may have {ADDRESS_LIMIT} bytes at most")
        return await problem(error)(scope, receive, send)


class Nosniff:
    """Pure ASGI middleware: no answer's type is guessed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


class FilmOrigins:
    """Pure ASGI middleware: pages may show what lies at these origins, where films are read."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = " ".join(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = MutableHeaders(scope=message)
                if found := policy.get("Content-Security-Policy"):
                    policy["Content-Security-Policy"] = SHOWING.sub(
                        lambda one: f"{one[0]} {self._origins}", found
                    )
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


class AllowedOrigins:
    """Pure ASGI middleware. All other origins are answered as each route says, and caches are told
    that these are other answers."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._allowed = origins.allowed
        self._shared = CORSMiddleware(
            app,
            allow_origins=sorted(origins.allowed),
            allow_methods=METHODS,
            allow_headers=ASKED,
            allow_credentials=True,
            expose_headers=TOLD,
            max_age=PREFLIGHT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._allowed:
            await self._app(scope, receive, send)
            return
        if Headers(scope=scope).get("origin") in self._allowed:
            await self._shared(scope, receive, send)
            return

        # Else a film that another page was given with ``*`` comes out of the browser's cache to a
        # page that asks with credentials, and is refused there (Fetch, 3.3.5).
        async def vary(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, vary)


def for_all_requests(
    origins: Origins, see: See, films: Sequence[str] = (), imprint: Imprint = NOBODY
) -> list[Middleware]:
    """All of them, the outermost first; ``see`` is told how long requests hold the loop, ``films``
    are origins where films are read, ``imprint`` says who runs this place."""
    return [
        # First, so that also what refuses a request has its id in the log; times next, so that they
        # hold all that the rest costs.
        Middleware(RequestIds),
        Middleware(Languages),
        Middleware(Imprints, imprint),
        Middleware(LoopTime, see),
        Middleware(Bounds),
        Middleware(Nosniff),
        Middleware(AllowedOrigins, origins),
        *([Middleware(FilmOrigins, films)] if films else ()),
        # Innermost: films and pictures are left out by their types.
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
    ]
