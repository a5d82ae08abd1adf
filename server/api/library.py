"""Routes of clips of one's own: who sees them, who may remix them and under which terms they may be
used; what one saved, likes and has seen; all remixes of one."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.access import Access
from phosphene.api.hidden import HiddenFrom, without
from phosphene.api.paging import PRIVATE, ListQuery
from phosphene.api.visitors import Visitor, Visitors, with_visitor
from phosphene.events import Publish
from phosphene.model import Clip, Page
from phosphene.operation import Operation
from phosphene.store.library import ClipChange, Kept
from phosphene.store.library_store import LibraryStore
from phosphene.store.store import Store
from phosphene.stream.files import Token
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json, read_query


class KeptQuery(ListQuery, frozen=True):
    """``which``: all clips of one's own; drafts, which are those that only oneself sees; those that
    one saved, likes, has seen."""

    which: Kept = "own"


class RemixesQuery(ListQuery, frozen=True):
    """With what opens a private clip."""

    token: Token = ""


class Library:
    """``publish`` tells what was recorded to whoever is there, ``redact`` is called when clips may
    have to be signed anew."""

    def __init__(
        self,
        library: LibraryStore,
        store: Store,
        access: Access,
        publish: Publish,
        redact: Callable[[], None],
        limits: RateLimits,
        visitors: Visitors,
        hidden_from: HiddenFrom,
    ) -> None:
        self._library = library
        self._store = store
        self._access = access
        self._publish = publish
        self._redact = redact
        self._limits = limits
        self._visitors = visitors
        self._hidden_from = hidden_from

    async def change_clip(self, request: Request, visitor: Visitor) -> Response:
        change, clip_id = await read_json(request, ClipChange), request.path_params["clip"]
        await self._count(visitor)
        await self._publish(await self._library.change_terms(clip_id, visitor.person.id, change))
        self._redact()
        return answer(await self._store.get_clip(clip_id))

    async def save_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._set_saved(request, visitor, on=True)

    async def unsave_clip(self, request: Request, visitor: Visitor) -> Response:
        return await self._set_saved(request, visitor, on=False)

    async def list_kept(self, request: Request, visitor: Visitor) -> Response:
        query, person = read_query(request, KeptQuery), visitor.person
        page = await self._library.list_kept(
            person.id, query.which, limit=query.limit, cursor=query.cursor
        )
        return answer(without(page, await self._hidden_from(person.id)), headers=PRIVATE)

    async def clear_history(self, request: Request, visitor: Visitor) -> Response:
        return await self._clear_history(visitor, None)

    async def forget_viewing(self, request: Request, visitor: Visitor) -> Response:
        return await self._clear_history(visitor, request.path_params["clip"])

    async def list_remixes(self, request: Request) -> Response:
        clip = await self._access.find_clip(request, request.path_params["clip"])
        query = read_query(request, RemixesQuery)
        person = await self._visitors.known_person(request)
        asker = person.id if person else ""
        page = await self._library.list_remixes(
            clip.id, asker, limit=query.limit, cursor=query.cursor
        )
        return answer(without(page, await self._hidden_from(asker)))

    async def _set_saved(self, request: Request, visitor: Visitor, *, on: bool) -> Response:
        await self._count(visitor)
        await self._library.set_saved(request.path_params["clip"], visitor.person.id, on)
        return Response(status_code=204)

    async def _clear_history(self, visitor: Visitor, clip_id: str | None) -> Response:
        await self._count(visitor)
        await self._library.clear_history(visitor.person.id, clip_id)
        return Response(status_code=204)

    async def _count(self, visitor: Visitor) -> None:
        await self._limits.count_act("write", visitor.person.id, visitor.address)

    def operations(self) -> list[Operation]:
        """All of them."""
        one = "/v1/clips/{clip}"
        saving: dict[str, Any] = {"caller": "person", "status": 204, "limit": "write"}
        return [
            Operation(
                method="PATCH",
                path=one,
                summary="Change who sees a clip of one's own, who may remix it, and its license",
                caller="person",
                keys="clips:write",
                limit="write",
                endpoint=with_visitor(self._visitors, self.change_clip, once=False),
                body=ClipChange,
                answer=Clip,
                errors=(400, 401, 403, 404, 413, 415, 422, 429),
            ),
            Operation(
                method="PUT",
                path=one + "/save",
                summary="Keep a clip for oneself; nobody is told",
                endpoint=with_visitor(self._visitors, self.save_clip, once=False),
                errors=(401, 403, 404, 429),
                **saving,
            ),
            Operation(
                method="DELETE",
                path=one + "/save",
                summary="Keep it no longer",
                endpoint=with_visitor(self._visitors, self.unsave_clip, once=False),
                errors=(401, 403, 429),
                **saving,
            ),
            Operation(
                method="GET",
                path="/v1/me/clips",
                summary="Clips of one's own, and those that one saved, likes, or has seen",
                caller="person",
                keys="clips:read-private",
                endpoint=with_visitor(self._visitors, self.list_kept, once=False),
                query=KeptQuery,
                answer=Page,
                errors=(400, 401, 403, 422),
            ),
            *self._forgetting(),
            Operation(
                method="GET",
                path=one + "/remixes",
                summary="Remixes and forks of a clip, newest first",
                caller="viewer",
                endpoint=self.list_remixes,
                query=RemixesQuery,
                answer=Page,
                errors=(400, 401, 403, 404, 422),
            ),
        ]

    def _forgetting(self) -> list[Operation]:
        saving: dict[str, Any] = {"caller": "person", "status": 204, "limit": "write"}
        return [
            Operation(
                method="DELETE",
                path="/v1/me/history",
                summary="Forget what one has seen; the views go on counting",
                endpoint=with_visitor(self._visitors, self.clear_history, once=False),
                errors=(401, 403, 429),
                **saving,
            ),
            Operation(
                method="DELETE",
                path="/v1/me/history/{clip}",
                summary="Forget that one has seen a clip",
                endpoint=with_visitor(self._visitors, self.forget_viewing, once=False),
                errors=(401, 403, 429),
                **saving,
            ),
        ]
