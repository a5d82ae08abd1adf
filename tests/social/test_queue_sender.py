"""The ordinary way out, over an ASGI connection that the test holds in its hand."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from starlette.websockets import WebSocket

from phosphene.social import queue_sender
from phosphene.social.protocol import MessageFormat
from phosphene.social.queue_sender import QUEUE_HIGH, QueueSender, close_socket
from tests.social.serving import beside

pytestmark = pytest.mark.asyncio


class Peer:
    """The server's side of ASGI; nothing passes while ``stuck``."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.gone = False

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            await self.open.wait()
            if self.gone:
                raise OSError("the peer is gone")
        self.sent.append(message)

    async def receive(self) -> Any:
        return {"type": "websocket.connect"}

    async def websocket(self) -> WebSocket:
        websocket = WebSocket({"type": "websocket", "headers": []}, self.receive, self.send)
        await websocket.accept()
        self.sent.clear()
        return websocket


@pytest_asyncio.fixture
async def peer() -> Peer:
    return Peer()


async def test_messages_go_out_in_order(peer: Peer) -> None:
    for form, field in ((MessageFormat.JSON, "text"), (MessageFormat.MSGPACK, "bytes")):
        sender = QueueSender(await peer.websocket(), form)
        for number in range(100):
            sender.subscriber.write(b"%d" % number)
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(sender.run())
            while len(peer.sent) < 100:
                await asyncio.wait([running], timeout=0)
            running.cancel()
        sent = [message[field] for message in peer.sent]
        assert sent == [f"{i}" if field == "text" else b"%d" % i for i in range(100)]


async def test_a_full_queue_pauses_and_an_emptier_one_resumes(peer: Peer) -> None:
    peer.open.clear()
    sender = QueueSender(await peer.websocket(), MessageFormat.JSON)
    async with beside(sender.run()):
        for _ in range(QUEUE_HIGH):
            sender.subscriber.write(b"{}")
        assert not sender.subscriber.is_paused
        sender.subscriber.write(b"{}")
        assert sender.subscriber.is_paused
        peer.open.set()
        await asyncio.wait_for(sender.subscriber.flowing.wait(), 20)


async def test_who_takes_nothing_is_closed(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_sender, "PATIENCE_S", 0.01)
    peer.open.clear()
    sender = QueueSender(await peer.websocket(), MessageFormat.JSON)
    sender.subscriber.write(b"{}")
    sender.subscriber.pause_delivery()
    await asyncio.wait_for(sender.run(), 20)
    assert [(one["type"], one["code"]) for one in peer.sent] == [("websocket.close", 4008)]
    # Nobody waits for it any more.
    assert not sender.subscriber.is_paused


async def test_a_peer_that_is_gone_ends_the_sender(peer: Peer) -> None:
    peer.gone = True
    sender = QueueSender(await peer.websocket(), MessageFormat.JSON)
    sender.subscriber.write(b"{}")
    await asyncio.wait_for(sender.run(), 20)
    assert peer.sent == []


async def test_nothing_is_sent_after_a_close(peer: Peer) -> None:
    websocket = await peer.websocket()
    sender = QueueSender(websocket, MessageFormat.JSON)
    await close_socket(websocket, 4000, "ü" * 200)
    await close_socket(websocket, 4001, "again")
    sender.subscriber.write(b"{}")
    async with beside(sender.run()):
        await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(int))])
    (message,) = peer.sent
    assert (message["code"], message["reason"]) == (4000, "ü" * 61)
