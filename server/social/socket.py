"""The WebSocket route: a person's live connection to topics, likes, comments and presence."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from msgspec import UNSET
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from phosphene.errors import PhospheneError, RetryLater, Unauthorized
from phosphene.model import Clip, Person, clip_topic
from phosphene.social import protocol
from phosphene.social.actions import Actions
from phosphene.social.crowd import Crowds, FanoutSubscriber
from phosphene.social.fanout import EXTENSION, FanoutTransport
from phosphene.social.presence import PresenceTracker
from phosphene.social.protocol import (
    ClientMessage,
    ClientPing,
    Failure,
    Like,
    Misshapen,
    NextClips,
    Ok,
    PostComment,
    ServerPong,
    Subscribe,
    Turn,
    Unreadable,
    Unsubscribe,
    Watch,
    Welcome,
)
from phosphene.social.queue_sender import QueueSender, close_socket
from phosphene.social.subscriptions import Subscriptions
from phosphene.social.token_bucket import TokenBucket
from phosphene.social.topic import Subscriber
from phosphene.social.topics import Topics
from phosphene.store.store import Store
from phosphene.web import as_problem

Identify = Callable[[WebSocket], Awaitable[Person]]
Allow = Callable[[WebSocket, Person, Like | PostComment], Awaitable[None]]
"""Whether a person may do this now."""
Admit = Callable[[WebSocket, Person, str, str | None], Awaitable[None]]
"""Whether a person may follow a topic, perhaps with an embed token."""
Attend = Callable[[WebSocket, Callable[[], None]], AbstractContextManager[None]]
"""While a connection is open: what closes it from outside, as when its login ends."""


NoteTurn = Callable[[WebSocket, Person, Turn, int], Awaitable[Sequence[Clip]]]
"""Notes that somebody had a clip before them for so many milliseconds; what is to follow."""


async def _learn_nothing(
    websocket: WebSocket, person: Person, turn: Turn, watched_ms: int
) -> Sequence[Clip]:
    return ()


LOGIN_ENDED = "this login has ended: sign in again"


class Sockets:
    """Accepts connections; knows how many are open, and how many from each ``household``: people
    at one address."""

    def __init__(
        self,
        *,
        identify: Identify,
        allow: Allow,
        admit: Admit,
        store: Store,
        topics: Topics,
        presence: PresenceTracker,
        actions: Actions,
        crowds: Crowds,
        attend: Attend = lambda websocket, close: nullcontext(),
        note_turn: NoteTurn = _learn_nothing,
        capacity: int,
        per_address: int = 1_000_000,
        household: Callable[[WebSocket], str] = str,
    ) -> None:
        self._identify = identify
        self._allow = allow
        self._admit = admit
        self._store = store
        self._topics = topics
        self._presence = presence
        self._actions = actions
        self._crowds = crowds
        self._attend = attend
        self._note_turn = note_turn
        self._capacity = capacity
        self._per_address = per_address
        self._household = household
        self._of: Counter[str] = Counter()
        self.open_sockets = 0

    async def handle_socket(self, websocket: WebSocket) -> None:
        """One connection from its handshake to its end."""
        subprotocol = protocol.choose_subprotocol(websocket.scope["subprotocols"])
        # Accepted before it is refused: a browser tells its page nothing of a handshake that
        # failed, but the code of a close.
        await websocket.accept(subprotocol)
        if self.open_sockets >= self._capacity:
            await close_socket(websocket, protocol.SERVER_FULL, "the server is full")
            return
        household = self._household(websocket)
        if self._of[household] >= self._per_address:
            await close_socket(
                websocket, protocol.SERVER_FULL, "your address has too many connections"
            )
            return
        self.open_sockets += 1
        self._of[household] += 1
        transport: FanoutTransport | None = websocket.scope.get("extensions", {}).get(EXTENSION)
        lives_on = False
        try:
            person = await self._identify(websocket)
            if transport is None:
                await self._hold_plain(websocket, person, subprotocol)
            else:
                held = partial(self._hold_framed, person, subprotocol, transport, household)
                transport.outlive_request(websocket, held)
                lives_on = True
        except Unauthorized as error:
            await close_socket(websocket, protocol.BAD_IDENTITY, str(error))
        except RetryLater as error:
            await close_socket(websocket, protocol.GOING_AWAY, str(error))
        finally:
            if not lives_on:
                self._leave(household)

    def _leave(self, household: str) -> None:
        self.open_sockets -= 1
        self._of[household] -= 1
        if not self._of[household]:
            del self._of[household]

    async def _hold_framed(
        self,
        person: Person,
        subprotocol: str | None,
        transport: FanoutTransport,
        household: str,
        websocket: WebSocket,
    ) -> None:
        form = protocol.format_of(subprotocol, framed=True)
        subscriber = FanoutSubscriber(form, transport, self._crowds)
        transport.bind_subscriber(subscriber)
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._hold(websocket, person, subscriber, tasks)
        finally:
            self._leave(household)

    async def _hold_plain(
        self, websocket: WebSocket, person: Person, subprotocol: str | None
    ) -> None:
        plain = QueueSender(websocket, protocol.format_of(subprotocol, framed=False))
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(plain.run())
            try:
                await self._hold(websocket, person, plain.subscriber, tasks)
            finally:
                sender.cancel()

    async def _hold(
        self,
        websocket: WebSocket,
        person: Person,
        subscriber: Subscriber,
        tasks: asyncio.TaskGroup,
    ) -> None:
        subscriptions = Subscriptions(
            self._store, self._topics, self._presence.count_viewers, person, subscriber
        )
        connection = Connection(
            websocket,
            person,
            subscriber,
            subscriptions,
            self._presence,
            self._actions,
            self._allow,
            self._admit,
            self._note_turn,
            tasks,
        )

        def close() -> None:
            tasks.create_task(close_socket(websocket, protocol.BAD_IDENTITY, LOGIN_ENDED))

        try:
            with self._attend(websocket, close):
                await connection.run()
        finally:
            subscriptions.leave_all()
            connection.stop_restoring()


class Connection:
    """What one client says, and the answers. ``tasks`` live as long as it does."""

    __slots__ = (
        "_actions",
        "_admit",
        "_allow",
        "_began_s",
        "_note_turn",
        "_person",
        "_presence",
        "_restoring",
        "_subscriber",
        "_subscriptions",
        "_tasks",
        "_tokens",
        "_watch",
        "_watched",
        "_websocket",
    )

    def __init__(
        self,
        websocket: WebSocket,
        person: Person,
        subscriber: Subscriber,
        subscriptions: Subscriptions,
        presence: PresenceTracker,
        actions: Actions,
        allow: Allow,
        admit: Admit,
        note_turn: NoteTurn,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._websocket = websocket
        self._person = person
        self._subscriber = subscriber
        self._subscriptions = subscriptions
        self._presence = presence
        self._actions = actions
        self._allow = allow
        self._admit = admit
        self._note_turn = note_turn
        self._tasks = tasks
        self._restoring: asyncio.Task[None] | None = None
        self._watch: AbstractContextManager[None] | None = None
        self._watched: str | None = None
        self._began_s = 0.0
        self._tokens: dict[str, str] = {}
        subscriber.on_lost = self._start_restoring

    async def run(self) -> None:
        """Welcome the client and answer it until either side closes."""
        self._subscriber.send_message(Welcome(self._person))
        # In the process and not on the bus: a connection lives in one process, and a question to
        # Redis for each message would cost more than the message.
        bucket = TokenBucket(protocol.MESSAGES_PER_S, protocol.MESSAGES_BURST, time.monotonic())
        try:
            while (message := await self._websocket.receive())["type"] == "websocket.receive":
                if not bucket.take_token(time.monotonic()):
                    await close_socket(
                        self._websocket, protocol.TOO_MANY_MESSAGES, "too many messages"
                    )
                    return
                try:
                    await self._handle_message(message)
                except Unreadable as error:
                    await close_socket(self._websocket, protocol.BAD_MESSAGE, str(error))
                    return
                # Whoever does not read is not heard: answers cannot pile up.
                # Or a client that asks and never reads would fill our memory with answers.
                await self._subscriber.flowing.wait()
        finally:
            self._stop_watching()

    def _start_restoring(self) -> None:
        # Not a task that waits for it: most connections never lose anything.
        if self._restoring is None or self._restoring.done():
            self._restoring = self._tasks.create_task(self._restore_topics())

    def stop_restoring(self) -> None:
        """Nothing more is given to the client."""
        self._subscriber.on_lost = _nothing
        if self._restoring is not None:
            self._restoring.cancel()

    async def _restore_topics(self) -> None:
        """Snapshots for a client that was too slow; if the store cannot give them, it must come
        back."""
        try:
            await self._subscriptions.restore_lost(self._readmit)
        except RetryLater as error:
            await close_socket(self._websocket, protocol.GOING_AWAY, str(error))

    async def _handle_message(self, message: Any) -> None:
        data = message.get("text")
        try:
            said = protocol.decode(
                message["bytes"] if data is None else data, self._subscriber.format
            )
        except Misshapen as error:
            self._subscriber.send_message(Failure(error.id, as_problem(error)))
            return
        try:
            await self._carry_out(said)
        except PhospheneError as error:
            self._subscriber.send_message(Failure(said.id, as_problem(error)))

    async def _carry_out(self, said: ClientMessage) -> None:
        match said:
            case Subscribe():
                await self._admit(self._websocket, self._person, said.topic, said.token)
                await self._subscriptions.subscribe(said)
                self._keep_token(said.topic, said.token)
            case ClientPing():
                self._subscriber.send_message(ServerPong(said.id))
            case Unsubscribe():
                await self._subscriptions.unsubscribe(said)
                self._tokens.pop(said.topic, None)
                self._subscriber.send_message(Ok(said.id))
            case PostComment():
                await self._allow(self._websocket, self._person, said)
                comment = await self._actions.add_comment(
                    said.clip, self._person, said.text, said.key, said.parent
                )
                self._subscriber.send_message(Ok(said.id, comment.held or UNSET))
            case Turn():
                # Told before the next clip is watched: the server's own clock bounds it.
                known = said.clip == self._watched
                watched_ms = int(1000 * (time.monotonic() - self._began_s)) if known else 0
                clips = await self._note_turn(self._websocket, self._person, said, watched_ms)
                self._subscriber.send_message(NextClips(tuple(clips), said.id))
            case Like() | Watch():
                await self._act(said)
                self._subscriber.send_message(Ok(said.id))

    async def _act(self, said: Like | Watch) -> None:
        match said:
            case Like():
                await self._allow(self._websocket, self._person, said)
                await self._actions.like_clip(said.clip, self._person, said.on)
            case Watch():
                self._stop_watching()
                if said.clip is not None:
                    await self._may_watch(said.clip)
                    watch = self._presence.watching_clip(self._person.id, said.clip)
                    watch.__enter__()
                    self._watch = watch
                    self._watched, self._began_s = said.clip, time.monotonic()

    def _stop_watching(self) -> None:
        watch, self._watch, self._watched = self._watch, None, None
        if watch is not None:
            watch.__exit__(None, None, None)

    def _keep_token(self, topic: str, token: str | None) -> None:
        self._tokens.pop(topic, None)
        if token is not None:
            self._tokens[topic] = token

    async def _readmit(self, topic: str) -> None:
        """Whether this person may follow a topic now. Raises as ``admit``."""
        await self._admit(self._websocket, self._person, topic, self._tokens.get(topic))

    async def _may_watch(self, clip: str) -> None:
        """Who follows a clip may watch it."""
        topic = clip_topic(clip)
        if topic not in self._subscriber.topics:
            await self._admit(self._websocket, self._person, topic, None)


def _nothing() -> None:
    """Of a connection that has ended."""


def socket_route(path: str, sockets: Sockets) -> WebSocketRoute:
    """The route to give to the application."""
    return WebSocketRoute(path, sockets.handle_socket)
