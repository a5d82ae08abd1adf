"""Routes of minors: said of oneself, or by operators and who verifies ages for them."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.model import Person
from phosphene.operation import Operation
from phosphene.store.minor_store import MinorStore
from phosphene.store.minors import SaidBy
from phosphene.store.people_store import PeopleStore
from phosphene.trust.operators import holds_token
from phosphene.trust.rate_limits import RateLimits


class MinorRoutes:
    """``verifier_token``: by what an age verifier is known; empty: there is none. ``forget_face``
    lets go of what is kept of somebody's face."""

    def __init__(
        self,
        minors: MinorStore,
        people: PeopleStore,
        limits: RateLimits,
        visitors: Visitors,
        deciders: Deciders,
        verifier_token: str,
        forget_face: Callable[[str], Awaitable[None]],
    ) -> None:
        self._minors = minors
        self._people = people
        self._limits = limits
        self._visitors = visitors
        self._deciders = deciders
        self._verifier = verifier_token.encode()
        self._forget_face = forget_face

    async def declare_minor(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._mark(visitor.person.id, "self")
        return Response(status_code=204)

    async def mark_minor(self, request: Request) -> Response:
        await self._mark((await self._person(request)).id, "operator")
        return Response(status_code=204)

    async def _mark(self, person_id: str, said_by: SaidBy) -> None:
        await self._minors.mark_minor(person_id, said_by)
        # Of a minor's face nothing is kept, whatever was said when it was.
        await self._forget_face(person_id)

    async def unmark_minor(self, request: Request) -> Response:
        await self._minors.unmark_minor((await self._person(request)).id)
        return Response(status_code=204)

    def operations(self) -> list[Operation]:
        """All three."""
        return [
            Operation(
                method="PUT",
                path="/v1/me/minor",
                summary="Say that one is a minor: one is protected, until an operator ends that",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.declare_minor, suspended=True),
                status=204,
                errors=(401, 403, 429),
            ),
            self._of_operator("PUT", "Protect somebody as a minor", self.mark_minor),
            self._of_operator("DELETE", "Protect somebody as a minor no more", self.unmark_minor),
        ]

    def _of_operator(
        self, method: str, summary: str, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Operation:
        async def asked(request: Request) -> Response:
            if not holds_token(request.headers.get("authorization", ""), self._verifier):
                await self._deciders.need_role(request, "operator")
            return await endpoint(request)

        asked.__name__ = endpoint.__name__
        return Operation(
            method=method,
            path="/v1/operator/minors/{handle}",
            summary=f"{summary}, for operators and for who verifies ages for them",
            caller="operator",
            endpoint=asked,
            status=204,
            errors=(401, 403, 404),
        )

    async def _person(self, request: Request) -> Person:
        handle = request.path_params["handle"].removeprefix("@")
        return await self._people.find_person(handle)
