"""People of the soak: sockets that write everything down, writers that remember every promise."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.soak.cluster import Node
from tests.soak.verdict import Segment

AWAY: Final = (OSError, TimeoutError, WebSocketException, httpx.HTTPError)
TOPICS: Final = 12
PAUSE_S: Final = 0.3
TEXTS: Final = (
    "a red fox in the forest at night", "a blue whale under the sea", "an owl over the hills",
    "two green cats in the snow", "a sailing boat at dawn", "a purple butterfly in the rain",
)  # fmt: skip


class Recorder:
    """A socket that follows the feed and the newest clips, for ever; it comes back with its places.

    ``segments`` is all that it was told; ``open_segments`` those that still go on.
    """

    def __init__(self, choose: Callable[[], Node], *topics: str) -> None:
        self._choose = choose
        self._topics: dict[str, dict[str, Any] | None] = dict.fromkeys(("feed", *topics))
        self.segments: list[Segment] = []
        self.open_segments: dict[str, Segment] = {}
        self.connections = self.replays = self.snapshots = 0

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(20), connect(self._url) as socket:
                    self.connections += 1
                    for topic in self._topics:
                        await self._subscribe(socket, topic)
                    await self._read(socket)
            except AWAY:
                await asyncio.sleep(PAUSE_S)

    @property
    def _url(self) -> str:
        return self._choose().url.replace("http", "ws", 1) + "/v1/socket"

    async def _read(self, socket: ClientConnection) -> None:
        """Until the connection ends; it is ended after a while, to come back elsewhere."""
        async for raw in socket:
            message = json.loads(raw)
            if message["type"] == "subscribed":
                self._begin(message)
            elif message["type"] == "event" and message["seq"] is not None:
                await self._hear(socket, message)

    def _begin(self, message: dict[str, Any]) -> None:
        topic, at = message["topic"], message["at"]
        if message["recovered"] and topic in self.open_segments:
            self.replays += 1
            return
        self.snapshots += 1
        self._topics[topic] = at
        self.open_segments[topic] = Segment(topic, at["seq"], [])
        self.segments.append(self.open_segments[topic])

    async def _hear(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        topic, seq, event = message["topic"], message["seq"], message["event"]
        if topic not in self.open_segments:  # it was left, and this was on its way
            return
        self.open_segments[topic].events.append((seq, event))
        self._topics[topic] = {**(self._topics[topic] or {}), "seq": seq}
        if event["type"] == "clip_queued":
            await self._follow(socket, f"clip:{event['clip']['id']}")

    async def _follow(self, socket: ClientConnection, topic: str) -> None:
        """One more topic; the oldest is left. One that is followed is not asked for again: its
        events of this moment would be told twice."""
        if topic in self._topics:
            return
        self._topics[topic] = None
        await self._subscribe(socket, topic)
        if len(self._topics) > TOPICS:
            oldest = next(name for name in self._topics if name != "feed")
            await socket.send(json.dumps({"type": "unsubscribe", "topic": oldest}))
            del self._topics[oldest]
            self.open_segments.pop(oldest, None)

    async def _subscribe(self, socket: ClientConnection, topic: str) -> None:
        at = self._topics[topic]
        asked = {"type": "subscribe", "id": 1, "topic": topic} | ({"at": at} if at else {})
        await socket.send(json.dumps(asked))


class Writer:
    """One person with a name of their own who asks again, anywhere, until an answer comes."""

    def __init__(self, nodes: Sequence[Node], rng: Random, name: str) -> None:
        self._nodes, self._rng, self._name = nodes, rng, name
        self._token = ""
        self.person = ""
        self.clips: dict[str, str] = {}
        self.comments: set[str] = set()
        self.likes: dict[str, bool] = {}
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
            await self._until(client, method, f"/v1/clips/{clip}/like", {200})
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
