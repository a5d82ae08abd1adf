"""Routes of the visitor: who am I, and under which name."""

from collections.abc import Awaitable, Callable

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitor, Visitors, is_page, with_visitor
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.operation import Operation
from phosphene.reports import Role
from phosphene.schemas import Me, NewHandle
from phosphene.store.account_store import AccountStore
from phosphene.store.store import Store
from phosphene.trust.handles import load_reserved
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_json


class People:
    """``check_name`` raises Refused; ``get_role`` gives what a person may decide about,
    ``has_limits`` whether they limit what they watch, ``is_minor`` whether they are protected."""

    def __init__(
        self,
        store: Store,
        accounts: AccountStore,
        limits: RateLimits,
        visitors: Visitors,
        check_name: Callable[[str, str], Awaitable[None]],
        get_role: Callable[[str], Awaitable[Role | None]],
        has_limits: Callable[[str], Awaitable[bool]],
        is_minor: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._limits = limits
        self._visitors = visitors
        self._check_name = check_name
        self._get_role = get_role
        self._has_limits = has_limits
        self._is_minor = is_minor
        self._reserved = load_reserved()

    async def read_me(self, request: Request, visitor: Visitor) -> Response:
        kept = await self._accounts.has_account(visitor.person.id)
        role = await self._get_role(visitor.person.id) if kept else None
        limited = await self._has_limits(visitor.person.id)
        minor = await self._is_minor(visitor.person.id)
        # Out of reach of scripts where a cookie does: what takes over a page gets no identity.
        by_cookie = is_page(request) and not self._visitors.keeps_own_token(request)
        token = UNSET if by_cookie else visitor.token
        me = Me(visitor.person, kept, role, limited, minor, token)
        return answer(me, headers=PRIVATE)

    async def change_me(self, request: Request, visitor: Visitor) -> Response:
        new = await read_json(request, NewHandle)
        self._reserved.check_handle(new.handle, visitor.person.id)
        if new.handle != guest_handle(visitor.person.id):
            await self._check_name(new.handle, visitor.person.id)
        await self._limits.count_act("handle", visitor.person.id, visitor.address)
        named = msgspec.structs.replace(visitor.person, handle=new.handle)
        return answer(await self._store.set_handle(named))

    def operations(self) -> list[Operation]:
        """Both operations."""
        return [
            Operation(
                method="GET",
                path="/v1/me",
                summary="The visitor; a guest identity is made when there is none",
                caller="person",
                keys="any",
                limit="guest",
                endpoint=with_visitor(self._visitors, self.read_me),
                answer=Me,
                errors=(401, 403, 429),
            ),
            Operation(
                method="PATCH",
                path="/v1/me",
                summary="Choose a handle",
                caller="person",
                limit="handle",
                endpoint=with_visitor(self._visitors, self.change_me),
                body=NewHandle,
                answer=Person,
                errors=(400, 401, 403, 409, 429),
            ),
        ]
