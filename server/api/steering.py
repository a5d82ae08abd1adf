"""Routes of steering: propose a line for a clip on air, vote for one."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.events import Proposal
from phosphene.operation import Operation
from phosphene.schemas import NewProposal
from phosphene.studio.steering import Steering
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json


class Proposals:
    """``check_contact`` raises Forbidden for words that may not reach a clip's author."""

    def __init__(
        self,
        steering: Steering,
        limits: RateLimits,
        visitors: Visitors,
        access: Access,
        check_contact: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._check_contact = check_contact
        self._steering = steering
        self._limits = limits
        self._visitors = visitors
        self._access = access

    async def create_proposal(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewProposal)
        clip = await self._access.find_clip(request, request.path_params["clip"])
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._check_contact(clip.author.id, visitor.person.id)
        return answer(await self._steering.propose_line(clip, visitor.person, new.text), 201)

    async def vote(self, request: Request, visitor: Visitor) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        proposal = request.path_params["proposal"]
        return answer(await self._steering.vote_for(clip, visitor.person, proposal))

    def operations(self) -> list[Operation]:
        """Every operation of steering."""
        some = "/v1/clips/{clip}/proposals"
        return [
            Operation(
                method="POST",
                path=some,
                summary="Propose what a clip on air should show from now on",
                caller="person",
                keys="clips:write",
                limit="write",
                endpoint=with_visitor(self._visitors, self.create_proposal),
                body=NewProposal,
                answer=Proposal,
                status=201,
                errors=(400, 401, 403, 404, 409, 413, 415, 422, 429),
            ),
            Operation(
                method="PUT",
                path=some + "/{proposal}/vote",
                summary="Vote for a proposed line: one vote a person, twice counts once",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.vote),
                answer=Proposal,
                errors=(401, 403, 404, 409, 422, 429),
            ),
        ]
