"""People who can lend a likeness, at two instances that share a database; and a viewer that notes
when the last packet came."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from phosphene.model import Person
from phosphene.people.login_sessions import digest_of
from phosphene.store.accounts import Passkey
from phosphene.store.logins import Login
from phosphene.store.sqlite import open_store
from tests.stream.viewer import Viewer, a_viewer
from tests.support import Instance

CARD = {"skin": "tan", "hair": "red", "length": "long", "figure": "woman"}
ADA = Person("likeness-ada", "ada")
BOB = Person("likeness-bob", "bob")


def token_of(person: Person) -> str:
    return f"2.consent-{person.id}"


def as_person(server: Instance, person: Person) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=server.url, headers={"Authorization": f"Bearer {token_of(person)}"}, timeout=30
    )


async def move_in(data: Path) -> None:
    """Ada and Bob keep their names, and Ada is enrolled."""
    async with open_store(data / "phosphene.db", "consent", time.time) as store:
        now = time.time()
        for person in (ADA, BOB):
            key = Passkey(
                id=person.id,
                person=person.id,
                domain="127.0.0.1",
                key="",
                count=0,
                name="",
                created_at=now,
                used_at=now,
            )
            await store.accounts.keep_passkey(person, key, [], 5)
            login = Login(person.id, person.id, now, now, now, "test")
            await store.accounts.begin_login(digest_of(token_of(person)), login)
        await store.likenesses.set_likeness_level(ADA.id, "presence", "camera", now)


@asynccontextmanager
async def inbox_of(server: Instance, person: Person) -> AsyncIterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {token_of(person)}"}
    async with connect(server.socket_url, additional_headers=headers) as socket:
        body = {"type": "subscribe", "id": 1, "topic": f"person:{person.id}"}
        await socket.send(msgspec.json.encode(body).decode())
        while msgspec.json.decode(await socket.recv()).get("id") != 1:
            pass
        yield socket


async def next_notice(socket: ClientConnection, kind: str) -> Any:
    while True:
        message = msgspec.json.decode(await socket.recv())
        event = message.get("event") or {}
        if event.get("type") == "noticed" and event["notice"]["kind"] == kind:
            return event["notice"]


async def wait_live(server: Instance, clip_id: str) -> None:
    """Until a clip is on air, or has been."""
    async with connect(server.socket_url) as socket:
        body = {"type": "subscribe", "id": 1, "topic": f"clip:{clip_id}"}
        await socket.send(msgspec.json.encode(body).decode())
        while True:
            message = msgspec.json.decode(await socket.recv())
            told = message.get("snapshot") or message.get("event") or {}
            if told.get("type") == "clip_started" or told.get("clip", {}).get("status") == "live":
                return


async def lend(http: httpx.AsyncClient) -> None:
    put = await http.put("/v1/me/likeness", json={"card": CARD, "terms": {"scope": "everyone"}})
    assert put.status_code == 200, put.text


@asynccontextmanager
async def watching(http: httpx.AsyncClient, clip_id: str) -> AsyncIterator["Watch"]:
    """Somebody watches a clip by WebRTC, and has seen some pictures."""
    async with a_viewer() as viewer:
        response = await http.post(
            f"/v1/clips/{clip_id}/whep",
            content=await viewer.offer(),
            headers={"Content-Type": "application/sdp"},
        )
        assert response.status_code == 201, response.text
        await viewer.accept(response.text)
        watch = Watch(viewer)
        for _ in range(5):
            await viewer.frame()
        yield watch


class Watch:
    """``last_at``: when the last packet came, on the monotonic clock."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.last_at = 0.0
        transport = viewer.peer.getReceivers()[0].transport
        receive = transport._handle_rtp_data

        async def noted(data: bytes, arrival_time_ms: int) -> None:
            self.last_at = time.monotonic()
            await receive(data, arrival_time_ms)

        transport._handle_rtp_data = noted  # type: ignore[method-assign]

    async def wait_gone(self) -> None:
        """Until the server has ended the connection."""
        await self.viewer.gone.wait()
