"""Routes of limits that one sets for oneself, and the gate that holds them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.errors import Unauthorized
from phosphene.operation import Operation
from phosphene.people.watch_limiter import OwnLimits, WatchLimiter
from phosphene.store.watch_limits import WatchLimits
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json

WATCHING: Final = frozenset(
    {
        ("GET", "/v1/feed"),
        ("POST", "/v1/feed"),
        ("GET", "/v1/feed/following"),
        ("GET", "/v1/clips"),
        ("GET", "/v1/explore"),
        ("POST", "/v1/whep"),
        ("PUT", "/v1/whep/{session_id}"),
        ("POST", "/v1/clips/{clip_id}/whep"),
        ("GET", "/v1/clips/{clip_id}/video.mp4"),
        ("GET", "/v1/clips/{clip_id}/half.mp4"),
        ("GET", "/v1/clips/{clip_id}/download.mp4"),
        ("GET", "/v1/clips/{clip_id}/birth.mp4"),
        ("GET", "/v1/clips/{clip_id}/hls/index.m3u8"),
        ("GET", "/v1/clips/{clip_id}/hls/live/{name}"),
        ("GET", "/v1/clips/{clip_id}/hls/file/{name}"),
        ("GET", "/v1/clips/{clip_id}/hls/half/{name}"),
    }
)
"""What shows clips one after the other, or their pictures: closed to who rests."""


class WatchLimitRoutes:
    def __init__(self, limiter: WatchLimiter, limits: RateLimits, visitors: Visitors) -> None:
        self._limiter = limiter
        self._limits = limits
        self._visitors = visitors

    def gate(self, operations: Sequence[Operation]) -> list[Operation]:
        """The same operations; those of ``WATCHING`` answer who rests with a problem."""
        return [
            self._gated(one) if (one.method, one.path) in WATCHING else one for one in operations
        ]

    async def read_limits(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._limiter.get_limits(visitor.person.id), headers=PRIVATE)

    async def change_limits(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, WatchLimits)
        await self._count(visitor)
        return answer(await self._limiter.set_limits(visitor.person.id, new), headers=PRIVATE)

    async def extend_time(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        return answer(await self._limiter.extend_time(visitor.person.id), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All three; also for who may only read."""
        own: dict[str, Any] = {"caller": "person", "answer": OwnLimits}
        return [
            Operation(
                method="GET",
                path="/v1/me/limits",
                summary="The limits that one set for oneself, and how much one has watched",
                endpoint=self._asked(self.read_limits),
                errors=(401, 403),
                **own,
            ),
            Operation(
                method="PUT",
                path="/v1/me/limits",
                summary="Set limits for oneself: looser ones hold from the next day on",
                endpoint=self._asked(self.change_limits),
                limit="write",
                body=WatchLimits,
                errors=(400, 401, 403, 413, 415, 422, 429),
                **own,
            ),
            Operation(
                method="POST",
                path="/v1/me/limits/extension",
                summary="Five minutes more, once a day, for who allowed that to themselves",
                endpoint=self._asked(self.extend_time),
                makes=False,
                limit="write",
                errors=(401, 403, 409, 429),
                **own,
            ),
        ]

    def _asked(self, endpoint: Any) -> Callable[[Request], Any]:
        return with_visitor(self._visitors, endpoint, once=False, suspended=True)

    def _gated(self, operation: Operation) -> Operation:
        endpoint = operation.endpoint

        async def gated(request: Request) -> Response:
            known = None
            # Who cannot be known has set no limits; the endpoint says what is wrong with a token.
            with suppress(Unauthorized):
                known = await self._visitors.known_login(request)
            # Told with the login: nearly nobody has limits, and each piece of a stream comes by.
            if known is not None and known.limited:
                await self._limiter.check_awake(known.person.id)
            return await endpoint(request)

        gated.__name__ = endpoint.__name__
        errors = tuple(sorted({*operation.errors, 403}))
        return replace(operation, endpoint=gated, errors=errors)

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
