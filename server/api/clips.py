"""Routes of clips: make, list, read, cancel or remove, see the family."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.hidden import HiddenFrom, without
from phosphene.api.idempotency import reservation
from phosphene.api.paging import PageQuery, page_query
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.language import translate
from phosphene.model import Clip, Page, Prompt
from phosphene.operation import Operation
from phosphene.schemas import ClipView, Lineage
from phosphene.social.topics import Topics
from phosphene.store.store import Reservation, Store
from phosphene.stream.files import TokenQuery
from phosphene.studio.prompts import Prompts
from phosphene.studio.removal import ClipRemover
from phosphene.trust.rate_limits import RateLimits, household_of
from phosphene.web import answer, read_json


class Clips:
    """``is_saved``: whether a clip is kept by a person, of whom the id is given."""

    def __init__(
        self,
        prompts: Prompts,
        remover: ClipRemover,
        topics: Topics,
        store: Store,
        limits: RateLimits,
        visitors: Visitors,
        access: Access,
        hidden_from: HiddenFrom,
        is_saved: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        self._prompts = prompts
        self._remover = remover
        self._topics = topics
        self._store = store
        self._limits = limits
        self._visitors = visitors
        self._access = access
        self._hidden_from = hidden_from
        self._is_saved = is_saved

    async def create_clip(self, request: Request, visitor: Visitor) -> Response:
        prompt = await read_json(request, Prompt)
        await self._limits.count_act("prompt", visitor.person.id, visitor.address)

        # Kept in the transaction that adds the clip: kept after it, two POSTs at one moment under
        # one key made two clips (202 and 202, with different ids).
        def reserve(clip: Clip) -> Reservation | None:
            return reservation(request, _accepted(clip))

        household = household_of(visitor.address)
        async with self._visitors.taking_clip(visitor):
            clip = await self._prompts.accept_prompt(prompt, visitor.person, household, reserve)
        return _accepted(clip)

    async def list_clips(self, request: Request) -> Response:
        query = page_query(request)
        person = await self._visitors.known_person(request)
        mine = person.id if person else ""
        page = await self._store.list_clips(limit=query.limit, cursor=query.cursor, person_id=mine)
        return answer(without(page, await self._hidden_from(mine)))

    async def read_clip(self, request: Request) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        person = await self._visitors.known_person(request)
        liked = bool(person and await self._store.liked_by(person.id, [clip.id]))
        live, waiting = clip.status == "live", self._topics.waiting_of(clip.id)
        ballot = self._topics.ballot_of(clip.id) if live else None
        saved = bool(person and await self._is_saved(clip.id, person.id))
        told = replace(clip, reason=translate(clip.reason)) if clip.reason else clip
        return answer(ClipView(told, liked, live, waiting, ballot, saved))

    async def remove_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("delete", visitor.person.id, visitor.address)
        return answer(
            await self._remover.remove_clip(request.path_params["clip"], visitor.person), 202
        )

    async def read_lineage(self, request: Request) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        person = await self._visitors.known_person(request)
        asker = person.id if person else ""
        tree = await self._store.list_lineage(clip.id, asker)
        hidden = await self._hidden_from(asker)
        return answer(Lineage([one for one in tree if one.author.id not in hidden or one == clip]))

    def operations(self) -> list[Operation]:
        """Every operation on clips."""
        one = "/v1/clips/{clip}"
        return [
            Operation(
                method="POST",
                path="/v1/clips",
                summary="Ask for a clip: it can be watched as soon as it is live",
                caller="person",
                keys="clips:write",
                limit="prompt",
                headers=("Location",),
                endpoint=with_visitor(self._visitors, self.create_clip),
                body=Prompt,
                answer=Clip,
                status=202,
                errors=(400, 403, 404, 409, 410, 413, 415, 422, 429, 503),
            ),
            Operation(
                method="GET",
                path="/v1/clips",
                summary="Public clips and one's own, newest first",
                caller="reader",
                endpoint=self.list_clips,
                answer=Page,
                query=PageQuery,
                errors=(400, 401, 422),
            ),
            Operation(
                method="GET",
                path=one,
                summary="One clip",
                caller="viewer",
                query=TokenQuery,
                endpoint=self.read_clip,
                answer=ClipView,
                errors=(401, 403, 404),
            ),
            Operation(
                method="DELETE",
                path=one,
                summary="Stop drawing a clip of one's own, or remove it for good once it has ended",
                caller="person",
                keys="clips:write",
                limit="delete",
                endpoint=with_visitor(self._visitors, self.remove_clip),
                answer=Clip,
                status=202,
                errors=(400, 404, 409, 429),
            ),
            self._lineage(),
        ]

    def _lineage(self) -> Operation:
        return Operation(
            method="GET",
            path="/v1/clips/{clip}/lineage",
            summary="The tree of remixes that the clip belongs to",
            caller="viewer",
            query=TokenQuery,
            endpoint=self.read_lineage,
            answer=Lineage,
            errors=(401, 403, 404),
        )


def _accepted(clip: Clip) -> Response:
    return answer(clip, 202, {"Location": f"/v1/clips/{clip.id}"})
