"""Routes of leaving: take everything with one, delete the account."""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, clear_cookie, with_visitor
from phosphene.model import Comment, Page, Person
from phosphene.operation import Operation
from phosphene.people.accounts import need_confirmed
from phosphene.people.archive import PersonArchive
from phosphene.people.login_sessions import LoginSessions
from phosphene.trust.rate_limits import RateLimits


class LeavingRoutes:
    """``delete_person`` lets go of everything of a person, ``tell`` gives what is known of them by
    name, ``list_clips`` their clips after a cursor, ``list_comments`` their comments after an id,
    ``get_blob`` a film; ``sign`` signs what is said under the instance's name."""

    def __init__(
        self,
        logins: LoginSessions,
        delete_person: Callable[[str], Awaitable[None]],
        tell: Callable[[Person], Awaitable[dict[str, Any]]],
        list_clips: Callable[[str, str | None], Awaitable[Page]],
        list_comments: Callable[[str, str], Awaitable[Sequence[Comment]]],
        get_blob: Callable[[str], Awaitable[bytes]],
        sign: Callable[[bytes], bytes],
        limits: RateLimits,
        visitors: Visitors,
    ) -> None:
        self._logins = logins
        self._delete_person = delete_person
        self._tell = tell
        self._list_clips = list_clips
        self._list_comments = list_comments
        self._get_blob = get_blob
        self._sign = sign
        self._limits = limits
        self._visitors = visitors

    async def delete_me(self, request: Request, visitor: Visitor) -> Response:
        await self._check(visitor)
        person_id = visitor.person.id
        open_ones = await self._logins.accounts.list_logins(person_id)
        # First of all, so that no other browser of theirs writes meanwhile.
        await self._logins.end_logins(person_id, [one.id for one in open_ones])
        await self._delete_person(person_id)
        response = Response(status_code=204)
        clear_cookie(response)
        return response

    async def export_me(self, request: Request, visitor: Visitor) -> Response:
        await self._check(visitor)
        person = visitor.person
        archive = PersonArchive(
            person,
            await self._tell(person),
            partial(self._list_clips, person.id),
            partial(self._list_comments, person.id),
            self._get_blob,
            self._sign,
        )
        name = f'attachment; filename="phosphene-{person.handle}.zip"'
        headers = {"Content-Disposition": name, **PRIVATE}
        return StreamingResponse(
            archive.read_chunks(), headers=headers, media_type="application/zip"
        )

    def operations(self) -> list[Operation]:
        """Both."""
        return [
            Operation(
                method="DELETE",
                path="/v1/me",
                summary="Delete the account and everything of it, for good",
                caller="person",
                limit="sign-in",
                endpoint=with_visitor(self._visitors, self.delete_me),
                status=204,
                errors=(401, 403),
            ),
            Operation(
                method="GET",
                path="/v1/me/export",
                summary="Everything of one's own as one archive that opens without a server",
                caller="person",
                limit="sign-in",
                endpoint=with_visitor(self._visitors, self.export_me),
                answer=bytes,
                answer_type="application/zip",
                errors=(401, 403),
            ),
        ]

    async def _check(self, visitor: Visitor) -> None:
        """Raises Unconfirmed, TooMany."""
        # A guest has nothing but the cookie, which they have just shown.
        if await self._logins.accounts.has_account(visitor.person.id):
            need_confirmed(visitor.confirmed_at, time.time())
        await self._limits.count_act("sign-in", visitor.person.id, visitor.address)
