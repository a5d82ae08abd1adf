"""A program that is told: an HTTP server that checks the signature of what comes."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.people.push_service import answering


class Receiver:
    """``told`` holds bodies that were signed by ``secret``; ``status`` is what is answered."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.status = "204 No Content"
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        self.ids: list[str] = []

    async def next(self) -> Any:
        async with asyncio.timeout(20):
            return await self.told.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            _, *rest = head.decode("latin1").strip().split("\r\n")
            named = (one.partition(": ") for one in rest)
            headers = {name.lower(): value for name, _, value in named}
            body = await reader.readexactly(int(headers["content-length"]))
            self.ids.append(headers["webhook-id"])
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            key = base64.b64decode(self.secret.removeprefix("whsec_"))
            digest = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            good = headers["webhook-signature"] == f"v1,{digest}"
            self.told.put_nowait(json.loads(body) if good else "a wrong signature")
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """One on a free port."""
    receiver = Receiver()
    async with answering(receiver.serve) as origin:
        receiver.url = f"{origin}/hook"
        yield receiver
