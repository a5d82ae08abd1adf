"""People with a name that they keep, at an instance."""

import asyncio
from typing import Any

import httpx
import msgspec
import websockets
from msgspec import Struct

from phosphene.model import Person
from tests.api.test_accounts import a_device
from tests.support import Instance


class Somebody(Struct):
    """A person with an account."""

    http: httpx.AsyncClient
    person: Person

    @property
    def url(self) -> str:
        return f"/v1/people/{self.person.handle}"

    async def profile(self, of: "Somebody") -> Any:
        return (await self.http.get(of.url)).json()


async def somebody(server: Instance) -> Somebody:
    device = a_device(server)
    person = msgspec.convert((await device.http.get("/v1/me")).json()["person"], Person)
    assert (await device.keep_name()).status_code == 201
    return Somebody(device.http, person)


def open_inbox(server: Instance, whose: Somebody, topic: str) -> "Inbox":
    cookie = f"phosphene_identity={whose.http.cookies['phosphene_identity']}"
    return Inbox(server.socket_url, topic, additional_headers={"Cookie": cookie})


class Inbox(websockets.connect):
    """A socket that follows an inbox."""

    def __init__(self, url: str, topic: str, **options: Any) -> None:
        super().__init__(url, **options)
        self._topic = topic

    async def __aenter__(self) -> websockets.ClientConnection:
        socket = await super().__aenter__()
        await socket.send(
            msgspec.json.encode({"type": "subscribe", "id": 1, "topic": self._topic}).decode()
        )
        return socket


async def answer_to(socket: websockets.ClientConnection) -> Any:
    async with asyncio.timeout(20):
        while (message := msgspec.json.decode(await socket.recv())).get("id") != 1:
            pass
    return message


async def next_event(socket: websockets.ClientConnection) -> Any:
    async with asyncio.timeout(20):
        while (message := msgspec.json.decode(await socket.recv()))["type"] != "event":
            pass
    return message["event"]
