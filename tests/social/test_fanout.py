"""The fan-out extension, and what it relies on in uvicorn."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvloop
import websockets
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from phosphene.model import Person
from phosphene.social import fanout
from tests.social.serving import ANNA, Site, a_client, a_clip, a_site, until

pytestmark = pytest.mark.slow

SOON_S = 20.0
LONG = "x" * 490


class SlowClient:
    """A client over a bare socket with a small buffer: it reads only when told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = ClientProtocol(parse_uri("ws://localhost/v1/socket?name=slow"))
        self._events: list[Any] = []

    async def greet(self) -> None:
        self._protocol.send_request(self._protocol.connect())
        await self._flush()
        assert isinstance(await self.next_event(), websockets.Response)

    async def send(self, **message: Any) -> None:
        self._protocol.send_text(msgspec.json.encode(message))
        await self._flush()

    async def next_event(self) -> Frame | websockets.Response:
        """The next frame (or the answer to the handshake)."""
        while not self._events:
            async with asyncio.timeout(SOON_S):
                data = await self._reader.read(4096)
            if not data:
                raise EOFError
            self._protocol.receive_data(data)
            self._events += self._protocol.events_received()
        event: Frame | websockets.Response = self._events.pop(0)
        return event

    async def message(self) -> dict[str, Any]:
        while True:
            frame = await self.next_event()
            assert isinstance(frame, Frame)
            if frame.opcode is Opcode.TEXT:
                return msgspec.json.decode(frame.data, type=dict[str, Any])
            assert frame.opcode is not Opcode.CLOSE, frame

    async def close_code(self) -> int:
        while True:
            frame = await self.next_event()
            assert isinstance(frame, Frame)
            if frame.opcode is Opcode.CLOSE:
                return int.from_bytes(frame.data[:2], "big")

    async def _flush(self) -> None:
        self._writer.write(b"".join(self._protocol.data_to_send()))
        await self._writer.drain()


@asynccontextmanager
async def a_slow_client(site: Site) -> AsyncIterator[SlowClient]:
    host, port = site.url.removeprefix("ws://").partition("/")[0].split(":")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=plain, limit=4096)
    try:
        client = SlowClient(reader, writer)
        await client.greet()
        yield client
    finally:
        writer.transport.abort()


async def comment(site: Site, first: int, count: int) -> None:
    await asyncio.gather(
        *(
            site.actions.add_comment("a", ANNA, f"{number} {LONG}")
            for number in range(first, first + count)
        )
    )


async def subscribed(client: SlowClient) -> None:
    assert (await client.message())["type"] == "welcome"
    await client.send(type="subscribe", topic="clip:a")
    assert (await client.message())["type"] == "subscribed"


async def slow_story(site: Site) -> None:
    """A slow client gets everything or a snapshot, and holds up nobody."""
    async with a_slow_client(site) as slow, a_client(site.url) as quick:
        await subscribed(slow)
        await quick.subscribe("clip:a")
        total = 1200
        for first in range(0, total, 100):
            await comment(site, first, 100)
            while (await quick.event("commented"))["seq"] < first + 100:
                pass
        last, snapshots, received = 1, 0, 0
        while last < total + 1:
            message = await slow.message()
            if message["type"] == "subscribed":
                assert message["id"] is None
                assert not message["recovered"]
                assert message["at"]["seq"] == message["snapshot"]["clip"]["counts"]["comments"] + 1
                snapshots, last = snapshots + 1, message["at"]["seq"]
            else:
                assert message["seq"] == last + 1
                received, last = received + 1, message["seq"]
        assert snapshots >= 1
        assert received < total
        await comment(site, total, 1)
        assert (await slow.message())["seq"] == total + 2


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_slow_clients(site: Site) -> None:
    await slow_story(site)


def test_slow_clients_on_uvloop(tmp_path: Path) -> None:
    """Its transports pause at other moments; the server runs on it."""

    async def story() -> None:
        assert isinstance(asyncio.get_running_loop(), uvloop.Loop)
        async with a_site(tmp_path / "x.db") as site:
            await site.topics.publish_events(await site.store.add_clip(a_clip("a")))
            await slow_story(site)
            site.server.should_exit = True

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


@pytest.mark.asyncio
async def test_a_client_that_is_slow_for_a_moment_is_caught_up(site: Site) -> None:
    async with a_slow_client(site) as slow:
        await subscribed(slow)
        for first in range(0, 300, 100):
            await comment(site, first, 100)
        seqs = [(await slow.message())["seq"] for _ in range(300)]
        assert seqs == list(range(2, 302))


@pytest.mark.asyncio
async def test_who_does_not_read_for_too_long_is_closed_with_4008(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "PATIENCE_S", 0.05)
    async with a_slow_client(site) as slow:
        await subscribed(slow)
        await comment(site, 0, 500)
        await until(lambda: site.sockets.open_sockets == 0)
        # It reads at last: what was on its way, then why there is no more.
        assert await slow.close_code() == 4008


@pytest.mark.asyncio
async def test_who_never_reads_again_is_cut_off(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "PATIENCE_S", 0.05)
    monkeypatch.setattr(fanout, "LAST_WORDS_S", 0.05)
    async with a_slow_client(site) as slow:
        await subscribed(slow)
        await comment(site, 0, 500)
        await until(lambda: not site.server.server_state.connections)
        with pytest.raises((ConnectionError, EOFError)):
            await slow.close_code()


@pytest.mark.asyncio
async def test_a_dead_peer_is_noticed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(fanout, "PONG_TIMEOUT_S", 0.05)
    # The bare socket never answers a ping. (Nor is anything else waited for: beside other work an
    # answer may take longer than it has.)
    async with a_slow_client(site) as slow:
        assert await slow.close_code() == 1011


@pytest.mark.asyncio
async def test_a_living_peer_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "HEARTBEAT_S", 0.01)
    async with a_client(site.url) as client:
        for _ in range(20):
            assert (await client.ask(type="ping"))["type"] == "pong"
            await asyncio.wait_for(await client.connection.ping(), SOON_S)


@pytest.mark.asyncio
async def test_a_stop_says_come_back(site: Site) -> None:
    async with a_client(site.url) as client, a_slow_client(site) as slow:
        await client.subscribe("clip:a")
        await subscribed(slow)
        site.server.should_exit = True
        assert await client.closed() == 1001
        assert await slow.close_code() == 1001


@pytest.mark.asyncio
async def test_nothing_is_compressed_per_connection(site: Site) -> None:
    async with websockets.connect(f"{site.url}?name=ben", compression="deflate") as connection:
        assert connection.protocol.extensions == []


@pytest.mark.asyncio
async def test_a_person_seen_by_a_busy_socket_is_the_right_one(site: Site) -> None:
    """Frames for everybody are shared; what is told to one is not."""
    async with a_client(site.url, "ben") as ben, a_client(site.url, "cleo") as cleo:
        await ben.subscribe("clip:a")
        await cleo.subscribe("clip:a")
        await ben.ask(type="like", clip="a", on=True)
        assert (await cleo.event("liked"))["event"]["by"] == {"id": "ben-id", "handle": "ben"}
        assert (await ben.event("liked"))["event"]["likes"] == 1
        assert not (await cleo.subscribe("clip:a"))["snapshot"]["liked"]
        assert (await ben.subscribe("clip:a"))["snapshot"]["liked"]
        assert (await site.store.liked_by(Person("ben-id", "ben").id, ["a"])) == {"a"}


@pytest.mark.asyncio
async def test_a_connection_has_no_dictionary_of_its_own(site: Site) -> None:
    """More than 30 attributes that are no slots would take 1.6 kB of each connection."""
    async with a_client(site.url, "ben") as ben:
        await ben.subscribe("clip:a")
        (protocol,) = site.server.server_state.connections
        assert vars(protocol) == {}


def test_uvicorn_still_is_what_the_extension_relies_on() -> None:
    relied_on = {
        "handle_connect",
        "handle_close",
        "connection_lost",
        "shutdown",
        "pause_writing",
        "resume_writing",
        "keepalive_timeout",
        "stop_keepalive",
        "send",
        "run_asgi",
        "receive",
        "on_task_complete",
        "send_500_response",
    }
    base = fanout.FanoutProtocol.__mro__[1]
    assert relied_on <= set(vars(base))
