"""People of the soak: sockets that write everything down, writers that remember every promise.

They speak the protocol by hand and not through ``phosphene.client``: who judges the server shares
no code with a client that would hide what it does wrong.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.soak.cluster import Node
from tests.soak.following import Following, Message

AWAY: Final = (OSError, TimeoutError, WebSocketException, httpx.HTTPError)
PAUSE_S: Final = 0.3
TEXTS: Final = (
    "a red fox in the forest at night", "a blue whale under the sea", "an owl over the hills",
    "two green cats in the snow", "a sailing boat at dawn", "a purple butterfly in the rain",
)  # fmt: skip


class Recorder:
    """A socket that follows the feed and the newest clips, for ever."""

    def __init__(self, choose: Callable[[], Node], *topics: str) -> None:
        self._choose = choose
        self.following = Following(*topics)
        self.connections = 0

    async def run(self) -> None:
        """Until cancelled; a connection is ended after a while, to come back elsewhere with its
        places."""
        while True:
            try:
                async with asyncio.timeout(20), connect(self._url) as socket:
                    self.connections += 1
                    await _say(socket, self.following.ask_for_all())
                    async for raw in socket:
                        await _say(socket, self.following.take(json.loads(raw)))
            except AWAY:
                await asyncio.sleep(PAUSE_S)

    @property
    def _url(self) -> str:
        return self._choose().url.replace("http", "ws", 1) + "/v1/socket"


async def _say(socket: ClientConnection, messages: list[Message]) -> None:
    for message in messages:
        await socket.send(json.dumps(message))


class Writer:
    """One person with a name of their own who asks again, anywhere, until an answer comes.

    ``likes``: what was last acknowledged of each clip, while nothing else is asked for. ``unsure``:
    clips and what was asked of them without an answer: an instance that was stopped may do it when
    it wakes up, after what was asked later.
    """

    def __init__(self, nodes: Sequence[Node], rng: Random, name: str) -> None:
        self._nodes, self._rng, self._name = nodes, rng, name
        self._token = ""
        self.person = ""
        self.clips: dict[str, str] = {}
        self.comments: set[str] = set()
        self.likes: dict[str, bool] = {}
        self.unsure: set[tuple[str, bool]] = set()
        self._unanswered = 0
        self._numbers = itertools.count()

    async def run(self, clips: list[str]) -> None:
        """Like and comment what is there, for ever."""
        async with httpx.AsyncClient(timeout=15.0) as client:
            await self._be_somebody(client)
            while True:
                if clips:
                    await self._write(client, self._rng.choice(clips[-6:]))
                await asyncio.sleep(self._rng.uniform(0.02, 0.3))

    async def make(self, clips: list[str]) -> None:
        """Ask for one clip, until it is acknowledged."""
        async with httpx.AsyncClient(timeout=15.0) as client:
            await self._be_somebody(client)
            text = self._rng.choice(TEXTS)
            body = {"text": text, "seconds": self._rng.randint(1, 4)}
            headers = {"Idempotency-Key": f"{self._name}-{next(self._numbers)}"}
            answer = await self._until(client, "POST", "/v1/clips", {202}, json=body, **headers)
            clip = answer.json()
            clip = clip.get("clip", clip)
            self.clips[clip["id"]] = text
            clips.append(clip["id"])

    async def _be_somebody(self, client: httpx.AsyncClient) -> None:
        if self.person:
            return
        me = (await self._until(client, "GET", "/v1/me", {200})).json()
        self._token, self.person = me["token"], me["person"]["id"]

    async def _write(self, client: httpx.AsyncClient, clip: str) -> None:
        if self._rng.random() < 0.7:
            on = self._rng.random() < 0.7
            method = "PUT" if on else "DELETE"
            self.likes.pop(clip, None)
            before = self._unanswered
            await self._until(client, method, f"/v1/clips/{clip}/like", {200})
            if self._unanswered > before:
                self.unsure.add((clip, on))
            self.likes[clip] = on
            return
        id_ = f"{self._name}-{next(self._numbers):06}"
        body = {"text": f"word {id_}", "id": id_}
        await self._until(client, "POST", f"/v1/clips/{clip}/comments", {200, 201}, json=body)
        self.comments.add(id_)

    async def _until(
        self, client: httpx.AsyncClient, method: str, path: str, good: set[int],
        json: object = None, **headers: str,
    ) -> httpx.Response:  # fmt: skip
        """The first good answer of any instance. Raises AssertionError: one that no retry mends."""
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        while True:
            node = self._rng.choice(self._nodes)
            try:
                answer = await client.request(method, node.url + path, json=json, headers=headers)
            except AWAY:
                self._unanswered += 1
                await asyncio.sleep(PAUSE_S)
                continue
            if answer.status_code in good:
                return answer
            assert answer.status_code in {409, 429, 502, 503}, f"{method} {path}: {answer.text}"
            await asyncio.sleep(PAUSE_S)


def recorders(nodes: tuple[Node, Node], rng: Random) -> Iterator[Recorder]:
    """Four that stay with their instance, four that come back anywhere."""
    for node in nodes * 2:
        yield Recorder(lambda node=node: node)  # type: ignore[misc]
    for _ in range(4):
        yield Recorder(lambda: rng.choice(nodes))
