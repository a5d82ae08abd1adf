"""The routes of the documents that describe all routes, for programs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.asyncapi import asyncapi
from phosphene.api.openapi import openapi
from phosphene.operation import Operation
from phosphene.web import JSON

TITLE: Final = "Phosphene"
CACHED: Final = {"Cache-Control": "public, max-age=300"}


async def read_socket(request: Request) -> Response:
    """A plain request where a socket is (RFC 9110, 15.5.22)."""
    return Response(status_code=426, headers={"Upgrade": "websocket", "Connection": "upgrade"})


def documented(
    operations: Sequence[Operation], version: str, limits: Mapping[str, str]
) -> list[Operation]:
    """The operations, and those that give the documents of all; ``limits`` says each kind of limit
    in words."""
    found = {
        "openapi": "Every operation, as OpenAPI 3.1",
        "asyncapi": "What travels on the socket, as AsyncAPI 3.0",
    }
    # Filled after the list is whole, since the documents describe themselves too. Each is written
    # when it is first asked for, and once, as they change with a release only: at each start they
    # took a third of its 0.2 s of CPU.
    write: dict[str, Callable[[], bytes]] = {}
    whole = [
        *operations,
        _socket(),
        *(_document(name, text, write) for name, text in found.items()),
    ]
    write["openapi"] = cache(lambda: msgspec.json.encode(openapi(whole, TITLE, version, limits)))
    write["asyncapi"] = cache(lambda: msgspec.json.encode(asyncapi(TITLE, version)))
    return whole


def _socket() -> Operation:
    return Operation(
        method="GET",
        path="/v1/socket",
        summary="Upgrade to a WebSocket; what travels on it is in /v1/asyncapi.json",
        endpoint=read_socket,
        caller="viewer",
        status=101,
        also=(426,),
        headers=("Upgrade",),
    )


def _document(name: str, summary: str, write: Mapping[str, Callable[[], bytes]]) -> Operation:
    async def read(request: Request) -> Response:
        # Beside the event loop, which the writing would hold for 0.1 s.
        written = await asyncio.to_thread(write[name])
        return Response(written, headers=CACHED, media_type=JSON)

    return Operation(
        method="GET",
        path=f"/v1/{name}.json",
        summary=summary,
        name=f"read_{name}",
        endpoint=read,
        answer=dict[str, Any],
    )
