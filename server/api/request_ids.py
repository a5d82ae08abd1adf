"""Every request has an id: in its answer, in its problems and in the log lines that it causes."""

import re
import secrets
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.logs import REQUEST_ID
from server.web import REQUEST_ID_HEADER

FIT: Final = re.compile(r"[A-Za-z0-9_.~:/+=@-]{1,128}")
"""What is taken of others; ids of Envoy, nginx, CloudFront and W3C traces fit."""

ANSWERS: Final = {"http.response.start", "websocket.accept", "websocket.http.response.start"}


class RequestIds:
    """Pure ASGI middleware, outside of all others: a request keeps the ``X-Request-Id`` that its
    client or a proxy gave it, if it is fit for a log, and else gets one of 64 random bits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = given if FIT.fullmatch(given) else secrets.token_hex(8)
        # It stays set: when the application raises, the server logs that in the same task.
        REQUEST_ID.set(request_id)
        added = (REQUEST_ID_HEADER.lower().encode(), request_id.encode())

        async def add(message: Message) -> None:
            if message["type"] in ANSWERS:
                message["headers"] = [*message.get("headers", ()), added]
            await send(message)

        await self._app(scope, receive, add)
