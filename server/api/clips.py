"""Routes of clips: make, list, read, cancel, like, comment, see the family."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.repeats import made_id, reservation
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.model import Clip, Comment, CommentPage, Page, Prompt
from phosphene.operation import Operation
from phosphene.schemas import ClipView, LikeView, Lineage, NewComment
from phosphene.social.actions import Actions
from phosphene.social.topics import Topics
from phosphene.store.store import Reservation, Store
from phosphene.stream.files import Token, TokenQuery
from phosphene.studio.prompts import Prompts
from phosphene.studio.removal import ClipRemover
from phosphene.trust.limits import RateLimits, household_of
from phosphene.web import answer, read_json, read_query

PAGE = 20
PAGE_LIMIT = 100


class PageQuery(Struct, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=PAGE_LIMIT)] = PAGE
    cursor: Annotated[str, Meta(description="where the page before ended")] | None = None


class CommentQuery(PageQuery, frozen=True):
    """Those, and what opens a private clip."""

    token: Token = ""


class Clips:
    def __init__(
        self,
        prompts: Prompts,
        remover: ClipRemover,
        topics: Topics,
        store: Store,
        actions: Actions,
        limits: RateLimits,
        visitors: Visitors,
        access: Access,
    ) -> None:
        self._prompts = prompts
        self._remover = remover
        self._topics = topics
        self._store = store
        self._actions = actions
        self._limits = limits
        self._visitors = visitors
        self._access = access

    async def create_clip(self, request: Request, visitor: Visitor) -> Response:
        prompt = await read_json(request, Prompt)
        await self._limits.count_act("prompt", visitor.person.id, visitor.address)

        def reserve(clip: Clip) -> Reservation | None:
            return reservation(request, _accepted(clip))

        return _accepted(
            await self._prompts.accept_prompt(
                prompt, visitor.person, household_of(visitor.address), reserve
            )
        )

    async def list_clips(self, request: Request) -> Response:
        query = page_query(request)
        person = await self._visitors.known_person(request)
        mine = person.id if person else ""
        page = await self._store.list_clips(limit=query.limit, cursor=query.cursor, person_id=mine)
        return answer(page)

    async def read_clip(self, request: Request) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        person = await self._visitors.known_person(request)
        liked = bool(person and await self._store.liked_by(person.id, [clip.id]))
        live, waiting = clip.status == "live", self._topics.waiting_of(clip.id)
        ballot = self._topics.ballot_of(clip.id) if live else None
        return answer(ClipView(clip, liked, live, waiting, ballot))

    async def remove_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("delete", visitor.person.id, visitor.address)
        return answer(
            await self._remover.remove_clip(request.path_params["clip"], visitor.person), 202
        )

    async def like_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=True)

    async def unlike_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=False)

    async def list_comments(self, request: Request) -> Response:
        query = page_query(request)
        clip_id = (await self._access.find_clip(request, request.path_params["clip"])).id
        return answer(
            await self._store.list_comments(clip_id, limit=query.limit, cursor=query.cursor)
        )

    async def create_comment(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewComment)
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        comment = await self._actions.add_comment(
            request.path_params["clip"], visitor.person, new.text, new.id or made_id(request)
        )
        return answer(comment, 201)

    async def read_lineage(self, request: Request) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        person = await self._visitors.known_person(request)
        return answer(Lineage(await self._store.list_lineage(clip.id, person.id if person else "")))

    async def view_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._store.add_view(request.path_params["clip"], visitor.person.id)
        return Response(status_code=204)

    async def _like(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        if on:
            clip_id = request.path_params["clip"]
            await self._visitors.check_like(visitor.person, visitor.address, clip_id)
        counts = await self._actions.like_clip(request.path_params["clip"], visitor.person, on)
        return answer(LikeView(counts, on))

    def operations(self) -> list[Operation]:
        """Every operation on clips."""
        one = "/v1/clips/{clip}"

        def asked(
            endpoint: Callable[[Request, Visitor], Awaitable[Response]],
        ) -> Callable[[Request], Awaitable[Response]]:
            return with_visitor(self._visitors, endpoint)

        return [
            Operation(
                method="POST",
                path="/v1/clips",
                summary="Ask for a clip: it can be watched as soon as it is live",
                caller="person",
                limit="prompt",
                headers=("Location",),
                endpoint=asked(self.create_clip),
                body=Prompt,
                answer=Clip,
                status=202,
                errors=(400, 403, 404, 409, 413, 415, 422, 429, 503),
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
                limit="delete",
                endpoint=asked(self.remove_clip),
                answer=Clip,
                status=202,
                errors=(400, 404, 409, 429),
            ),
            Operation(
                method="PUT",
                path=one + "/like",
                summary="Like a clip; twice counts once",
                caller="person",
                limit="write",
                endpoint=asked(self.like_clip),
                answer=LikeView,
                errors=(404, 429),
            ),
            Operation(
                method="DELETE",
                path=one + "/like",
                summary="Take a like back",
                caller="person",
                limit="write",
                endpoint=asked(self.unlike_clip),
                answer=LikeView,
                errors=(404, 429),
            ),
            Operation(
                method="GET",
                path=one + "/comments",
                summary="Comments, newest first",
                caller="viewer",
                endpoint=self.list_comments,
                answer=CommentPage,
                query=CommentQuery,
                errors=(400, 401, 403, 404, 422),
            ),
            Operation(
                method="POST",
                path=one + "/comments",
                summary="Comment on a clip",
                caller="person",
                limit="write",
                endpoint=asked(self.create_comment),
                body=NewComment,
                answer=Comment,
                status=201,
                errors=(400, 403, 404, 409, 413, 415, 422, 429),
            ),
            Operation(
                method="GET",
                path=one + "/lineage",
                summary="The tree of remixes that the clip belongs to",
                caller="viewer",
                query=TokenQuery,
                endpoint=self.read_lineage,
                answer=Lineage,
                errors=(401, 403, 404),
            ),
            Operation(
                method="POST",
                path=one + "/view",
                summary="Count a view, once per person",
                caller="person",
                limit="write",
                endpoint=asked(self.view_clip),
                status=204,
                errors=(404, 429),
            ),
        ]


def page_query(request: Request) -> PageQuery:
    """Paging parameters. Raises BadInput when the limit is not within 1 to PAGE_LIMIT."""
    return read_query(request, PageQuery)


def _accepted(clip: Clip) -> Response:
    return answer(clip, 202, {"Location": f"/v1/clips/{clip.id}"})
