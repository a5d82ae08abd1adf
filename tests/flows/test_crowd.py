"""Many clips at once: they share the device, wait in line honestly, and outlive their worker."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.flows.test_takeover import is_on_air
from tests.support import Instance, instance

TIMEOUT_S = 60
QUEUE, HOUSEHOLD = 32, 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True, places=2, spares=1) as running:
        yield running


def first_worker(server: Instance) -> int:
    """The process id of the render worker that started first."""
    tasks = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    children = sorted(int(pid) for file in tasks for pid in file.read_text().split())
    return next(
        pid
        for pid in children
        if "tests.render.easel" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    )


async def make(http: httpx.AsyncClient, text: str, seconds: int = 2) -> str:
    response = await http.post("/v1/clips", json={"text": text, "seconds": seconds})
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


async def follow(socket: ClientConnection, clips: list[str]) -> None:
    for clip in clips:
        await socket.send(json.dumps({"type": "subscribe", "id": 1, "topic": f"clip:{clip}"}))


async def events(socket: ClientConnection, clips: list[str]) -> dict[str, list[dict[str, Any]]]:
    """What happens to clips until each of them has ended."""
    found: dict[str, list[dict[str, Any]]] = {clip: [] for clip in clips}
    ended: set[str] = set()
    async with asyncio.timeout(TIMEOUT_S):
        while ended < set(clips):
            message = json.loads(await socket.recv())
            clip = message.get("topic", "").removeprefix("clip:")
            if clip not in found:
                continue
            if message["type"] == "subscribed":
                waiting = message["snapshot"]["waiting"]
                found[clip] += [waiting | {"type": "clip_waiting"}] if waiting else []
                ended |= {clip} if message["snapshot"]["clip"]["status"] == "done" else set()
            elif message["type"] == "event":
                found[clip].append(message["event"])
                if message["event"]["type"] in {"clip_finished", "clip_failed"}:
                    ended.add(clip)
    return found


async def in_line(socket: ClientConnection, clip: str, place: int) -> dict[str, Any]:
    """What is told of a clip when it stands at that place: where, and for how long."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            message = json.loads(await socket.recv())
            if message.get("topic") != f"clip:{clip}":
                continue
            told = message.get("event") or message.get("snapshot", {}).get("waiting") or {}
            if told.get("place") == place:
                return dict(told)


@pytest.mark.asyncio
async def test_clips_beyond_the_places_wait_in_a_line_that_says_when_they_begin(
    server: Instance,
) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        clips = [await make(http, f"a {name}", 10) for name in ("fish", "owl", "bear", "frog")]
        await follow(socket, clips)
        waiting = await in_line(socket, clips[3], 2)
        view = (await http.get(f"/v1/clips/{clips[3]}")).json()
        for clip in clips[:3]:
            assert (await http.delete(f"/v1/clips/{clip}")).status_code == 202
        first = await events(socket, clips[:3])
        assert (await http.delete(f"/v1/clips/{clips[3]}")).status_code == 202
        later = await events(socket, clips[3:])
    assert view["clip"]["status"] == "queued"
    assert view["waiting"]["place"] in {1, 2}
    # Both that go before it may be seconds old when it is told.
    assert 0 < view["waiting"]["wait_s"] < 60
    assert 0 < waiting["wait_s"] < 60
    assert all(told[-1]["type"] == "clip_failed" for told in [*first.values(), *later.values()])


@pytest.mark.asyncio
async def test_when_the_worker_is_killed_its_clips_go_on_in_another(server: Instance) -> None:
    async with (
        httpx.AsyncClient(base_url=server.url) as http,
        connect(server.socket_url) as socket,
    ):
        clips = [await make(http, f"a {colour} fox", 5) for colour in ("red", "white")]
        await follow(socket, clips)
        on_air: set[str] = set()
        async with asyncio.timeout(TIMEOUT_S):
            # Not their progress, which may have been told before anybody followed them: the painter
            # is quick, and they are on air for five seconds.
            while len(on_air) < len(clips):
                message = json.loads(await socket.recv())
                on_air |= {message["topic"]} if is_on_air(message) else set()
        os.kill(first_worker(server), signal.SIGKILL)
        told = await events(socket, clips)
        for clip in clips:
            assert (await http.get(f"/v1/clips/{clip}/video.mp4")).status_code == 200
    ends = [told[clip][-1] for clip in clips]
    assert [end["type"] for end in ends] == ["clip_finished"] * 2
    assert all(one["type"] != "clip_started" for clip in clips for one in told[clip])


def guests_at(server: Instance, address: str) -> httpx.AsyncClient:
    """Every request is another guest's."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    http = httpx.AsyncClient(base_url=server.url, transport=transport, timeout=TIMEOUT_S)
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


@pytest.mark.asyncio
async def test_one_address_does_not_take_the_line_and_whoever_is_told_yes_stays_in_it(
    server: Instance,
) -> None:
    body = {"text": "a green frog", "seconds": 10}
    async with guests_at(server, "127.0.0.1") as crowd, guests_at(server, "127.0.0.9") as home:
        posts = (crowd.post("/v1/clips", json=body) for _ in range(60))
        answers = await asyncio.gather(*posts)
        codes = Counter(answer.status_code for answer in answers)
        assert codes.keys() == {202, 503}
        assert codes[202] < QUEUE
        mine = await home.post("/v1/clips", json=body)
        assert mine.status_code == 202, mine.text
        promised = [answer.json()["id"] for answer in answers if answer.status_code == 202]
        for clip in [*promised, mine.json()["id"]]:
            view = (await home.get(f"/v1/clips/{clip}")).json()
            assert view["clip"]["status"] in {"queued", "live"}, view
            if clip == mine.json()["id"] and view["waiting"]:
                assert view["waiting"]["place"] <= HOUSEHOLD
