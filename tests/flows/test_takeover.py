"""An instance dies, or sleeps, in the middle of clips: its neighbour goes on with them."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.flows.test_clip import make, said, subscribe
from tests.render.painter import FPS
from tests.support import Instance, RedisServer, instance, redis_server

TIMEOUT_S = 60.0
LEASE_S = 1.0


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
            os.waitpid(server.process.pid, os.WUNTRACED)
            with suppress(sqlite3.OperationalError):
                cx.execute("BEGIN IMMEDIATE")
                cx.execute("ROLLBACK")
                return
            server.process.send_signal(signal.SIGCONT)


async def history(socket: ClientConnection, clips: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Stored events of clips until each of them has ended, in the order of their places."""
    found: dict[str, list[dict[str, Any]]] = {clip: [] for clip in clips}
    ended: set[str] = set()
    async with asyncio.timeout(TIMEOUT_S):
        while ended < set(clips):
            message = json.loads(await socket.recv())
            clip = message.get("topic", "").removeprefix("clip:")
            if message["type"] != "event" or message["seq"] is None or clip not in found:
                continue
            found[clip].append(message)
            if message["event"]["type"] in {"clip_finished", "clip_failed"}:
                ended.add(clip)
    return found


def pictures(video: bytes) -> int:
    with av.open(BytesIO(video), "r") as file:
        return sum(1 for packet in file.demux(video=0) if packet.size)


async def begin(
    http: httpx.AsyncClient, socket: ClientConnection, *texts: str, seconds: int = 2
) -> list[str]:
    """Ask for clips, the first of which is on air when this returns."""
    clips = [(await make(http, text=text, seconds=seconds))["id"] for text in texts]
    for clip in clips:
        await subscribe(socket, f"clip:{clip}")
    while (await said(socket, "event"))["event"]["type"] != "clip_progress":
        continue
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
            clips = await begin(http, socket, "sleeper")
            put_to_sleep(a, tmp_path / "phosphene.db")
            try:
                await b.says("is taken over")
            finally:
                a.process.send_signal(signal.SIGCONT)
            await check_one_story(there, socket, clips)
            await a.says("is left to another instance")

            clips = await begin(http, socket, "on air", "in line")
            a.process.kill()
            await check_one_story(there, socket, clips)
    assert not list((tmp_path / "blobs").glob("*.kept"))


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
            clips = await begin(http, socket, "on air", "in line")
            a.process.terminate()
            await check_one_story(there, socket, clips)
            assert any("is left to other instances" in line for line in a.logs)


async def check_one_story(
    http: httpx.AsyncClient, socket: ClientConnection, clips: list[str]
) -> None:
    """Each began once and ended once, no place is missing, and every picture is in the file."""
    told = await history(socket, clips)
    for clip in clips:
        places = [message["seq"] for message in told[clip]]
        assert places == list(range(places[0], places[0] + len(places)))
        kinds = [message["event"]["type"] for message in told[clip]]
        assert kinds.count("clip_started") <= 1
        assert kinds[-1] == "clip_finished", told[clip][-1]["event"]["clip"]["reason"]
        video = (await http.get(f"/v1/clips/{clip}/video.mp4")).content
        assert pictures(video) == 2 * FPS
        state = await subscribe(socket, f"clip:{clip}")
        assert state["at"]["seq"] == places[-1]


@pytest.mark.asyncio
async def test_alone_it_goes_on_with_its_clips_when_it_is_started_again(tmp_path: Path) -> None:
    with instance(tmp_path, painted=True, places=1) as before:
        async with (
            httpx.AsyncClient(base_url=before.url) as http,
            connect(before.socket_url) as socket,
        ):
            clips = await begin(http, socket, "on air", "in line", seconds=1)
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
