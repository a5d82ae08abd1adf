"""The edge of HTTP: typed bodies in, typed answers out, problems as RFC 9457."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from phosphene.errors import (
    BadInput,
    Forbidden,
    NotInFile,
    PhospheneError,
    Problem,
    Refusal,
    Refused,
    Resting,
    RetryLater,
    TooLarge,
    TooSlow,
    Unauthorized,
    Unconfirmed,
    UnsupportedType,
    Withheld,
)
from phosphene.imprint import IMPRINT, NOBODY
from phosphene.language import LANGUAGE, VARIES, translate
from phosphene.logs import REQUEST_ID

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
JSON = "application/json"
REQUEST_ID_HEADER = "X-Request-Id"
COOKIE: Final = "phosphene_identity"
"""In which a browser keeps the token of its person."""
REFUSALS: Final = (Refused, Withheld, Forbidden)
"""Errors that say by which terms something is not done, and whom one asks."""
KEY_LIMIT: Final = 200
"""Characters of an Idempotency-Key."""
BODY_LIMIT = 64 * 1024
# A body that comes slower holds a connection and nothing else; mediamtx waits as long.
BODY_TIMEOUT_S = 10.0


def as_problem(error: PhospheneError) -> Problem:
    """The problem document of an error, in the language of the request; also what a WebSocket error
    carries."""
    imprint = IMPRINT.get() if isinstance(error, REFUSALS) else NOBODY
    return Problem(
        type=f"/problems/{error.type}",
        title=translate(error.title),
        status=error.status,
        detail=translate(str(error)),
        retry_after_s=error.retry_after_s if isinstance(error, RetryLater) else None,
        refusal=_refusal_of(error),
        rest=error.rest if isinstance(error, Resting) else None,
        contact=imprint.contact,
        terms_url=imprint.terms_url,
        request_id=REQUEST_ID.get(),
    )


def _refusal_of(error: PhospheneError) -> Refusal | None:
    if not isinstance(error, Refused):
        return None
    return translated_refusal(error.refusal)


def translated_refusal(refusal: Refusal) -> Refusal:
    """A refusal in the language of the request."""
    return replace(refusal, message=translate(refusal.message))


def problem(error: PhospheneError) -> Response:
    """The HTTP answer to an error."""
    headers = {}
    if isinstance(error, RetryLater):
        # Whole seconds by RFC 9110 (10.2.3), and never 0: that would ask for the same refusal at
        # once.
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if isinstance(error, NotInFile):
        # With a 416 goes the size that there is, so that a client can ask within it (RFC 9110,
        # 14.4).
        headers["Content-Range"] = f"bytes */{error.size}"
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 9110 asks for a challenge
    # RFC 9470: the login is good, and a proof is wanted that is no older than this.
    if isinstance(error, Unconfirmed):
        headers["WWW-Authenticate"] = (
            f'Bearer error="insufficient_user_authentication", max_age={error.within_s:.0f}'
        )
    return _problem_response(as_problem(error), headers)


async def on_error(request: Request, error: Exception) -> Response:
    """Exception handler for our own errors and for Starlette's (404, 405)."""
    if isinstance(error, PhospheneError):
        return problem(error)
    assert isinstance(error, HTTPException)
    document = Problem(
        type="about:blank",
        title=translate(error.detail),
        status=error.status_code,
        request_id=REQUEST_ID.get(),
    )
    return _problem_response(document, dict(error.headers or {}))


async def on_crash(request: Request, error: Exception) -> Response:
    """Exception handler for what nobody thought of, outside of every middleware: what it was only
    the log says, under the request's id."""
    document = as_problem(PhospheneError("it is in the server's log, under this request_id"))
    return _problem_response(document, {REQUEST_ID_HEADER: REQUEST_ID.get()})


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A typed value as JSON."""
    # 0.2 to 0.3 us for an event, where json.dumps takes 3.1.
    return Response(msgspec.json.encode(value), status, headers, media_type=JSON)


def idempotency_key(request: Request) -> str | None:
    """What names a request that may come again; None without one. Raises BadInput: no such key."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= KEY_LIMIT:
        raise BadInput(f"Idempotency-Key: 1 to {KEY_LIMIT} characters")
    return key


async def read_bytes(
    request: Request, limit: int = BODY_LIMIT, within_s: float | None = None
) -> bytes:
    """The whole body, also when it is asked for again.

    Raises:
        TooLarge: more than ``limit`` bytes; TooSlow: it was not there ``within_s``; BadInput: the
            peer went away.
    """
    within_s = within_s or BODY_TIMEOUT_S
    earlier: bytes | None = getattr(request.state, "body", None)
    if earlier is not None:
        return earlier
    parts = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for part in request.stream():
                parts += part
                if len(parts) > limit:
                    raise TooLarge(f"a body here may hold {limit} bytes at most")
    except TimeoutError:
        raise TooSlow(f"the body did not arrive within {within_s:.0f} s") from None
    except ClientDisconnect:
        raise BadInput("the body ended early") from None
    # Kept for the endpoint: the Idempotency-Key's digest has read it before.
    request.state.body = bytes(parts)
    return bytes(parts)


async def read_json(request: Request, kind: type[T]) -> T:
    """The body as ``kind``; unknown fields are ignored.

    Raises:
        UnsupportedType: not JSON; BadInput: what is wrong and where; see also ``read_bytes``.
    """
    # A body of no type, or of text, may come from any page without a preflight (Fetch, 2.2.2).
    check_type(request, JSON)
    body = await read_bytes(request)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        return _convert(body, kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(error)) from None


def _convert(body: bytes, kind: type[T]) -> T:
    """The same where integers may be written as 5.0, as JSON Schema and some languages do."""
    try:
        return msgspec.convert(_with_integers(msgspec.json.decode(body)), kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(str(error)) from None


def _with_integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_integers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_integers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def check_type(request: Request, wanted: str) -> None:
    """Whether the body is of the media type. Raises UnsupportedType."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise UnsupportedType(f"send {wanted}, not {given or 'a body of no type'}")


def read_query(request: Request, kind: type[T]) -> T:
    """The query string as ``kind``. Raises BadInput."""
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(str(error)) from None


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether a client says with If-None-Match that it has this version (RFC 9110)."""
    # If-None-Match compares weakly (RFC 9110, 13.1.2), and tags of JSON are weak: the same answer
    # goes out compressed and plain.
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(tags & {etag, "*"})


def _problem_response(document: Problem, headers: dict[str, str]) -> Response:
    body = msgspec.json.encode(document)
    told = {"Content-Language": LANGUAGE.get(), "Vary": f"Authorization, {VARIES}"}
    return Response(body, document.status, told | headers, media_type="application/problem+json")
