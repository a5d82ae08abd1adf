"""The ordinary way out, for servers without the fan-out extension: one bounded queue."""

import asyncio
from collections import deque
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from phosphene.social.protocol import TOO_SLOW, MessageFormat
from phosphene.social.topic import Subscriber

# As many as a topic keeps in memory: who is further behind could not be caught up from there
# anyway.
QUEUE_HIGH = 256
QUEUE_LOW = 32
PATIENCE_S = 30.0
# Bytes of UTF-8, by RFC 6455.
# A control frame holds 125 of them (5.5), and the code takes two.
REASON_LIMIT = 123


async def close_socket(websocket: WebSocket, code: int, reason: str) -> None:
    """Close, unless the connection is closed already."""
    if websocket.application_state is WebSocketState.CONNECTED:
        with suppress(WebSocketDisconnect):
            # Cut as bytes, perhaps within a letter, whose rest is dropped: a peer must fail a
            # connection whose reason is no UTF-8 (RFC 6455, 8.1).
            await websocket.close(code, reason.encode()[:REASON_LIMIT].decode(errors="ignore"))


class QueueSender:
    """Sends what ``subscriber`` is given, one message after the other, while ``run`` runs."""

    def __init__(self, websocket: WebSocket, form: MessageFormat) -> None:
        self.subscriber = Subscriber(form, self._put)
        self._websocket = websocket
        self._queue: deque[bytes] = deque()
        self._posted = asyncio.Event()

    async def run(self) -> None:
        """Send until the connection ends; a peer that takes nothing for 30 s is closed."""
        try:
            while True:
                await self._posted.wait()
                self._posted.clear()
                await self._drain()
        except TimeoutError:
            await close_socket(self._websocket, TOO_SLOW, "too slow")
        except WebSocketDisconnect:
            return
        finally:
            self.subscriber.end()

    async def _drain(self) -> None:
        while self._queue:
            async with asyncio.timeout(PATIENCE_S):
                await self._send(self._queue.popleft())
            if self.subscriber.is_paused and len(self._queue) <= QUEUE_LOW:
                self.subscriber.resume_delivery()

    async def _send(self, data: bytes) -> None:
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            return
        if self.subscriber.format.is_binary:
            await self._websocket.send_bytes(data)
        else:
            await self._websocket.send_text(data.decode())

    def _put(self, data: bytes) -> None:
        self._queue.append(data)
        self._posted.set()
        if len(self._queue) > QUEUE_HIGH and not self.subscriber.is_paused:
            self.subscriber.pause_delivery()
