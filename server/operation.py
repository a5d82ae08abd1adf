"""Operations: what the server does at each address, for its router and for its document."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from phosphene.api_keys import KeyScope
from phosphene.cors import CORS, preflight
from phosphene.errors import PhospheneError
from phosphene.language import VARIES
from phosphene.ratelimit_headers import SERVICE_LIMITS, ServiceLimit, rate_limit_field
from phosphene.web import JSON, Endpoint, is_known, problem

Caller = Literal["anybody", "reader", "viewer", "person", "moderator", "operator"]
"""Who an operation is for: anybody, whoever they are; a reader, who finds what is theirs marked; a
viewer of a clip, who needs a token of a private one; a person, who becomes a guest where they are
nobody yet; a moderator; an operator, by a role or by the shared token."""
KeyUse = KeyScope | Literal["any", "none"]
"""Which API keys may use an operation: those with a scope, any, or none."""
OPERATION: Final = "phosphene.operation"
"""Where a request keeps what is asked for (an ASGI scope's own entries are the application's)."""
REVALIDATED: Final = "private, no-cache"


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one path: what it takes, what it answers and the function that does it.

    ``body``, ``answer`` and ``query`` are types, ``body_type`` and ``answer_type`` media types.
    ``makes``: whether a POST of somebody known makes something, and so takes an Idempotency-Key.
    ``limit`` names the allowance that a call is taken from. ``headers`` of the answer and ``takes``
    of the request are described in the document. ``keys``: which API keys may do what a person
    may. ``also``: further statuses, of no content but 206; ``told``: those whose answer is of the
    same type. ``middleware`` lies around the whole path.
    """

    method: str
    path: str
    summary: str
    endpoint: Endpoint
    name: str = ""
    caller: Caller = "anybody"
    keys: KeyUse = "none"
    body: Any = None
    body_type: str = JSON
    body_optional: bool = False
    answer: Any = None
    answer_type: str = JSON
    status: int = 200
    query: type[Struct] | None = None
    errors: tuple[int, ...] = ()
    makes: bool = True
    limit: str = ""
    headers: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    also: tuple[int, ...] = ()
    told: tuple[int, ...] = ()
    shared: bool = True
    middleware: tuple[Middleware, ...] = ()

    @property
    def id(self) -> str:
        """Its name in the document."""
        return self.name or self.endpoint.__name__

    @property
    def takes_key(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        known = self.caller in {"person", "moderator", "operator"}
        return self.method == "POST" and self.makes and known

    @property
    def for_keys(self) -> KeyUse:
        """Which API keys may use it."""
        return "any" if self.caller in {"anybody", "reader", "viewer"} else self.keys

    @property
    def revalidates(self) -> bool:
        """Whether its answer has an ETag made from its bytes."""
        return self.method == "GET" and self.answer_type == JSON


def routes(
    operations: Iterable[Operation], policies: Mapping[str, str] | None = None
) -> list[Route]:
    """One route per path, which knows all its methods: so Allow is right everywhere. ``policies``:
    what RateLimit-Policy says of each kind of limit."""
    by_path: dict[str, list[Operation]] = {}
    for one in operations:
        by_path.setdefault(one.path, []).append(one)
    # A route of Starlette for each method would answer 405 with the methods of one of them only.
    return [_route(path, some, policies or {}) for path, some in by_path.items()]


def _route(path: str, operations: Sequence[Operation], policies: Mapping[str, str]) -> Route:
    by_method = {one.method: one for one in operations}
    if "GET" in by_method:
        by_method.setdefault("HEAD", by_method["GET"])
    methods = ", ".join(sorted({*by_method, "OPTIONS"}))
    shared = any(one.shared for one in operations)

    async def dispatch(request: Request) -> Response:
        operation, limits = by_method.get(request.method), list[ServiceLimit]()
        SERVICE_LIMITS.set(limits)
        request.scope[OPERATION] = operation
        response = await _respond(request, operation)
        _say_limits(response, operation.limit if operation else "", limits, policies)
        if shared:
            response.headers.update(CORS)
        if request.method == "OPTIONS":
            response.headers.update(preflight(methods) if shared else {"Allow": methods})
        return response

    around = [one for operation in operations for one in operation.middleware]
    return Route(path, dispatch, methods=methods.split(", "), middleware=around)


def _say_limits(
    response: Response, kind: str, limits: Sequence[ServiceLimit], policies: Mapping[str, str]
) -> None:
    """The policies of the operation and of what else was counted (a guest who was made), and what
    they leave."""
    kinds = dict.fromkeys([kind, *(one.policy.partition("-")[0] for one in limits)])
    stated = [one.stated for one in limits if one.stated]
    if told := [*(policies[one] for one in kinds if one in policies), *stated]:
        response.headers["RateLimit-Policy"] = ", ".join(told)
    if limits:
        response.headers["RateLimit"] = rate_limit_field(limits)


async def _respond(request: Request, operation: Operation | None) -> Response:
    """What the operation answers, its problems included; OPTIONS need not be one."""
    if operation is None:
        return Response(status_code=204)
    try:
        response = await operation.endpoint(request)
    except PhospheneError as error:
        return problem(error)
    return _revalidated(request, response) if operation.revalidates else response


def _revalidated(request: Request, response: Response) -> Response:
    """The answer with an ETag of its bytes, or 304 to who has them (RFC 9110); what must not be
    kept is left as it is."""
    headers = response.headers
    if response.status_code != 200 or "no-store" in headers.get("cache-control", ""):
        return response
    # Of the bytes, and no version of a row: an answer is made of several rows and of who asks, and
    # the bytes are there anyway.
    digest = hashlib.blake2b(bytes(response.body), digest_size=12).hexdigest()
    headers.setdefault("ETag", f'W/"{digest}"')  # weak: it is one version, compressed or not
    headers.setdefault("Cache-Control", REVALIDATED)
    headers.setdefault("Vary", f"Authorization, {VARIES}")
    if not is_known(request.headers.get("if-none-match", ""), headers["ETag"].removeprefix("W/")):
        return response
    kept = {name: headers[name] for name in ("ETag", "Cache-Control", "Vary")}
    return Response(status_code=304, headers=kept)
