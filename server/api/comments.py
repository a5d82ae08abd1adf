"""Routes of comments: list them, write one. What is done with one is in ``comment_deeds``."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.hidden import HiddenFrom, heard
from phosphene.api.idempotency import made_id
from phosphene.api.paging import PageQuery
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.model import Comment, CommentId, CommentPage
from phosphene.operation import Operation
from phosphene.schemas import NewComment
from phosphene.social.actions import Actions
from phosphene.store.store import Store
from phosphene.stream.files import Token
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query


class CommentQuery(PageQuery, frozen=True):
    """Those, what opens a private clip, and the comment whose answers are asked for."""

    token: Token = ""
    parent: CommentId | None = None


class Comments:
    def __init__(
        self,
        actions: Actions,
        store: Store,
        limits: RateLimits,
        visitors: Visitors,
        access: Access,
        hidden_from: HiddenFrom,
    ) -> None:
        self._actions = actions
        self._store = store
        self._limits = limits
        self._visitors = visitors
        self._access = access
        self._hidden_from = hidden_from

    async def list_comments(self, request: Request) -> Response:
        query = read_query(request, CommentQuery)
        clip_id = (await self._access.find_clip(request, request.path_params["clip"])).id
        person = await self._visitors.known_person(request)
        asker = person.id if person else ""
        hidden = await self._hidden_from(asker)
        page = await self._store.list_comments(
            clip_id, limit=query.limit, cursor=query.cursor, person_id=asker, parent=query.parent
        )
        pinned = page.pinned if page.pinned and heard((page.pinned,), hidden) else None
        shown = msgspec.structs.replace(page, comments=heard(page.comments, hidden), pinned=pinned)
        return answer(shown)

    async def create_comment(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewComment)
        await self._limits.count_act("write", visitor.person.id, visitor.address)
        # An id out of the Idempotency-Key where the client makes none: the store drops the second.
        clip_id, comment_id = request.path_params["clip"], new.id or made_id(request)
        comment = await self._actions.add_comment(
            clip_id, visitor.person, new.text, comment_id, new.parent
        )
        return answer(comment, 201)

    def operations(self) -> list[Operation]:
        """Every operation on comments."""
        return [
            Operation(
                method="GET",
                path="/v1/clips/{clip}/comments",
                summary="Comments, newest first; or the answers to one, oldest first",
                caller="viewer",
                endpoint=self.list_comments,
                answer=CommentPage,
                query=CommentQuery,
                errors=(400, 401, 403, 404, 422),
            ),
            Operation(
                method="POST",
                path="/v1/clips/{clip}/comments",
                summary="Comment on a clip, or answer a comment",
                caller="person",
                keys="comments:write",
                limit="write",
                endpoint=with_visitor(self._visitors, self.create_comment),
                body=NewComment,
                answer=Comment,
                status=201,
                errors=(400, 403, 404, 409, 413, 415, 422, 429),
            ),
        ]
