"""Routes of refusals that somebody looks at once more: asking for it, the answer, and the desk."""

import re
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.errors import Unusable
from phosphene.language import translate
from phosphene.operation import Operation
from phosphene.people.free_text import clean_words
from phosphene.refusal_appeals import (
    DeskRule,
    DeskRules,
    NewPhraseTrial,
    NewRefusalAnswer,
    NewRefusalAppeal,
    OwnRefusalAppeal,
    OwnRefusalAppeals,
    PhraseTrial,
    RefusalAppeal,
    RefusalAppeals,
    SecondAppeal,
)
from phosphene.reports import Decider
from phosphene.store.refusal_store import RefusalStore
from phosphene.studio.refusal_desk import RefusalDesk
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query

WRITES = (400, 401, 403, 404, 409, 413, 415, 422)


class RefusalsQuery(Struct, frozen=True):
    """``which``: those that wait, or the newest that were answered."""

    which: Literal["open", "answered"] = "open"


class RefusalRoutes:
    """``store`` tells of one's own, and of what the desk changed in the rules."""

    def __init__(
        self,
        desk: RefusalDesk,
        store: RefusalStore,
        limits: RateLimits,
        visitors: Visitors,
        deciders: Deciders,
    ) -> None:
        self._desk = desk
        self._store = store
        self._limits = limits
        self._visitors = visitors
        self._deciders = deciders

    async def appeal_refusal(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewRefusalAppeal)
        await self._limits.count_refusal_appeal(visitor.address)
        new = replace(new, words=clean_words(new.words))
        refusal_id = request.path_params["refusal"]
        own = await self._desk.add_appeal(refusal_id, new, visitor.person)
        return answer(own, 201, PRIVATE)

    async def ask_again(self, request: Request, visitor: Visitor) -> Response:
        words = clean_words((await read_json(request, SecondAppeal)).words)
        if not words:
            raise Unusable("words: say why somebody else should look")
        await self._limits.count_refusal_appeal(visitor.address)
        refusal_id, second = request.path_params["refusal"], SecondAppeal(words)
        own = await self._desk.ask_again(refusal_id, second, visitor.person)
        return answer(own, headers=PRIVATE)

    async def get_refusal_appeal(self, request: Request, visitor: Visitor) -> Response:
        own = await self._desk.get_own(request.path_params["refusal"], visitor.person)
        return answer(own, headers=PRIVATE)

    async def list_own_refusals(self, request: Request, visitor: Visitor) -> Response:
        found = await self._store.list_own(visitor.person.id)
        return answer(OwnRefusalAppeals(found), headers=PRIVATE)

    async def list_refusal_appeals(self, request: Request, by: Decider) -> Response:
        which = read_query(request, RefusalsQuery).which
        found = await self._desk.list_appeals(answered=which == "answered")
        told = RefusalAppeals([_translated(one) for one in found.appeals], found.open)
        return answer(told, headers=PRIVATE)

    async def try_phrase(self, request: Request, by: Decider) -> Response:
        phrase = (await read_json(request, NewPhraseTrial)).phrase
        trial = await self._desk.try_phrase(request.path_params["appeal"], phrase)
        return answer(trial, headers=PRIVATE)

    async def answer_refusal_appeal(self, request: Request, by: Decider) -> Response:
        given = await read_json(request, NewRefusalAnswer)
        given = replace(given, note=clean_words(given.note))
        told = await self._desk.answer_refusal_appeal(request.path_params["appeal"], given, by)
        return answer(told, headers=PRIVATE)

    async def list_desk_rules(self, request: Request, by: Decider) -> Response:
        return answer(DeskRules(await self._store.list_rules()), headers=PRIVATE)

    async def undo_desk_rule(self, request: Request, by: Decider) -> Response:
        change = request.path_params["change"]
        seq = int(change) if re.fullmatch(r"[0-9]{1,9}", change) else 0
        return answer(await self._store.undo_rule(seq, by), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        return [*self._of_everybody(), *self._of_the_desk()]

    def _of_everybody(self) -> list[Operation]:
        ask, appeal = partial(person_operation, self._visitors), "/v1/refusals/{refusal}/appeal"
        return [
            ask(
                "POST",
                appeal,
                "Ask for another look at a refusal, with the prompt",
                self.appeal_refusal,
                body=NewRefusalAppeal,
                answer=OwnRefusalAppeal,
                status=201,
                errors=(*WRITES, 429),
            ),
            ask(
                "PUT",
                appeal,
                "Ask for a look by somebody else, once, with one's reasons",
                self.ask_again,
                body=SecondAppeal,
                answer=OwnRefusalAppeal,
                errors=(*(one for one in WRITES if one != 409), 429),
            ),
            ask(
                "GET",
                appeal,
                "What came of it",
                self.get_refusal_appeal,
                answer=OwnRefusalAppeal,
                errors=(401, 403, 404),
            ),
            ask(
                "GET",
                "/v1/me/refusals",
                "Refusals that one wanted looked at once more, newest first",
                self.list_own_refusals,
                answer=OwnRefusalAppeals,
                errors=(401, 403),
            ),
        ]

    def _of_the_desk(self) -> list[Operation]:
        wraps, one = self._deciders.with_role, "/v1/moderation/refusals/{appeal}"
        return [
            Operation(
                method="GET",
                path="/v1/moderation/refusals",
                summary="Who asks for another look at a refusal, beside the rules that spoke",
                caller="moderator",
                endpoint=wraps("moderator", self.list_refusal_appeals),
                query=RefusalsQuery,
                answer=RefusalAppeals,
                errors=(401, 403, 422),
            ),
            Operation(
                method="PUT",
                path=one,
                summary="Answer an appeal of a refusal: right, wrong this once, wrong rule, unsure",
                caller="moderator",
                endpoint=wraps("moderator", self.answer_refusal_appeal),
                body=NewRefusalAnswer,
                answer=RefusalAppeal,
                errors=WRITES,
            ),
            Operation(
                method="POST",
                path=f"{one}/trials",
                summary="What would be drawn if a phrase of the prompt were innocent",
                caller="moderator",
                endpoint=wraps("moderator", self.try_phrase),
                body=NewPhraseTrial,
                answer=PhraseTrial,
                errors=WRITES,
            ),
            Operation(
                method="GET",
                path="/v1/moderation/rules",
                summary="What the desk changed in the rules",
                caller="moderator",
                endpoint=wraps("moderator", self.list_desk_rules),
                answer=DeskRules,
                errors=(401, 403),
            ),
            Operation(
                method="DELETE",
                path="/v1/moderation/rules/{change}",
                summary="Take such a change back",
                caller="moderator",
                endpoint=wraps("moderator", self.undo_desk_rule),
                answer=DeskRule,
                errors=(401, 403, 404),
            ),
        ]


def _translated(appeal: RefusalAppeal) -> RefusalAppeal:
    """An appeal whose rule speaks the language of the request."""
    seen = appeal.seen
    if seen is None:
        return appeal
    return replace(appeal, seen=replace(seen, message=translate(seen.message)))
