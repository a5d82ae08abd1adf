"""Routes of the inbox: what a person is told of what others do."""

from collections.abc import Sequence
from functools import partial
from typing import get_args

from msgspec import UNSET, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE, ListQuery
from phosphene.api.visitors import Visitor, Visitors, person_operation
from phosphene.events import Publish
from phosphene.notifications import NoticeKind, QuietHours
from phosphene.operation import Operation
from phosphene.people.quiet_hours import check_zone
from phosphene.store.inbox import InboxPage
from phosphene.store.people_store import PeopleStore
from phosphene.store.push_store import PushStore
from phosphene.web import answer, read_json, read_query


class Looked(Struct, frozen=True):
    """``until``: the time of the newest notice that was looked at."""

    until: float


class InboxSettings(Struct, frozen=True):
    """``off``: kinds that one does not want to be told of. ``quiet``: when one wants no push, None
    for never; what came is told as one afterwards. What is left out stays as it is."""

    off: Sequence[NoticeKind] | UnsetType = UNSET
    quiet: QuietHours | UnsetType | None = UNSET


class InboxRoutes:
    """``publish`` tells what was recorded to whoever is there."""

    def __init__(
        self, people: PeopleStore, pushes: PushStore, publish: Publish, visitors: Visitors
    ) -> None:
        self._people = people
        self._pushes = pushes
        self._publish = publish
        self._visitors = visitors

    async def read_inbox(self, request: Request, visitor: Visitor) -> Response:
        query = read_query(request, ListQuery)
        page = await self._people.read_inbox(
            visitor.person.id, limit=query.limit, cursor=query.cursor
        )
        return answer(page, headers=PRIVATE)

    async def mark_inbox(self, request: Request, visitor: Visitor) -> Response:
        # A time and no list of ids: what came while somebody read stays unread, and one UPDATE does
        # it.
        looked = await read_json(request, Looked)
        await self._publish(await self._people.mark_seen(visitor.person.id, looked.until))
        return Response(status_code=204)

    async def read_inbox_settings(self, request: Request, visitor: Visitor) -> Response:
        return answer(await self._settings_of(visitor), headers=PRIVATE)

    async def change_inbox_settings(self, request: Request, visitor: Visitor) -> Response:
        new, person_id = await read_json(request, InboxSettings), visitor.person.id
        if new.quiet is not UNSET:
            if new.quiet is not None:
                check_zone("quiet", new.quiet.zone)
            await self._pushes.set_quiet_hours(person_id, new.quiet)
        if new.off is not UNSET:
            await self._people.set_kinds_off(person_id, tuple(dict.fromkeys(new.off)))
        return answer(await self._settings_of(visitor), headers=PRIVATE)

    async def _settings_of(self, visitor: Visitor) -> InboxSettings:
        off = await self._people.list_kinds_off(visitor.person.id)
        # A newer release may have kept kinds that this one cannot say.
        kinds = [kind for kind in get_args(NoticeKind) if kind in off]
        return InboxSettings(kinds, await self._pushes.get_quiet_hours(visitor.person.id))

    def operations(self) -> list[Operation]:
        """All of them."""
        of_person = partial(person_operation, self._visitors, suspended=True, errors=(401, 403))
        return [
            of_person(
                *("GET", "/v1/me/inbox", "What one is told, newest first", self.read_inbox),
                query=ListQuery,
                answer=InboxPage,
                errors=(400, 401, 403, 422),
            ),
            of_person(
                *("POST", "/v1/me/inbox/seen", "One has looked", self.mark_inbox),
                body=Looked,
                status=204,
                # To look twice is to look once: an answer kept for 24 hours would be a row for
                # nothing.
                makes=False,
                errors=(400, 401, 403, 413, 415),
            ),
            of_person(
                "GET",
                "/v1/me/inbox/settings",
                "What one wants to be told",
                self.read_inbox_settings,
                answer=InboxSettings,
            ),
            of_person(
                "PUT",
                "/v1/me/inbox/settings",
                "What one wants to be told from now on",
                self.change_inbox_settings,
                body=InboxSettings,
                answer=InboxSettings,
                errors=(400, 401, 403, 413, 415, 422),
            ),
        ]
