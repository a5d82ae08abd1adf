"""Routes of appeals: what was decided of one's own, asking for another look, and the answer."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.errors import Unusable
from phosphene.events import Publish
from phosphene.operation import Operation
from phosphene.people.free_text import clean_words
from phosphene.reports import (
    Appeal,
    AppealAnswer,
    Appeals,
    Decider,
    NewAppeal,
    OwnDecision,
    OwnDecisions,
)
from phosphene.store.moderation_store import ModerationStore
from phosphene.studio.moderator import Moderator
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query


class AppealsQuery(Struct, frozen=True):
    """``which``: those that wait, the oldest first, or the newest that were answered."""

    which: Literal["open", "answered"] = "open"


class AppealRoutes:
    """``publish`` tells what was recorded to whoever is there."""

    def __init__(
        self,
        moderation: ModerationStore,
        moderator: Moderator,
        publish: Publish,
        limits: RateLimits,
        visitors: Visitors,
        deciders: Deciders,
    ) -> None:
        self._moderation = moderation
        self._moderator = moderator
        self._publish = publish
        self._limits = limits
        self._visitors = visitors
        self._deciders = deciders

    async def list_own_decisions(self, request: Request, visitor: Visitor) -> Response:
        found = await self._moderation.list_own_decisions(visitor.person.id)
        return answer(OwnDecisions(found), headers=PRIVATE)

    async def create_appeal(self, request: Request, visitor: Visitor) -> Response:
        words = clean_words((await read_json(request, NewAppeal)).words)
        if not words:
            raise Unusable("words: say why it should be looked at once more")
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        decision_id, person = request.path_params["decision"], visitor.person
        own, recorded = await self._moderation.add_appeal(decision_id, person, words)
        await self._publish(recorded)
        return answer(own, 201, PRIVATE)

    async def list_appeals(self, request: Request, by: Decider) -> Response:
        which = read_query(request, AppealsQuery).which
        found = await self._moderation.list_appeals(answered=which == "answered")
        return answer(Appeals(found), headers=PRIVATE)

    async def answer_appeal(self, request: Request, by: Decider) -> Response:
        given = await read_json(request, AppealAnswer)
        given = replace(given, note=clean_words(given.note))
        appeal = await self._moderator.answer_appeal(request.path_params["decision"], given, by)
        return answer(appeal, headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        wraps = self._deciders.with_role
        return [
            Operation(
                method="GET",
                path="/v1/me/decisions",
                summary="What moderators decided of what is one's own, newest first",
                caller="person",
                endpoint=with_visitor(self._visitors, self.list_own_decisions),
                answer=OwnDecisions,
                errors=(401, 403),
            ),
            Operation(
                method="POST",
                path="/v1/me/decisions/{decision}/appeal",
                summary="Ask for another look at a decision, once, with one's reasons",
                caller="person",
                limit="report",
                endpoint=with_visitor(self._visitors, self.create_appeal, suspended=True),
                body=NewAppeal,
                answer=OwnDecision,
                status=201,
                errors=(400, 401, 403, 404, 409, 413, 415, 422, 429),
            ),
            Operation(
                method="GET",
                path="/v1/moderation/appeals",
                summary="Who asks for another look at what was decided, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.list_appeals),
                query=AppealsQuery,
                answer=Appeals,
                errors=(401, 403, 422),
            ),
            Operation(
                method="PUT",
                path="/v1/moderation/appeals/{decision}",
                summary="Answer an appeal; whoever decided does not, where somebody else can",
                caller="moderator",
                endpoint=wraps("moderator", self.answer_appeal),
                body=AppealAnswer,
                answer=Appeal,
                errors=(400, 401, 403, 404, 409, 413, 415, 422),
            ),
        ]
