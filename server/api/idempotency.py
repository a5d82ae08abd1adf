"""The same POST twice does one thing: Idempotency-Key (draft-ietf-httpapi-idempotency-key)."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.errors import Unprocessable
from phosphene.store.store import Repeated, Reservation, Store
from phosphene.web import idempotency_key, read_bytes

REPEATED: Final = ("content-type", "location", "cache-control")
"""Headers of an answer that are kept with it."""


class KeptAnswer(Struct, frozen=True, array_like=True):
    """An answer, and what it is the answer to."""

    asked: bytes
    status: int
    headers: dict[str, str]
    body: bytes


class RepeatMark(Struct, frozen=True):
    """What a person's request is known by when it comes again."""

    key: str
    asked: bytes

    def to_reservation(self, response: Response) -> Reservation:
        """The response as it is kept under the key."""
        headers = {name: response.headers[name] for name in REPEATED if name in response.headers}
        kept = KeptAnswer(self.asked, response.status_code, headers, bytes(response.body))
        return Reservation(self.key, msgspec.msgpack.encode(kept))

    def repeat_answer(self, kept: bytes) -> Response:
        """The earlier answer. Raises Unprocessable: it was to another request."""
        earlier = msgspec.msgpack.decode(kept, type=KeptAnswer)
        if earlier.asked != self.asked:
            raise Unprocessable("this Idempotency-Key was used for another request")
        return Response(earlier.body, earlier.status, earlier.headers)


async def respond_once(
    store: Store, request: Request, person_id: str, respond: Callable[[], Awaitable[Response]]
) -> Response:
    """What ``respond`` gives, or what it gave to the same request of this person within 24 hours.
    A problem is not kept: the same key may try again.

    Raises:
        BadInput: no such key. Unprocessable: the key was used for another request.
    """
    mark = await _mark(request, person_id)
    if mark is None:
        return await respond()
    if earlier := await store.recall_answer(mark.key):
        return mark.repeat_answer(earlier)
    request.state.mark = mark
    try:
        response = await respond()
    except Repeated as repeated:
        return mark.repeat_answer(repeated.answer)
    made = mark.to_reservation(response)
    # Two that came at once both got here: the first one's answer is everybody's.
    earlier = await store.keep_answer(made.key, made.answer)
    return mark.repeat_answer(earlier) if earlier else response


def reservation(request: Request, response: Response) -> Reservation | None:
    """For who makes something in one transaction with its answer: what to keep in it."""
    mark: RepeatMark | None = getattr(request.state, "mark", None)
    return mark.to_reservation(response) if mark is not None else None


def made_id(request: Request) -> str | None:
    """An id for what the request makes, the same when it comes again; None without a key."""
    mark: RepeatMark | None = getattr(request.state, "mark", None)
    return hashlib.blake2b(mark.key.encode(), digest_size=16).hexdigest() if mark else None


async def _mark(request: Request, person_id: str) -> RepeatMark | None:
    key = idempotency_key(request)
    if key is None:
        return None
    asked = hashlib.blake2b(f"{request.method} {request.url.path}\n".encode(), digest_size=16)
    # With the body: a key that comes again with another text is a mistake of the client, and the
    # earlier clip as its answer would hide it.
    asked.update(await read_bytes(request))
    # Of this person only: whoever happens to choose the same key must not be given their answer.
    return RepeatMark(f"{person_id}:{key}", asked.digest())
