"""What everybody reads of the registry of rights: its log, an entry, and what an entry says of a
sentence."""

from collections.abc import Awaitable, Callable
from typing import Final

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE, LogQuery
from phosphene.api.rights_page import rights_page
from phosphene.api.visitors import Visitors, address_of
from phosphene.operation import Operation
from phosphene.rights import Right, RightDetails, RightsLog, RightTried, RightTry
from phosphene.store.refusal_count_store import RefusalCountStore
from phosphene.store.rights_store import RightsStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query, translated_refusal

COUNTED_DAYS: Final = 90
"""Days of which an entry says how often it spoke."""


class RightsReading:
    """``describe`` says how an entry speaks, ``try_text`` what it says of a text."""

    def __init__(
        self,
        store: RightsStore,
        counts: RefusalCountStore,
        describe: Callable[[Right], Awaitable[RightDetails]],
        try_text: Callable[[Right, str], Awaitable[RightTried]],
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._store = store
        self._counts = counts
        self._describe = describe
        self._try_text = try_text
        self._limits = limits
        self._visitors = visitors

    async def get_right(self, request: Request) -> Response:
        right = await self._store.get_right(request.path_params["right"])
        days = await self._counts.list_right_days(right.id, COUNTED_DAYS)
        return answer(replace(await self._describe(right), days=days))

    async def try_right(self, request: Request) -> Response:
        tried = await read_json(request, RightTry)
        # As of a reading: no guest is made for a question.
        person = await self._visitors.known_person(request)
        await self._limits.count_act("reading", person.id if person else None, address_of(request))
        right = await self._store.get_right(request.path_params["right"])
        told = await self._try_text(right, tried.text)
        said = told.refusal and translated_refusal(told.refusal)
        return answer(replace(told, refusal=said), headers=PRIVATE)

    async def read_rights_log(self, request: Request) -> Response:
        query = read_query(request, LogQuery)
        return answer(await self._store.read_log(query.before, query.limit))

    async def read_page(self, request: Request) -> Response:
        return rights_page()

    def operations(self) -> list[Operation]:
        """All of them."""
        entry = "/v1/rights/{right}"
        return [
            Operation(
                method="GET",
                path="/v1/rights-log",
                summary="What happened in the registry of rights, newest first",
                endpoint=self.read_rights_log,
                query=LogQuery,
                answer=RightsLog,
                errors=(422,),
            ),
            Operation(
                method="GET",
                path=entry,
                summary="An entry of the registry of rights, how it speaks and how often it did",
                endpoint=self.get_right,
                answer=RightDetails,
                errors=(404,),
            ),
            Operation(
                method="POST",
                path=f"{entry}/tries",
                summary="What an entry says of a sentence: nothing is drawn, counted or kept",
                caller="reader",
                limit="reading",
                endpoint=self.try_right,
                body=RightTry,
                answer=RightTried,
                errors=(400, 401, 403, 404, 408, 413, 415, 422, 429),
            ),
            *self._pages(),
        ]

    def _pages(self) -> list[Operation]:
        summaries = {
            "/rights": ("read_rights_page", "The registry of rights, as a page"),
            "/rights/{right}": ("read_right_page", "An entry of the registry, as a page"),
        }
        return [
            Operation(
                method="GET",
                path=path,
                summary=summary,
                name=name,
                endpoint=self.read_page,
                answer=str,
                answer_type="text/html",
                shared=False,
            )
            for path, (name, summary) in summaries.items()
        ]
