"""How long the address of a request may be: what is longer takes long to read, whoever asks."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors import AddressTooLong
from server.web import problem

ADDRESS_LIMIT: Final = 16 * 1024
"""Bytes of path and query; proxies in front take 8 to 32 KiB."""


class Bounds:
    """Pure ASGI middleware: a longer address is answered with 414, and a socket is not opened."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) <= ADDRESS_LIMIT:
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        error = AddressTooLong(f"an address here may have {ADDRESS_LIMIT} bytes at most")
        return await problem(error)(scope, receive, send)
