"""An instance dies, or sleeps, in the middle of clips: its neighbour goes on with them."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import httpx
import psutil
import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect

from phosphene.bus.bus import StreamEntry
from phosphene.stream.handover import whole_log
from phosphene.stream.relay_stream import stream_of
from phosphene.units import Unit
from tests.flows.test_clip import make, said, subscribe
from tests.render.painter import FPS
from tests.support import Instance, RedisServer, instance, redis_server

TIMEOUT_S = 60.0
LEASE_S = 1.0
SECONDS = 3


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def neighbour(redis: RedisServer, data: Path, name: str) -> AbstractContextManager[Instance]:
    return instance(data, painted=True, instance=name, redis_url=redis.url, lease=LEASE_S, places=1)


def put_to_sleep(server: Instance, database: Path) -> None:
    """Between two writes: who is stopped within one keeps the lock from everybody."""
    with closing(sqlite3.connect(database, timeout=0.0)) as cx:
        while True:
            server.process.send_signal(signal.SIGSTOP)
            while psutil.Process(server.process.pid).status() != psutil.STATUS_STOPPED:
                os.sched_yield()
            with suppress(sqlite3.OperationalError):
                cx.execute("BEGIN IMMEDIATE")
                cx.execute("ROLLBACK")
                return
            server.process.send_signal(signal.SIGCONT)


def is_on_air(message: dict[str, Any]) -> bool:
    """Whether a message says that a clip can be watched."""
    if message["type"] == "subscribed":
        return bool(message["snapshot"]["clip"]["status"] == "live")
    return bool(message["type"] == "event" and message["event"]["type"] == "clip_started")


class Told:
    """All that a socket tells, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._messages: list[dict[str, Any]] = []

    async def follow(self, clip: str) -> None:
        await self._socket.send(json.dumps({"type": "subscribe", "id": 1, "topic": f"clip:{clip}"}))

    def events(self, clip: str) -> list[dict[str, Any]]:
        """What is stored of what happened to a clip."""
        return [
            message
            for message in self._messages
            if message["type"] == "event" and message["topic"] == f"clip:{clip}" and message["seq"]
        ]

    async def on_air(self) -> None:
        """Return when a clip can be watched."""
        while not any(map(is_on_air, self._messages)):
            await self._hear()

    async def end(self, clip: str) -> None:
        """Return when a clip has ended."""
        while not any(
            message["event"]["type"] in {"clip_finished", "clip_failed"}
            for message in self.events(clip)
        ):
            await self._hear()

    async def _hear(self) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            self._messages.append(json.loads(await self._socket.recv()))


def pictures(video: bytes) -> int:
    with av.open(BytesIO(video), "r") as file:
        return sum(1 for packet in file.demux(video=0) if packet.size)


async def begin(
    http: httpx.AsyncClient, told: Told, *texts: str, seconds: int = SECONDS
) -> list[str]:
    """Ask for clips, the first of which is on air when this returns."""
    clips = []
    for text in texts:
        clips.append((await make(http, text=text, seconds=seconds))["id"])
        await told.follow(clips[-1])
    await told.on_air()
    return clips


@pytest.mark.asyncio
async def test_a_neighbour_goes_on_with_clips_of_an_instance_that_sleeps_and_of_one_that_dies(
    redis: RedisServer, tmp_path: Path
) -> None:
    with neighbour(redis, tmp_path, "a") as a, neighbour(redis, tmp_path, "b") as b:
        async with (
            httpx.AsyncClient(base_url=a.url) as http,
            httpx.AsyncClient(base_url=b.url) as there,
            connect(b.socket_url) as socket,
        ):
            told = Told(socket)
            clips = await begin(http, told, "sleeper")
            put_to_sleep(a, tmp_path / "phosphene.db")
            try:
                await b.says("is taken over")
            finally:
                a.process.send_signal(signal.SIGCONT)
            await check_one_story(redis, there, told, clips)
            await a.says("is left to another instance")

            told = Told(socket)
            clips = await begin(http, told, "on air", "in line")
            a.process.kill()
            await check_one_story(redis, there, told, clips)
    with closing(sqlite3.connect(tmp_path / "phosphene.db")) as cx:
        assert not cx.execute("SELECT latents FROM checkpoints").fetchall()
    # Who is killed between a file and its name in the store leaves the file, for the sweep.
    assert len(list((tmp_path / "blobs").glob("*.kept"))) <= 1


@pytest.mark.asyncio
async def test_an_instance_that_stops_leaves_its_clips_to_its_neighbour(
    redis: RedisServer, tmp_path: Path
) -> None:
    with neighbour(redis, tmp_path, "a") as a, neighbour(redis, tmp_path, "b") as b:
        async with (
            httpx.AsyncClient(base_url=a.url) as http,
            httpx.AsyncClient(base_url=b.url) as there,
            connect(b.socket_url) as socket,
        ):
            told = Told(socket)
            clips = await begin(http, told, "on air", "in line")
            a.process.terminate()
            await check_one_story(redis, there, told, clips)
            assert any("is left to other instances" in line for line in a.logs)


async def sent(redis: RedisServer, clip: str) -> Sequence[Unit]:
    """What an instance that only looks on was sent of a clip."""
    # By a client that waits: to the server's, who is slow to answer is away, and has nothing.
    async with Redis.from_url(redis.url) as client:
        found: Any = await client.xrange(f"phosphene:stream:{stream_of(clip)}")
    return whole_log(StreamEntry(int(fields[b"n"]), fields[b"d"]) for _, fields in found)


async def check_one_story(
    redis: RedisServer, http: httpx.AsyncClient, told: Told, clips: list[str]
) -> None:
    """Each began once and ended once, no place is missing, every picture is in the file, and was
    shown once."""
    for clip in clips:
        await told.end(clip)
        events = told.events(clip)
        places = [event["seq"] for event in events]
        assert places == list(range(places[0], places[0] + len(places)))
        kinds = [event["event"]["type"] for event in events]
        assert kinds.count("clip_started") <= 1
        assert kinds[-1] == "clip_finished", events[-1]["event"]["clip"]["reason"]
        video = (await http.get(f"/v1/clips/{clip}/video.mp4")).content
        assert pictures(video) == SECONDS * FPS
        units = await sent(redis, clip)
        assert [unit.frame for unit in units if unit.final] == list(range(SECONDS * FPS))
        assert all(one.pts < other.pts for one, other in pairwise(units))


@pytest.mark.asyncio
async def test_alone_it_goes_on_with_its_clips_when_it_is_started_again(tmp_path: Path) -> None:
    with instance(tmp_path, painted=True, places=1) as before:
        async with (
            httpx.AsyncClient(base_url=before.url) as http,
            connect(before.socket_url) as socket,
        ):
            clips = await begin(http, Told(socket), "on air", "in line", seconds=1)
            before.process.kill()
            before.process.wait()
    with instance(tmp_path, painted=True, places=1) as after:
        async with (
            httpx.AsyncClient(base_url=after.url) as http,
            connect(after.socket_url) as socket,
        ):
            for clip in clips:
                await subscribe(socket, f"clip:{clip}")
            while {status for _, status in await statuses(http, clips)} != {"done"}:
                await said(socket, "event")
            for clip in clips:
                video = (await http.get(f"/v1/clips/{clip}/video.mp4")).content
                assert pictures(video) == FPS


async def statuses(http: httpx.AsyncClient, clips: list[str]) -> list[tuple[str, str]]:
    views = [(await http.get(f"/v1/clips/{clip}")).json()["clip"] for clip in clips]
    assert all(view["status"] != "failed" for view in views), views
    return [(view["id"], view["status"]) for view in views]
