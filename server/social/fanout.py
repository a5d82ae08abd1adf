"""The fast way out: frames written straight to the transports of uvicorn's WebSockets.

An ASGI extension. uvicorn is given ``FanoutProtocol`` as its WebSocket class; a route then finds
a ``FanoutTransport`` in ``scope["extensions"]["phosphene.fanout"]``. Without it (another server, a
test client) the route sends in the ordinary way.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketState
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from phosphene.failure_boundary import boundary
from phosphene.social.light_primitives import LightEvent, MessageQueue
from phosphene.social.protocol import GOING_AWAY, HEARTBEAT_S, MESSAGE_LIMIT, TOO_SLOW
from phosphene.social.topic import Subscriber

EXTENSION = "phosphene.fanout"
# Who came, from where, by which page: asked again when a topic is followed or something is written.
KEPT = (
    *("type", "scheme", "client", "server", "root_path"),
    *("path", "query_string", "headers", "state"),
)
KEPT_HEADERS = {b"host", b"origin", b"referer", b"sec-fetch-site"}
# A larger kernel buffer would hide megabytes from a peer that does not read.
# The kernel's buffers grow by themselves to megabytes: 3 MB were swallowed for a peer that read
# nothing, and backpressure came that much too late.
SEND_BUFFER = 64 * 1024
# Some 450 events of 143 bytes: beyond that a place is kept instead of bytes, so a connection costs
# 128 KiB at most, however slow it is.
HIGH_WATER = 64 * 1024
LOW_WATER = 16 * 1024
# With a ping every 25 s a peer that is gone is noticed after 45 s.
PONG_TIMEOUT_S = 20
# A phone in a tunnel comes back within that; who does not is closed, comes again and goes on from
# its place.
PATIENCE_S = 30.0
LAST_WORDS_S = 5.0


Held = Callable[[WebSocket], Awaitable[None]]
"""Holds a connection from its handshake to its end."""


class FanoutTransport:
    """The transport of one WebSocket and the subscriber that writes to it."""

    __slots__ = ("_patience", "_protocol", "_subscriber", "closed", "transport")

    def __init__(self, protocol: "FanoutProtocol") -> None:
        self._protocol = protocol
        self._subscriber: Subscriber | None = None
        self._patience: asyncio.TimerHandle | None = None
        self.transport = protocol.transport
        self.closed = False
        """Whether a close frame went out, or came."""

    def write(self, frame: bytes) -> None:
        """Write a whole frame; nothing is written after a close."""
        # Straight to the transport: 4.0 us of CPU for an event to one of 1,000 clients, where
        # ``send_text`` one by one takes 10.3 and the bare system call 2.9. picows would gain
        # nothing on that, granian and hypercorn cost four times as much.
        if not (self.closed or self.transport.is_closing()):
            self.transport.write(frame)

    def outlive_request(self, websocket: WebSocket, held: Held) -> None:
        """Once the route has returned, the connection lives on as long as ``held``, which is given
        its WebSocket."""
        self._protocol.outlive_request(websocket, held)

    def bind_subscriber(self, subscriber: Subscriber) -> None:
        """Let backpressure pause and resume an subscriber, once the handshake is done."""
        self._subscriber = subscriber
        if not self._protocol.writable.is_set():
            self.on_paused()

    def on_paused(self) -> None:
        """The peer does not read: it has 30 s."""
        if self._subscriber is None:
            return
        self._subscriber.pause_delivery()
        if self._patience is None:
            self._patience = asyncio.get_running_loop().call_later(PATIENCE_S, self._give_up)

    def on_resumed(self) -> None:
        """The peer reads again."""
        self._stop_waiting()
        if self._subscriber is not None:
            self._subscriber.resume_delivery()

    def release(self) -> None:
        """The connection is over."""
        self.closed = True
        self._stop_waiting()
        if self._subscriber is not None:
            self._subscriber.end()
            self._subscriber = None

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        self._protocol.hang_up(TOO_SLOW, "too slow")


class FanoutProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket with a ``FanoutTransport``, our heartbeat, no compression and bounded
    buffers.

    Relies on parts of uvicorn that it does not promise; a test holds them.
    """

    # uvicorn keeps more attributes than Python shares the keys of (30): a dictionary of its own
    # took 1.6 kB of each connection.
    __slots__ = (
        *("_held", "_on_lost", "app", "app_state", "asgi_version", "client", "close_sent"),
        *("close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type"),
        *("default_headers", "disconnected", "ended", "fanout", "frames", "handshake_complete"),
        *("handshake_initiated", "initial_response", "last_ping_rtt", "logger", "loop"),
        *("pending_ping_payload", "ping_interval", "ping_sent_at", "ping_timeout", "ping_timer"),
        *("pong_timer", "queue", "read_paused", "request", "response", "root_path", "scheme"),
        *("scope", "server", "tasks", "transport", "writable"),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fanout: FanoutTransport | None = None
        self.ended = False
        self._on_lost: Callable[[], None] | None = None
        self._held: Coroutine[Any, Any, None] | None = None
        # Compressing once per connection would cost more than all the rest; twice the limit of a
        # message, so that one just too long is answered by the route.
        # permessage-deflate costs 31 us a delivery and 59 kB a connection (6 us and 25 kB without),
        # to make 127 bytes of 132: events are too short to compress one by one.
        self.conn = ServerProtocol(max_size=2 * MESSAGE_LIMIT, logger=self.logger)
        self.queue: Any = MessageQueue()
        self.writable: Any = LightEvent(is_set=True)
        self.ping_interval = HEARTBEAT_S
        self.ping_timeout = PONG_TIMEOUT_S

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code != 101:
            return
        self.fanout = FanoutTransport(self)
        extensions: dict[str, Any] = {**(self.scope["extensions"] or {}), EXTENSION: self.fanout}
        self.scope["extensions"] = extensions
        # Backpressure comes as a call from the transport and is not looked for: a test before each
        # write would be paid for every event of every connection.
        self.transport.set_write_buffer_limits(high=HIGH_WATER, low=LOW_WATER)
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def outlive_request(self, websocket: WebSocket, held: Held) -> None:
        """Hold the connection when its ASGI call has returned, and drop what only that needed."""
        # Fifteen coroutines of middleware and routing, each waiting for the next, their closures
        # and the handshake's headers were half of what a connection cost.
        given: dict[str, Any] = dict(self.scope)
        scope = {name: given[name] for name in KEPT}
        scope["headers"] = [one for one in scope["headers"] if one[0] in KEPT_HEADERS]
        self.scope = scope  # type: ignore[assignment]
        light = WebSocket(scope, self.receive, self.send)  # type: ignore[arg-type]
        light.client_state = light.application_state = WebSocketState.CONNECTED
        # The parser holds them to the end.
        self.request.headers.clear()
        self.response.headers.clear()
        self._held = held(light)  # type: ignore[assignment]

    async def run_asgi(self) -> None:
        """The ASGI call; then what holds the connection goes on in a task of its own, which uvicorn
        waits for as it does for the call."""
        await self._until_done(self.app(self.scope, self.receive, self.send))
        self.send_500_response()  # which does nothing once there was an answer
        held, self._held = self._held, None
        if held is None:
            self._end_call()
            return
        task = self.loop.create_task(self._hold(held))
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    async def _hold(self, held: Awaitable[None]) -> None:
        await self._until_done(held)
        self._end_call()

    async def _until_done(self, work: Awaitable[None]) -> None:
        with boundary("socket"), suppress(ClientDisconnected):
            await work

    def _end_call(self) -> None:
        if self.close_timer is None:
            self.transport.close()

    def call_when_lost(self, tell: Callable[[], None]) -> None:
        """``tell`` is called once, when the connection is over. uvicorn makes the protocol, so it
        cannot be given at its making."""
        self._on_lost = tell

    async def send(self, message: ASGISendEvent) -> None:
        if self.ended:
            raise ClientDisconnected
        await super().send(message)
        if self.fanout is not None and message["type"] == "websocket.close":
            self.fanout.closed = True

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.fanout is not None:
            self.fanout.on_paused()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.fanout is not None:
            self.fanout.on_resumed()

    def handle_close(self, event: Frame) -> None:
        self._release()
        super().handle_close(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._release()
        if self._on_lost is not None:
            self._on_lost()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: say so with 1001, which asks the client to come back."""
        if self.handshake_complete and not self.close_sent:
            self.stop_keepalive()
            self.hang_up(GOING_AWAY, "the server is going away")
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        """The peer is dead; what it has not read must not keep the connection."""
        super().keepalive_timeout()
        self.ended = True
        self._release()
        self._abort_later()

    def hang_up(self, code: int, reason: str) -> None:
        """Close from our side without waiting for a peer that may not be reading."""
        self._release()
        if self.conn.state is not State.OPEN:
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.ended = True
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        if self.close_timer is None and not self.disconnected:
            # A peer that does not read does not read a close frame either.
            self.close_timer = self.loop.call_later(LAST_WORDS_S, self.transport.abort)

    def _release(self) -> None:
        if self.fanout is not None:
            self.fanout.release()
