"""Routes of what is done with a comment that is there: edit, remove, like, pin; for operators, what
waits to be read."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.deciders import Deciders
from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.errors import NotFound
from phosphene.events import Publish
from phosphene.model import Comment
from phosphene.operation import KeyUse, Operation
from phosphene.reports import Action, Decider
from phosphene.schemas import CommentLikes, NewWords
from phosphene.social.actions import clean_comment
from phosphene.store.comment_store import CommentStore
from phosphene.studio.moderator import Moderator
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json


class HeldComment(Struct, frozen=True):
    """``code``: the category of the policy that it nearly breaks."""

    comment: Comment
    code: str


class HeldComments(Struct, frozen=True):
    """The oldest first, 200 at most."""

    comments: Sequence[HeldComment]


class HeldDecision(Struct, frozen=True):
    """Whether everybody may read it; else it is forgotten."""

    publish: bool


class CommentDeeds:
    """``publish`` tells what was recorded to whoever is there, ``check_edit`` raises Refused."""

    def __init__(
        self,
        comments: CommentStore,
        publish: Publish,
        check_edit: Callable[[str, str], Awaitable[None]],
        limits: RateLimits,
        visitors: Visitors,
        moderator: Moderator,
        deciders: Deciders,
    ) -> None:
        self._comments = comments
        self._publish = publish
        self._check_edit = check_edit
        self._limits = limits
        self._visitors = visitors
        self._moderator = moderator
        self._deciders = deciders

    async def edit_comment(self, request: Request, visitor: Visitor) -> Response:
        text = clean_comment((await read_json(request, NewWords)).text)
        await self._count(visitor)
        await self._check_edit(text, visitor.person.id)
        clip_id, comment_id = _named(request)
        recorded = await self._comments.edit(clip_id, comment_id, visitor.person, text)
        await self._publish(recorded)
        return answer(await self._comments.get(comment_id))

    async def remove_comment(self, request: Request, visitor: Visitor) -> Response:
        await self._count(visitor)
        await self._publish(await self._comments.remove(*_named(request), visitor.person.id))
        return Response(status_code=204)

    async def like_comment(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=True)

    async def unlike_comment(self, request: Request, visitor: Visitor) -> Response:
        return await self._like(request, visitor, on=False)

    async def pin_comment(self, request: Request, visitor: Visitor) -> Response:
        return await self._pin(request, visitor, on=True)

    async def unpin_comment(self, request: Request, visitor: Visitor) -> Response:
        return await self._pin(request, visitor, on=False)

    async def take_comment_down(self, request: Request, by: Decider) -> Response:
        clip_id, comment_id = _named(request)
        # Before it is written down, and its author told, that it goes.
        comment = await self._comments.get(comment_id)
        if comment.clip != clip_id or comment.held:
            raise NotFound(f"no comment {comment_id}")
        await self._moderator.decide_finally("comment", comment_id, "remove", by)
        await self._publish(await self._comments.remove(clip_id, comment_id, None))
        return Response(status_code=204)

    async def list_held(self, request: Request, by: Decider) -> Response:
        held = [HeldComment(*one) for one in await self._comments.list_held()]
        return answer(HeldComments(held), headers=PRIVATE)

    async def decide_held(self, request: Request, by: Decider) -> Response:
        decision = await read_json(request, HeldDecision)
        comment_id = request.path_params["comment"]
        if not (await self._comments.get(comment_id)).held:
            raise NotFound(f"no comment {comment_id} waits")
        action: Action = "publish" if decision.publish else "remove"
        await self._moderator.decide_finally("comment", comment_id, action, by)
        await self._publish(await self._comments.decide_held(comment_id, decision.publish))
        return Response(status_code=204)

    async def _like(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        await self._count(visitor)
        likes, recorded = await self._comments.like(*_named(request), visitor.person, on)
        await self._publish(recorded)
        return answer(CommentLikes(likes, on))

    async def _pin(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        await self._count(visitor)
        await self._publish(await self._comments.pin(*_named(request), visitor.person.id, on))
        return Response(status_code=204)

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("write", visitor.person.id, visitor.address)

    def operations(self) -> list[Operation]:
        """All of them."""
        one = "/v1/clips/{clip}/comments/{comment}"
        of_person, like, pin = self._of_person, one + "/like", one + "/pin"
        words = (400, 401, 403, 404, 413, 415, 422, 429)
        return [
            of_person(
                *("PATCH", one, "Write a comment of one's own anew", self.edit_comment),
                keys="comments:write",
                body=NewWords,
                answer=Comment,
                status=200,
                errors=words,
            ),
            of_person(
                "DELETE",
                one,
                "Remove a comment of one's own or below one's clip, with its answers",
                self.remove_comment,
                keys="comments:write",
            ),
            of_person(
                *("PUT", like, "Like a comment; twice counts once", self.like_comment),
                answer=CommentLikes,
                status=200,
            ),
            of_person(
                *("DELETE", like, "Take that like back", self.unlike_comment),
                answer=CommentLikes,
                status=200,
            ),
            of_person("PUT", pin, "Let one comment of one's clip be read first", self.pin_comment),
            of_person("DELETE", pin, "No longer", self.unpin_comment),
            *self._for_moderators(),
        ]

    def _for_moderators(self) -> list[Operation]:
        wraps = self._deciders.with_role
        return [
            Operation(
                method="DELETE",
                path="/v1/operator/clips/{clip}/comments/{comment}",
                summary="Remove anybody's comment with its answers for good, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.take_comment_down),
                status=204,
                errors=(401, 403, 404),
            ),
            Operation(
                method="GET",
                path="/v1/operator/held",
                summary="Comments that nearly break the rules and wait, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.list_held),
                answer=HeldComments,
                errors=(401, 403),
            ),
            Operation(
                method="PUT",
                path="/v1/operator/held/{comment}",
                summary="Decide whether everybody may read it, for moderators",
                caller="moderator",
                endpoint=wraps("moderator", self.decide_held),
                body=HeldDecision,
                status=204,
                errors=(400, 401, 403, 404, 413, 415),
            ),
        ]

    def _of_person(
        self,
        method: str,
        path: str,
        summary: str,
        endpoint: Callable[[Request, Visitor], Awaitable[Response]],
        *,
        keys: KeyUse = "none",
        status: int = 204,
        body: type | None = None,
        answer: type | None = None,
        errors: tuple[int, ...] = (400, 401, 403, 404, 429),
    ) -> Operation:
        return Operation(
            method=method,
            path=path,
            summary=summary,
            caller="person",
            keys=keys,
            limit="write",
            endpoint=with_visitor(self._visitors, endpoint),
            body=body,
            answer=answer,
            status=status,
            errors=errors,
        )


def _named(request: Request) -> tuple[str, str]:
    return request.path_params["clip"], request.path_params["comment"]
