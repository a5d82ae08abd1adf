"""The WebSocket route: a person's live connection to topics, likes, comments and presence."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from server.errors import PhospheneError, RetryLater, Unauthorized
from server.model import Person, clip_topic
from server.social import protocol
from server.social.actions import Actions
from server.social.fanout import EXTENSION, Wire
from server.social.presence import Presence
from server.social.protocol import (
    ClientMessage,
    Failure,
    Like,
    Misshapen,
    Ok,
    Ping,
    Pong,
    Say,
    Subscribe,
    Unreadable,
    Unsubscribe,
    Watch,
    Welcome,
)
from server.social.queue_sender import PlainSender, close
from server.social.subscriptions import Subscriptions
from server.social.topic import Outlet
from server.social.topics import Topics
from server.store.store import Store
from server.web import as_problem

Identify = Callable[[WebSocket], Awaitable[Person]]
Allow = Callable[[WebSocket, Person, Like | Say], Awaitable[None]]
"""Whether a person may do this now."""
Admit = Callable[[WebSocket, Person, str, str | None], Awaitable[None]]
"""Whether a person may follow a topic, perhaps with an embed token."""


class Bucket:
    """A token bucket: ``rate`` a second, ``burst`` at once."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token, if there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


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
        presence: Presence,
        actions: Actions,
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
        self._capacity = capacity
        self._per_address = per_address
        self._household = household
        self._of: Counter[str] = Counter()
        self.open = 0

    async def endpoint(self, websocket: WebSocket) -> None:
        """One connection from its handshake to its end."""
        subprotocol = protocol.choose(websocket.scope["subprotocols"])
        await websocket.accept(subprotocol)
        if self.open >= self._capacity:
            await close(websocket, protocol.SERVER_FULL, "the server is full")
            return
        household = self._household(websocket)
        if self._of[household] >= self._per_address:
            await close(websocket, protocol.SERVER_FULL, "your address has too many connections")
            return
        self.open += 1
        self._of[household] += 1
        try:
            person = await self._identify(websocket)
            await self._hold(websocket, person, subprotocol)
        except Unauthorized as error:
            await close(websocket, protocol.BAD_IDENTITY, str(error))
        except RetryLater as error:
            await close(websocket, protocol.GOING_AWAY, str(error))
        finally:
            self.open -= 1
            self._of[household] -= 1
            if not self._of[household]:
                del self._of[household]

    async def _hold(self, websocket: WebSocket, person: Person, subprotocol: str | None) -> None:
        wire: Wire | None = websocket.scope.get("extensions", {}).get(EXTENSION)
        form = protocol.form_of(subprotocol, framed=wire is not None)
        async with asyncio.TaskGroup() as tasks:
            if wire is not None:
                outlet, sender = Outlet(form, wire.write), None
                wire.bind(outlet)
            else:
                plain = PlainSender(websocket, form)
                outlet, sender = plain.outlet, tasks.create_task(plain.run())
            subscriptions = Subscriptions(self._store, self._topics, self._presence, person, outlet)
            conversation = Conversation(
                websocket,
                person,
                outlet,
                subscriptions,
                self._presence,
                self._actions,
                self._allow,
                self._admit,
            )
            restorer = tasks.create_task(conversation.restore())
            try:
                await conversation.run()
            finally:
                subscriptions.close()
                restorer.cancel()
                if sender is not None:
                    sender.cancel()


class Conversation:
    """What one client says, and the answers."""

    def __init__(
        self,
        websocket: WebSocket,
        person: Person,
        outlet: Outlet,
        subscriptions: Subscriptions,
        presence: Presence,
        actions: Actions,
        allow: Allow,
        admit: Admit,
    ) -> None:
        self._websocket = websocket
        self._person = person
        self._outlet = outlet
        self._subscriptions = subscriptions
        self._presence = presence
        self._actions = actions
        self._allow = allow
        self._admit = admit
        self._watch = ExitStack()

    async def run(self) -> None:
        """Welcome the client and answer it until either side closes."""
        self._outlet.tell(Welcome(self._person))
        bucket = Bucket(protocol.MESSAGES_PER_S, protocol.MESSAGES_BURST, time.monotonic())
        with self._watch:
            while (message := await self._websocket.receive())["type"] == "websocket.receive":
                if not bucket.take(time.monotonic()):
                    await close(self._websocket, protocol.TOO_MANY_MESSAGES, "too many messages")
                    return
                try:
                    await self._hear(message)
                except Unreadable as error:
                    await close(self._websocket, protocol.BAD_MESSAGE, str(error))
                    return
                # Whoever does not read is not heard: answers cannot pile up.
                await self._outlet.flowing.wait()

    async def restore(self) -> None:
        """Snapshots for a client that was too slow; if the store cannot give them, it must come
        back."""
        try:
            await self._subscriptions.restore()
        except RetryLater as error:
            await close(self._websocket, protocol.GOING_AWAY, str(error))

    async def _hear(self, message: Any) -> None:
        data = message.get("text")
        try:
            said = protocol.decode(message["bytes"] if data is None else data, self._outlet.form)
        except Misshapen as error:
            self._outlet.tell(Failure(error.id, as_problem(error)))
            return
        try:
            await self._do(said)
        except PhospheneError as error:
            self._outlet.tell(Failure(said.id, as_problem(error)))

    async def _do(self, said: ClientMessage) -> None:
        match said:
            case Subscribe():
                await self._admit(self._websocket, self._person, said.topic, said.token)
                await self._subscriptions.subscribe(said)
            case Ping():
                self._outlet.tell(Pong(said.id))
            case Unsubscribe():
                await self._subscriptions.unsubscribe(said)
                self._outlet.tell(Ok(said.id))
            case Like() | Say() | Watch():
                await self._act(said)
                self._outlet.tell(Ok(said.id))

    async def _act(self, said: Like | Say | Watch) -> None:
        match said:
            case Like():
                await self._allow(self._websocket, self._person, said)
                await self._actions.like(said.clip, self._person, said.on)
            case Say():
                await self._allow(self._websocket, self._person, said)
                await self._actions.comment(said.clip, self._person, said.text, said.key)
            case Watch():
                self._watch.close()
                if said.clip is not None:
                    await self._may_watch(said.clip)
                    self._watch.enter_context(self._presence.watching(self._person.id, said.clip))

    async def _may_watch(self, clip: str) -> None:
        """Who follows a clip may watch it."""
        topic = clip_topic(clip)
        if topic not in self._outlet.topics:
            await self._admit(self._websocket, self._person, topic, None)


def socket_route(path: str, sockets: Sockets) -> WebSocketRoute:
    """The route to give to the application."""
    return WebSocketRoute(path, sockets.endpoint)
