"""Topics over the socket: what happens, each event once, over lost connections and restarts.

The server keeps a topic as a log and we keep a place (epoch, seq) in it. Whoever comes back says
its place and gets what it missed, or a snapshot where that is too long ago: so nothing is polled,
nothing is lost unsaid, and nothing comes twice.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from phosphene.client.problems import Unreachable, error_of
from phosphene.client.retry_delay import backoff_s
from phosphene.errors import BadInput, NotFound, Unauthorized
from phosphene.events import ClipRemoved
from phosphene.model import Position, clip_topic
from phosphene.social.protocol import (
    BAD_IDENTITY,
    BAD_MESSAGE,
    SERVER_FULL,
    TOO_MANY_MESSAGES,
    ClientMessage,
    Failure,
    Happened,
    ServerMessage,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Watch,
    Welcome,
)

AWAY: Final = (OSError, TimeoutError, WebSocketException)
# So many steps of the back-off are left out where the server is full, as every try adds to it.
CROWDED: Final = 4

Told = Subscribed | Happened
"""``Subscribed`` with the snapshot of a topic, and ``Happened`` with an event of it."""

_messages: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)


class _Envelope(Struct):
    """Where an event stands whose type is of a newer server."""

    topic: str = ""
    seq: int | None = None


_envelopes = msgspec.json.Decoder(_Envelope)


class Places:
    """Where a client stands in each topic. Decides what of the server's messages is news."""

    def __init__(self, at: Mapping[str, Position | None]) -> None:
        self.topics = dict(at)

    def news(self, message: Told) -> Told | None:
        """The message, if it tells what was not told before."""
        if message.topic not in self.topics:
            return None  # it was left while this was on its way
        if isinstance(message, Subscribed):
            return self._begin(message)
        return message if self.advance(message.topic, message.seq) else None

    def advance(self, topic: str, seq: int | None) -> bool:
        """Whether an event is new. One that is not stored (presence, progress) has no place, and
        what comes before the snapshot that was asked for is in it."""
        at = self.topics.get(topic)
        if at is None or (seq is not None and seq <= at.seq):
            return False
        if seq is not None:
            self.topics[topic] = Position(at.epoch, seq)
        return True

    def _begin(self, message: Subscribed) -> Subscribed | None:
        """Recovered: what was missed comes next, and moves the place one by one."""
        if not message.recovered or self.topics[message.topic] is None:
            self.topics[message.topic] = message.at
        return None if message.recovered else message


class Following:
    """An async iterator of what topics tell, and an async context that holds the connection.

    An error of one topic (NotFound, Unauthorized, Forbidden) is raised by the iteration, which may
    go on for the others. It reads as it is iterated: who is slow slows the server's sending down,
    and at worst gets a snapshot.
    """

    def __init__(
        self,
        url: str,
        token: str,
        at: Mapping[str, Position | None],
        *,
        opened_by: str = "",
        give_up_s: float = float("inf"),
    ) -> None:
        self._url = url
        self._token = token
        self._places = Places(at)
        self._opened_by = opened_by or None
        self._give_up_s = give_up_s
        self._socket: ClientConnection | None = None
        self._asked: dict[int, str] = {}
        self._confirmed: set[str] = set()
        self._watched: str | None = None
        self._numbers = itertools.count(1)
        self._attempt = 0

    @property
    def places(self) -> dict[str, Position]:
        """The place in each topic, to go on from in another process."""
        return {topic: at for topic, at in self._places.topics.items() if at is not None}

    async def subscribe(self, topic: str, at: Position | None = None) -> None:
        """Follow one more topic, from a place on where one is given."""
        if topic not in self._places.topics:
            self._places.topics[topic] = at
            await self._ask(topic)

    async def unsubscribe(self, topic: str) -> None:
        if topic in self._places.topics:
            del self._places.topics[topic]
            self._confirmed.discard(topic)
            await self._say(Unsubscribe(topic))

    async def watch_clip(self, clip: str | None) -> None:
        """Count as one who has the clip before them; None: nothing."""
        self._watched = clip
        await self._say(Watch(clip))

    async def __aenter__(self) -> Self:
        """Raises Unreachable, BadInput (no such address)."""
        try:
            await self._open()
        except AWAY as error:
            raise Unreachable(f"{self._url} does not answer: {error}") from None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Told:
        """The next news. Raises Unauthorized (of us), Unreachable (it stayed away for longer than
        ``give_up_s``), and what the server says of a topic."""
        while True:
            message = await self._receive()
            told = None if message is None else self._heard(message)
            if told is not None:
                return told

    async def _receive(self) -> ServerMessage | None:
        """The next message; None of one that is not known here, or when a connection was lost."""
        if self._socket is None:
            await self._come_back()
            return None
        try:
            raw = await self._socket.recv()
        except ConnectionClosed as closed:
            self._socket = None
            self._attempt += self._closed(closed)
            return None
        try:
            return _messages.decode(raw)
        except msgspec.ValidationError:
            # An event of a newer server moves the place too: else the next connection would ask for
            # it again.
            passed = _envelopes.decode(raw)
            self._places.advance(passed.topic, passed.seq)
            return None

    def _heard(self, message: ServerMessage) -> Told | None:
        match message:
            case Welcome():
                # Not when it is connected: a full server accepts a connection before it refuses it.
                self._attempt = 0
            case Subscribed():
                self._asked.pop(message.id or 0, None)
                self._confirmed.add(message.topic)
                return self._places.news(message)
            case Happened():
                return self._places.news(message)
            case Failure():
                return self._failed(message)
        return None

    def _failed(self, message: Failure) -> Told | None:
        """A topic that is refused is left. One that was there is a clip that was removed while
        nobody here could be told."""
        topic = self._asked.pop(message.id or 0, "")
        error = error_of(message.problem)
        self._places.topics.pop(topic, None)
        # To the follower it is the same as having heard it, and a loop over events need not catch
        # an exception for what is no mistake of theirs.
        if isinstance(error, NotFound) and topic in self._confirmed:
            self._confirmed.discard(topic)
            return Happened(topic, None, ClipRemoved(topic.removeprefix(clip_topic(""))))
        raise error

    def _closed(self, closed: ConnectionClosed) -> int:
        """Steps of the back-off. Raises what coming back does not mend."""
        code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
        if code == BAD_IDENTITY:
            raise Unauthorized(reason)
        if code == BAD_MESSAGE:
            raise BadInput(reason)
        return CROWDED if code in {SERVER_FULL, TOO_MANY_MESSAGES} else 0

    async def _come_back(self) -> None:
        gives_up = time.monotonic() + self._give_up_s
        while self._socket is None:
            wait_s = backoff_s(self._attempt, random.random())
            self._attempt += 1
            if time.monotonic() + wait_s > gives_up:
                raise Unreachable(f"{self._url} stayed away for {self._give_up_s:g} s")
            await asyncio.sleep(wait_s)
            try:
                await self._open()
            except AWAY:
                continue

    async def _open(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else None
        try:
            self._socket = await connect(
                self._url,
                subprotocols=[Subprotocol("phosphene.json")],
                additional_headers=headers,
                max_size=None,  # a snapshot is as large as the server makes it
            )
        except InvalidURI as error:
            raise BadInput(str(error)) from None
        # Numbers of a lost connection are answered by nobody.
        self._asked.clear()
        for topic in self._places.topics:
            await self._ask(topic)
        if self._watched is not None:
            await self._say(Watch(self._watched))

    async def _ask(self, topic: str) -> None:
        number = next(self._numbers)
        self._asked[number] = topic
        at = self._places.topics.get(topic)
        await self._say(Subscribe(topic, number, at, self._opened_by))

    async def _say(self, message: ClientMessage) -> None:
        """Nothing is lost where there is no connection: it is said again when there is one."""
        if self._socket is None:
            return
        try:
            await self._socket.send(msgspec.json.encode(message).decode())
        except ConnectionClosed:
            return  # the next reading finds it, and comes back


def socket_url(server: str) -> str:
    """The socket's address on a server."""
    return server.replace("http", "ws", 1) + "/v1/socket"


def positions(topics: tuple[str, ...], at: Mapping[str, Any]) -> dict[str, Position | None]:
    """Where each topic begins: at its place, or with a snapshot."""
    return {**dict.fromkeys(topics), **at}
