"""Who comes by WebSocket, and what they may do there."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from starlette.websockets import WebSocket

from phosphene.api.visitors import Visitors, address_of, reads_own
from phosphene.errors import Forbidden
from phosphene.model import Person
from phosphene.people.connections import NOBODY, OpenConnections
from phosphene.social.protocol import Like, PostComment
from phosphene.trust.rate_limits import RateLimits, household_of


class SocketGate:
    """The visitors' identities, logins and allowances, as sockets ask for them."""

    def __init__(
        self, visitors: Visitors, limits: RateLimits, connections: OpenConnections
    ) -> None:
        self._visitors = visitors
        self._limits = limits
        self._connections = connections

    async def identify_person(self, websocket: WebSocket) -> Person:
        """Who comes. Raises Unauthorized."""
        # Not counted as a guest before the first write: 300 sockets that only watched used up what
        # one address may have of guests.
        try:
            visitor = await self._visitors.meet_visitor(websocket)
        except Forbidden as error:  # such as a player on another page: it may follow its clip
            websocket.state.only_reads = str(error)
            # Somebody new and not its visitor: browsers send the cookie from every port and
            # sub-domain of a site, without a preflight, and one such page read its visitor's
            # private topics.
            return self._visitors.make_stranger()
        websocket.state.new, websocket.state.login = visitor.new, visitor.login
        if visitor.key_scopes is not None:
            websocket.state.only_reads = "an API key follows here, and writes over HTTP"
        return visitor.person if reads_own(visitor.key_scopes) else self._visitors.make_stranger()

    async def allow_write(
        self, websocket: WebSocket, person: Person, said: Like | PostComment
    ) -> None:
        """Whether this may be done now. Raises Forbidden, TooMany."""
        if only_reads := getattr(websocket.state, "only_reads", None):
            raise Forbidden(only_reads)
        # Whether they are suspended is asked in the transaction itself: a look of its own before it
        # costs a tenth of all that a comment does.
        address = address_of(websocket)
        if websocket.state.new:
            await self._visitors.count_guest(address)
            websocket.state.new = False
        await self._limits.count_act("write", person.id, address)
        # To take a like back needs no leave: only likes rank the feed.
        if isinstance(said, Like) and said.on:
            await self._visitors.check_like(person, address, said.clip)

    def attend(
        self, websocket: WebSocket, close: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Within, ``close`` is called when the login ends by which the person came."""
        return self._connections.holding(getattr(websocket.state, "login", NOBODY), close)


def household_at(websocket: WebSocket) -> str:
    """The people at one address: it took 200 of 200 sockets when nothing was counted."""
    return household_of(address_of(websocket))
