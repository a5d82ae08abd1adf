"""Routes of what people do with one press: like a clip, take that back, view it, share it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.model import ReactionKind
from phosphene.operation import Operation
from phosphene.schemas import LikeView
from phosphene.social.actions import Actions
from phosphene.store.store import Store
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer


class Likes:
    def __init__(
        self,
        actions: Actions,
        store: Store,
        limits: RateLimits,
        visitors: Visitors,
        note_deed: Callable[[str, str, ReactionKind], Awaitable[None]],
    ) -> None:
        self._note_deed = note_deed
        self._actions = actions
        self._store = store
        self._limits = limits
        self._visitors = visitors

    async def like_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=True)

    async def unlike_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=False)

    async def view_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._store.add_view(request.path_params["clip"], visitor.person.id)
        return Response(status_code=204)

    async def share_clip(self, request: Request, visitor: Visitor) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        await self._note_deed(visitor.person.id, request.path_params["clip"], "share")
        return Response(status_code=204)

    async def _like(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        if on:
            clip_id = request.path_params["clip"]
            await self._visitors.check_like(visitor.person, visitor.address, clip_id)
        counts = await self._actions.like_clip(request.path_params["clip"], visitor.person, on)
        return answer(LikeView(counts, on))

    def operations(self) -> list[Operation]:
        """Every operation on likes and views."""
        return [
            Operation(
                method="PUT",
                path="/v1/clips/{clip}/like",
                summary="Like a clip; twice counts once",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.like_clip),
                answer=LikeView,
                errors=(404, 429),
            ),
            Operation(
                method="DELETE",
                path="/v1/clips/{clip}/like",
                summary="Take a like back",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.unlike_clip),
                answer=LikeView,
                errors=(404, 429),
            ),
            Operation(
                method="POST",
                path="/v1/clips/{clip}/view",
                summary="Count a view, once per person",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.view_clip),
                status=204,
                errors=(404, 429),
            ),
            Operation(
                method="POST",
                path="/v1/clips/{clip}/share",
                summary="Say that one sent a clip to somebody, for one's own feed",
                caller="person",
                limit="write",
                endpoint=with_visitor(self._visitors, self.share_clip),
                status=204,
                errors=(404, 429),
            ),
        ]
