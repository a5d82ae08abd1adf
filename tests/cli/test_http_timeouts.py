"""Connections that hold their places without a use, over a real server."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from phosphene.cli import http_timeouts
from phosphene.cli.connection_limits import RESERVE, Gate
from phosphene.cli.http_timeouts import PatientProtocol
from phosphene.metrics import Metrics
from phosphene.social.fanout import FanoutProtocol
from tests.social.serving import Server, running

pytestmark = pytest.mark.asyncio
SOON_S = 20.0
HELLO = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "


class Site:
    """What the application is asked, and what it waits for."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.asked, self.go_on, self.over = (asyncio.Event() for _ in range(3))
        self.port = 0

    async def hello(self, request: Request) -> Response:
        return PlainTextResponse("hello")

    async def slow(self, request: Request) -> Response:
        self.asked.set()
        await self.go_on.wait()
        return PlainTextResponse("at last")

    async def film(self, request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                for _ in range(1000):
                    yield bytes(100_000)
            finally:
                self.over.set()

        return StreamingResponse(pieces())

    async def talk(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            self.over.set()

    def refused(self, reason: str) -> float:
        value = self.metrics.connections_refused.labels(reason)._value.get()
        return float(value)

    async def connect(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        return reader, writer

    async def ask(self, data: bytes = HELLO) -> bytes:
        """Everything that is answered until the server closes."""
        reader, writer = await self.connect(data)
        async with asyncio.timeout(SOON_S):
            try:
                return await reader.read()
            except ConnectionResetError:
                return b""
            finally:
                writer.close()


@asynccontextmanager
async def a_site(
    *,
    per_address: int = 1000,
    descriptors: int | None = None,
    trusted: Sequence[str] = (),
    idle_s: int = 5,
) -> AsyncIterator[Site]:
    site = Site()
    gate = Gate(per_address, trusted, site.metrics, descriptors)
    app = Starlette(
        routes=[
            Route("/", site.hello, methods=["GET", "POST"]),
            Route("/slow", site.slow),
            Route("/film", site.film),
            WebSocketRoute("/talk", site.talk),
        ]
    )
    config = uvicorn.Config(
        app,
        http=partial(PatientProtocol, gate=gate),  # type: ignore[arg-type]
        ws=FanoutProtocol,
        lifespan="off",
        log_level="error",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=idle_s,
    )
    async with running(Server(config)) as url:
        site.port = int(url.rpartition(":")[2].partition("/")[0])
        yield site


Hasten = Callable[[], None]


@pytest.fixture
def hasten(monkeypatch: pytest.MonkeyPatch) -> Hasten:
    """From now on nobody is waited for. Not before a head that is to be read was read: beside other
    work it may come later than that."""

    def now() -> None:
        monkeypatch.setattr(http_timeouts, "HEAD_S", 0.05)
        monkeypatch.setattr(http_timeouts, "READ_S", 0.05)

    return now


async def test_who_is_answered_keeps_no_connection_for_long() -> None:
    async with a_site(idle_s=0) as site:
        assert (await site.ask()).endswith(b"hello")


async def test_a_connection_of_a_proxy_is_kept_for_its_next_request() -> None:
    async with a_site(idle_s=0, trusted=("127.0.0.0/8",)) as site:
        reader, writer = await site.connect(HELLO)
        async with asyncio.timeout(SOON_S):
            await reader.readuntil(b"hello")
            await site.ask(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            writer.write(HELLO)
            await reader.readuntil(b"hello")
        writer.close()


@pytest.mark.slow
@pytest.mark.parametrize("data", [b"", HALF, b"GET"])
async def test_a_head_that_never_ends_is_not_waited_for(data: bytes, hasten: Hasten) -> None:
    hasten()
    async with a_site() as site:
        assert await site.ask(data) == b""


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (HELLO, HALF),
        # The answer does not need the body, which never ends.
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"a"),
    ],
)
async def test_nor_is_what_begins_after_an_answer(
    first: bytes, then: bytes, hasten: Hasten
) -> None:
    async with a_site() as site:
        reader, writer = await site.connect(first)
        await reader.readuntil(b"hello")
        hasten()
        writer.write(then)  # from here on uvicorn would wait for ever
        async with asyncio.timeout(SOON_S):
            assert await reader.read() == b""
        writer.close()


async def test_an_answer_that_takes_long_is_waited_for(hasten: Hasten) -> None:
    async with a_site() as site:
        reader, writer = await site.connect(HELLO.replace(b"/ ", b"/slow "))
        await site.asked.wait()
        hasten()
        assert await site.ask(HALF) == b""  # so long has passed
        site.go_on.set()
        async with asyncio.timeout(SOON_S):
            await reader.readuntil(b"at last")
        writer.close()


async def test_a_websocket_sends_no_head_and_stays(hasten: Hasten) -> None:
    async with (
        a_site() as site,
        websockets.connect(f"ws://127.0.0.1:{site.port}/talk") as talk,
        asyncio.timeout(SOON_S),
    ):
        hasten()
        assert await site.ask(HALF) == b""  # so long has passed
        await (await talk.ping())


async def test_a_reader_that_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_timeouts, "READ_S", 0.05)
    async with a_site() as site:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(deaf, ("127.0.0.1", site.port))
            await loop.sock_sendall(deaf, HELLO.replace(b"/ ", b"/film "))
            async with asyncio.timeout(SOON_S):
                await site.over.wait()


async def test_one_address_has_a_bound_and_places_come_back() -> None:
    async with a_site(per_address=2) as site:
        kept = [await site.connect(HELLO) for _ in range(2)]
        for reader, _ in kept:
            await reader.readuntil(b"hello")
        assert await site.ask() == b""
        assert site.refused("address") == 1
        kept[0][1].close()
        await gone(kept[0][0])
        async with websockets.connect(f"ws://127.0.0.1:{site.port}/talk"):
            assert await site.ask() == b""
        await site.over.wait()
        assert b"hello" in await site.ask(
            HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        )
        kept[1][1].close()


async def test_the_last_descriptors_are_kept_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as last:
        few = last.fileno() + RESERVE
        async with a_site(descriptors=few) as site:
            with caplog.at_level(logging.ERROR, "phosphene.connections"):
                assert [await site.ask() for _ in range(3)] == [b""] * 3
        assert site.refused("descriptors") == 3
        assert [one.name for one in caplog.records] == ["phosphene.connections"]
        assert "ulimit" in caplog.text


async def gone(reader: asyncio.StreamReader) -> None:
    """Until the server knows that we have left: its own side of the connection is closed."""
    with pytest.raises(asyncio.IncompleteReadError):
        await reader.readexactly(1)
