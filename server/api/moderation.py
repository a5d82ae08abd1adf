"""The report desk: what is reported, what is decided of it, and how that is taken back."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE, ListQuery
from phosphene.operation import Operation
from phosphene.people.free_text import clean_words
from phosphene.reports import Cases, Decider, Decision, Decisions, NewDecision
from phosphene.store.desk_statistics import DeskStatistics
from phosphene.store.moderation_store import ModerationStore
from phosphene.studio.moderator import Moderator
from phosphene.web import answer, read_json, read_query


class ModerationRoutes:
    def __init__(
        self, moderation: ModerationStore, moderator: Moderator, deciders: Deciders
    ) -> None:
        self._moderation = moderation
        self._moderator = moderator
        self._deciders = deciders

    async def list_cases(self, request: Request, by: Decider) -> Response:
        found = await self._moderation.list_cases()
        return answer(found, headers=PRIVATE)

    async def list_decisions(self, request: Request, by: Decider) -> Response:
        query = read_query(request, ListQuery)
        page = await self._moderation.list_decisions(limit=query.limit, cursor=query.cursor)
        return answer(page, headers=PRIVATE)

    async def list_held_remixes(self, request: Request, by: Decider) -> Response:
        return answer(await self._moderation.list_held(), headers=PRIVATE)

    async def get_statistics(self, request: Request, by: Decider) -> Response:
        return answer(await self._moderation.get_statistics(), headers=PRIVATE)

    async def decide(self, request: Request, by: Decider) -> Response:
        new = await read_json(request, NewDecision)
        new = replace(new, note=clean_words(new.note), reference=clean_words(new.reference))
        return answer(await self._moderator.decide(new, by), 201, PRIVATE)

    async def undo(self, request: Request, by: Decider) -> Response:
        decision = await self._moderator.undo(request.path_params["decision"], by)
        return answer(decision, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        decisions, wraps = "/v1/moderation/decisions", self._deciders.with_role
        return [
            Operation(
                method="GET",
                path="/v1/moderation/cases",
                summary="What is reported and not decided, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.list_cases),
                answer=Cases,
                errors=(401, 403),
            ),
            Operation(
                method="GET",
                path="/v1/moderation/held-remixes",
                summary="What is held with the clip that it was made of, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.list_held_remixes),
                answer=Decisions,
                errors=(401, 403),
            ),
            self._of_statistics(),
            Operation(
                method="GET",
                path=decisions,
                summary="What was decided, by whom and when, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.list_decisions),
                query=ListQuery,
                answer=Decisions,
                errors=(400, 401, 403, 422),
            ),
            Operation(
                method="POST",
                path=decisions,
                summary="Decide of a clip, a comment or a person, for moderators",
                name="create_decision",
                caller="moderator",
                endpoint=wraps("moderator", self.decide),
                body=NewDecision,
                answer=Decision,
                status=201,
                errors=(400, 401, 403, 404, 409, 413, 415, 422),
            ),
            Operation(
                method="DELETE",
                path=decisions + "/{decision}",
                summary="Take a decision back: what it took is there again, for moderators",
                name="undo_decision",
                caller="moderator",
                endpoint=wraps("moderator", self.undo),
                answer=Decision,
                errors=(401, 403, 404, 409, 422),
            ),
        ]

    def _of_statistics(self) -> Operation:
        return Operation(
            method="GET",
            path="/v1/moderation/statistics",
            summary="How the desk works, in numbers, for moderators",
            name="get_desk_statistics",
            caller="moderator",
            endpoint=self._deciders.with_role("moderator", self.get_statistics),
            answer=DeskStatistics,
            errors=(401, 403),
        )
