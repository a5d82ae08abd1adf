"""Who may decide about what others made: people with a role, and who knows the operator's token."""

import time
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from phosphene.api.idempotency import respond_once
from phosphene.errors import SUSPENDED, Forbidden, Unauthorized
from phosphene.model import Person
from phosphene.people.accounts import need_confirmed
from phosphene.people.login_sessions import Known
from phosphene.reports import Decider, Role
from phosphene.store.store import Store
from phosphene.trust.operators import Operators

TOKEN = "operator"
"""By what requests with the shared token are known; no person has this id."""
Endpoint = Callable[[Request, Decider], Awaitable[Response]]


class Deciders:
    """The gate before what moderators and operators do. ``known_login`` and ``check_origin`` are
    those of ``Visitors``, ``get_role`` gives what a person may decide about."""

    def __init__(
        self,
        operators: Operators,
        known_login: Callable[[HTTPConnection], Awaitable[Known | None]],
        check_origin: Callable[[HTTPConnection], None],
        get_role: Callable[[str], Awaitable[Role | None]],
        store: Store,
    ) -> None:
        self._operators = operators
        self._known_login = known_login
        self._check_origin = check_origin
        self._get_role = get_role
        self._store = store

    async def need_role(self, connection: HTTPConnection, least: Role) -> Decider:
        """Who asks, and that they are a moderator or an operator at ``least``.

        Raises:
            Unauthorized: nobody known. Forbidden: they have no such role, are suspended, or a page
                of another origin asks.
        """
        if self._operators.knows_token(connection.headers.get("authorization", "")):
            return Decider(None, "operator")
        self._check_origin(connection)
        known = await self._known_login(connection)
        if known is None:
            raise Unauthorized(f"this is for {least}s: it needs a role, or the operator's token")
        role = await self._get_role(known.person.id)
        if role is None or (least == "operator" and role != "operator"):
            raise Forbidden(f"this is for {least}s")
        if known.suspended:
            raise Forbidden(SUSPENDED)
        return Decider(known.person, role, known.confirmed_at)

    async def may_moderate(self, person: Person) -> bool:
        """Whether somebody sees what was withheld."""
        return await self._get_role(person.id) is not None

    def with_role(
        self, least: Role, endpoint: Endpoint, *, once: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that needs to know who decides; a POST takes an Idempotency-Key, unless its
        answer is not to be kept (``once``)."""

        async def asked(request: Request) -> Response:
            by = await self.need_role(request, least)
            respond = partial(endpoint, request, by)
            if request.method != "POST" or not once:
                return await respond()
            return await respond_once(self._store, request, by.id or TOKEN, respond)

        asked.__name__ = endpoint.__name__
        return asked


def need_proof(by: Decider) -> None:
    """A person with a role proves once more that it is them. Raises Unconfirmed."""
    # Else a browser that was left open makes an operator of whoever sits down before it.
    if by.person is not None:
        need_confirmed(by.confirmed_at, time.time())
