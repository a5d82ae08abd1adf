"""The routes of the documents that describe all routes, for programs."""

from collections.abc import Mapping, Sequence
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
    # Filled after the list is whole, since the documents describe themselves too; once, as they
    # change with a release only.
    made: dict[str, bytes] = {}
    whole = [*operations, _socket(), *(_document(name, text, made) for name, text in found.items())]
    made["openapi"] = msgspec.json.encode(openapi(whole, TITLE, version, limits))
    made["asyncapi"] = msgspec.json.encode(asyncapi(TITLE, version))
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


def _document(name: str, summary: str, made: Mapping[str, bytes]) -> Operation:
    async def read(request: Request) -> Response:
        return Response(made[name], headers=CACHED, media_type=JSON)

    return Operation(
        method="GET",
        path=f"/v1/{name}.json",
        summary=summary,
        name=f"read_{name}",
        endpoint=read,
        answer=dict[str, Any],
    )
