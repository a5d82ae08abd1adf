"""Routes of reports: say that something breaks the rules, and look what came of it."""

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.events import Publish
from phosphene.operation import Operation
from phosphene.people.free_text import clean_words
from phosphene.reports import NewReport, Receipt, Receipts, check_report
from phosphene.store.moderation_store import ModerationStore
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json


class ReportRoutes:
    """``publish`` tells what was recorded to whoever is there."""

    def __init__(
        self,
        moderation: ModerationStore,
        publish: Publish,
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._moderation = moderation
        self._publish = publish
        self._limits = limits
        self._visitors = visitors

    async def create_report(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewReport)
        # Not by the policy: who reports an insult says it.
        new = replace(
            new,
            words=clean_words(new.words),
            name=clean_words(new.name),
            email=new.email.strip(),
        )
        check_report(new)
        await self._limits.count_act("report", visitor.person.id, visitor.address)
        receipt, recorded = await self._moderation.add_report(new, visitor.person)
        await self._publish(recorded)
        return answer(receipt, 201, {"Location": f"/v1/reports/{receipt.id}", **PRIVATE})

    async def read_report(self, request: Request, visitor: Visitor) -> Response:
        report_id = request.path_params["report"]
        receipt = await self._moderation.get_receipt(report_id, visitor.person.id)
        return answer(receipt, headers=PRIVATE)

    async def list_reports(self, request: Request, visitor: Visitor) -> Response:
        found = await self._moderation.list_receipts(visitor.person.id)
        return answer(Receipts(found), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """All of them."""
        return [
            Operation(
                method="POST",
                path="/v1/reports",
                summary="Report a clip, a comment or a person; once more replaces the words",
                caller="person",
                limit="report",
                endpoint=with_visitor(self._visitors, self.create_report),
                body=NewReport,
                answer=Receipt,
                status=201,
                headers=("Location",),
                errors=(400, 401, 403, 404, 413, 415, 422, 429),
            ),
            Operation(
                method="GET",
                path="/v1/reports/{report}",
                summary="What became of a report of one's own",
                caller="person",
                endpoint=with_visitor(self._visitors, self.read_report),
                answer=Receipt,
                errors=(401, 403, 404),
            ),
            Operation(
                method="GET",
                path="/v1/me/reports",
                summary="What one reported",
                caller="person",
                endpoint=with_visitor(self._visitors, self.list_reports),
                answer=Receipts,
                errors=(401, 403),
            ),
        ]
