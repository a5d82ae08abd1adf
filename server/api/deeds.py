"""The audit log: what those who run the place did, for operators."""

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE, LogQuery
from phosphene.operation import Operation
from phosphene.operator_deeds import OperatorDeeds
from phosphene.reports import Decider
from phosphene.store.moderation_store import ModerationStore
from phosphene.web import answer, read_query


class DeedRoutes:
    def __init__(self, moderation: ModerationStore, deciders: Deciders) -> None:
        self._moderation = moderation
        self._deciders = deciders

    async def list_deeds(self, request: Request, by: Decider) -> Response:
        query = read_query(request, LogQuery)
        found = await self._moderation.list_deeds(query.before, query.limit)
        return answer(found, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """The one list."""
        return [
            Operation(
                method="GET",
                path="/v1/operator/deeds",
                summary="What those who run the place did, newest first, for operators",
                caller="operator",
                endpoint=self._deciders.with_role("operator", self.list_deeds),
                query=LogQuery,
                answer=OperatorDeeds,
                errors=(401, 403, 422),
            )
        ]
