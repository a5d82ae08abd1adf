"""A library's requests through the client for addresses that others name."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from phosphene.people.outbound_transport import OutboundTransport
from phosphene.trust.public_network import LONGEST_ANSWER, PATIENCE_S, OutboundClient
from tests.social.serving import Server

pytestmark = pytest.mark.asyncio


async def echo(request: Request) -> Response:
    body = (await request.body()).decode()
    return JSONResponse({"body": body, "asked": request.headers["accept-encoding"]})


async def packed(request: Request) -> Response:
    return Response(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})


async def much(request: Request) -> Response:
    return Response(b"x" * (LONGEST_ANSWER + 1))


async def away(request: Request) -> Response:
    return RedirectResponse("/echo")


@asynccontextmanager
async def asking() -> AsyncIterator[tuple[str, httpx2.AsyncClient]]:
    """A server inside, and a client that may ask there and nowhere else inside."""
    ends = (("/echo", echo), ("/packed", packed), ("/much", much), ("/away", away))
    app = Starlette(routes=[Route(path, end, methods=["GET", "POST"]) for path, end in ends])
    server = Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = asyncio.ensure_future(server.serve([listener]))
        await server.listening.wait()
        try:
            async with (
                OutboundClient([url], PATIENCE_S) as outbound,
                httpx2.AsyncClient(transport=OutboundTransport(outbound)) as client,
            ):
                yield url, client
        finally:
            server.should_exit = True
            await serving


async def test_what_is_asked_arrives_and_the_answer_comes_as_it_was_sent() -> None:
    async with asking() as (url, client):
        told = await client.post(f"{url}/echo", content=b"hello")
        assert told.json() == {"body": "hello", "asked": "identity"}
        assert (await client.get(f"{url}/away")).status_code == 307
        assert len((await client.get(f"{url}/much")).content) == LONGEST_ANSWER
        with pytest.raises(httpx2.DecodingError):
            await client.get(f"{url}/packed")


async def test_another_address_inside_is_not_asked() -> None:
    async with asking() as (url, client):
        for other in (url.replace("127.0.0.1", "localhost"), "https://127.0.0.1/x"):
            with pytest.raises(httpx2.ConnectError):
                await client.get(other)
