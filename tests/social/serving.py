"""A real server with sockets only, and clients for it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.typing import Subprotocol

from phosphene.bus.bus import Bus
from phosphene.bus.redis import open_bus
from phosphene.bus.redis_counters import open_counters
from phosphene.errors import TooMany, Unauthorized
from phosphene.model import Clip, Person, clip_topic
from phosphene.social.actions import Actions
from phosphene.social.crowd import Crowds
from phosphene.social.fanout import FanoutProtocol
from phosphene.social.presence import PresenceTracker
from phosphene.social.protocol import Like, PostComment
from phosphene.social.send_ring import SendRing
from phosphene.social.socket import Admit, Sockets, socket_route
from phosphene.social.topics import Topics
from phosphene.store.store import Store
from tests.store.making import a_store

NOON = 1_790_000_000.0
ANNA = Person("anna-id", "anna")
SOON_S = 20.0


@dataclass
class Site:
    """One instance: its rooms and the address of its socket. ``allowed`` counts down writes."""

    store: Store
    bus: Bus
    topics: Topics
    presence: PresenceTracker
    actions: Actions
    sockets: Sockets
    url: str
    server: uvicorn.Server
    fast: bool
    allowed: list[int]


def a_clip(clip_id: str, **changes: Any) -> Clip:
    clip = Clip(
        id=clip_id, author=ANNA, text="a red ball", seconds=5, status="queued", created_at=NOON
    )
    return msgspec.structs.replace(clip, **changes)


async def identify(websocket: WebSocket) -> Person:
    """People say who they are in the query of the address; nobody else is let in."""
    name = websocket.query_params.get("name")
    if not name:
        raise Unauthorized("say who you are")
    return Person(f"{name}-id", name)


def admitting(store: Store) -> Admit:
    """People may follow all that is there."""

    async def admit(websocket: WebSocket, person: Person, topic: str, token: str | None) -> None:
        if topic.startswith(clip_topic("")):
            await store.get_clip(topic.removeprefix(clip_topic("")))

    return admit


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[str]:
    """Serve on a free port; gives the address of the socket."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        serving = asyncio.ensure_future(server.serve([listener]))
        await server.listening.wait()
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/v1/socket"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def a_site(
    path: Path,
    *,
    redis_url: str = "",
    instance: str = "one",
    capacity: int = 100,
    per_address: int = 100,
    protocol: type[asyncio.Protocol] = FanoutProtocol,
    clock: Callable[[], float] = lambda: NOON,
    ring: SendRing | None = None,
) -> AsyncIterator[Site]:
    """An instance on the database ``path``, ready for clients."""
    async with (
        a_store(path, instance, clock) as store,
        open_bus(redis_url, instance) as bus,
        open_counters(redis_url, instance) as counters,
    ):
        topics = Topics(store, bus)
        presence = PresenceTracker(topics, counters)
        actions = Actions(store, topics, let_pass, clock)
        allowed = [1_000_000]

        async def allow(websocket: WebSocket, person: Person, said: Like | PostComment) -> None:
            allowed[0] -= 1
            if allowed[0] < 0:
                raise TooMany("not so fast", 3.0)

        sockets = Sockets(
            identify=identify,
            allow=allow,
            admit=admitting(store),
            store=store,
            topics=topics,
            presence=presence,
            actions=actions,
            crowds=Crowds(ring),
            capacity=capacity,
            per_address=per_address,
            household=lambda websocket: "here",
        )
        server = Server(
            uvicorn.Config(
                Starlette(routes=[socket_route("/v1/socket", sockets)]),
                ws=protocol,
                lifespan="off",
                log_level="error",
            )
        )
        fast = protocol is FanoutProtocol
        async with beside(topics.run(), presence.run()), running(server) as url:
            yield Site(store, bus, topics, presence, actions, sockets, url, server, fast, allowed)


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(SOON_S):
        while not true():  # noqa: ASYNC110 - nothing of the other side can be waited for
            await asyncio.sleep(0)


@asynccontextmanager
async def beside(*runs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run them as long as the body; an error of theirs is an error of the test."""
    tasks = [asyncio.ensure_future(run) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        failed = [one for one in results if not isinstance(one, asyncio.CancelledError)]
        assert not failed, failed


class Client:
    """A person's connection; messages as dicts."""

    def __init__(self, connection: ClientConnection, binary: bool) -> None:
        self.connection = connection
        self._binary = binary
        self._id = 0
        self.skipped: list[dict[str, Any]] = []

    async def send(self, **message: Any) -> int:
        """Send a message under a new id; returns the id."""
        self._id += 1
        encode = msgspec.msgpack.encode if self._binary else msgspec.json.encode
        data = encode({"id": self._id, **message})
        await self.connection.send(data if self._binary else data.decode())
        return self._id

    async def receive(self) -> dict[str, Any]:
        """The next message in the order they came."""
        return self.skipped.pop(0) if self.skipped else await self._read()

    async def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that fits; the others stay for later."""
        for message in self.skipped:
            if fits(message):
                self.skipped.remove(message)
                return message
        while not fits(message := await self._read()):
            self.skipped.append(message)
        return message

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of a type."""
        return await self.until(
            lambda message: message["type"] == "event" and message["event"]["type"] == kind
        )

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Send, and wait for the answer under its id."""
        id_ = await self.send(**message)
        return await self.until(lambda answer: answer.get("id") == id_)

    async def _read(self) -> dict[str, Any]:
        async with asyncio.timeout(SOON_S):
            data = await self.connection.recv()
        assert isinstance(data, bytes) == self._binary
        if isinstance(data, bytes):
            decoded = msgspec.msgpack.decode(data)
        else:
            decoded = msgspec.json.decode(data)
        assert isinstance(decoded, dict)
        return decoded

    async def subscribe(self, topic: str, at: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.ask(type="subscribe", topic=topic, at=at)
        assert answer["type"] == "subscribed", answer
        return answer

    async def closed(self) -> int:
        """The close code, when the server has closed."""
        async with asyncio.timeout(SOON_S):
            with suppress(websockets.ConnectionClosed):
                while True:
                    await self.connection.recv()
        assert self.connection.close_code is not None
        return self.connection.close_code


@asynccontextmanager
async def a_client(
    url: str, name: str = "ben", subprotocol: str | None = None, **options: Any
) -> AsyncIterator[Client]:
    """A connection that has been welcomed."""
    offered = [Subprotocol(subprotocol)] if subprotocol else None
    address = f"{url}?name={name}" if name else url
    async with websockets.connect(address, subprotocols=offered, **options) as connection:
        client = Client(connection, subprotocol == "phosphene.msgpack")
        if name:
            welcome = await client.receive()
            assert welcome["type"] == "welcome"
            assert welcome["person"] == {"id": f"{name}-id", "handle": name}
        yield client


async def let_pass(text: str, person_id: str) -> str:
    """A review of comments that finds nothing."""
    return ""
