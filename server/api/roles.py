"""Routes of roles: who has one; operators give and take them."""

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders, need_proof
from phosphene.api.paging import PRIVATE
from phosphene.operation import Operation
from phosphene.reports import Decider, NewRole, RoleHolders
from phosphene.store.moderation_store import ModerationStore
from phosphene.store.people_store import PeopleStore
from phosphene.web import answer, read_json


class RoleRoutes:
    def __init__(
        self, moderation: ModerationStore, people: PeopleStore, deciders: Deciders
    ) -> None:
        self._moderation = moderation
        self._people = people
        self._deciders = deciders

    async def list_roles(self, request: Request, by: Decider) -> Response:
        return answer(await self._holders(), headers=PRIVATE)

    async def give_role(self, request: Request, by: Decider) -> Response:
        need_proof(by)
        new = await read_json(request, NewRole)
        person = await self._people.find_person(_handle(request))
        await self._moderation.give_role(person, new.role, by)
        return answer(await self._holders(), headers=PRIVATE)

    async def take_role(self, request: Request, by: Decider) -> Response:
        need_proof(by)
        person = await self._people.find_person(_handle(request))
        await self._moderation.take_role(person.id, by)
        return answer(await self._holders(), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        one, wraps = "/v1/operator/roles/{handle}", self._deciders.with_role
        return [
            Operation(
                method="GET",
                path="/v1/operator/roles",
                summary="Who has a role, for operators",
                caller="operator",
                endpoint=wraps("operator", self.list_roles),
                answer=RoleHolders,
                errors=(401, 403),
            ),
            Operation(
                method="PUT",
                path=one,
                summary="Give somebody with an account a role, for operators",
                caller="operator",
                endpoint=wraps("operator", self.give_role),
                body=NewRole,
                answer=RoleHolders,
                errors=(400, 401, 403, 404, 413, 415, 422),
            ),
            Operation(
                method="DELETE",
                path=one,
                summary="Take somebody's role, for operators",
                caller="operator",
                endpoint=wraps("operator", self.take_role),
                answer=RoleHolders,
                errors=(401, 403, 404),
            ),
        ]

    async def _holders(self) -> RoleHolders:
        return RoleHolders(await self._moderation.list_roles())


def _handle(request: Request) -> str:
    return str(request.path_params["handle"]).removeprefix("@")
