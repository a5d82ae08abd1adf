"""Two instances, one audience: shared database, a real Redis that dies in the middle."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from tests.flows.test_clip import events_until, make, said, subscribe
from tests.render.painter import HEIGHT, WIDTH
from tests.stream.viewer import a_viewer
from tests.stream.webrtc.test_offer import SMALL
from tests.support import (
    Instance,
    RedisServer,
    drain,
    free_port,
    instance,
    redis_server,
    wait_for_line,
)

WORDS = 30
SOON_S = 20.0
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def pair(
    redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Instance, Instance]]:
    data = tmp_path_factory.mktemp("data")
    with (
        instance(
            data,
            painted=True,
            redis_url=redis.url,
            instance="a",
            port=(port := free_port()),
            instance_url=f"http://127.0.0.1:{port}",
        ) as a,
        instance(data, redis_url=redis.url, instance="b", workers=0) as b,
    ):
        yield a, b


@pytest_asyncio.fixture
async def on_b(pair: tuple[Instance, Instance]) -> AsyncIterator[ClientConnection]:
    async with connect(pair[1].socket_url) as socket:
        yield socket


@pytest.mark.asyncio
async def test_a_clip_and_its_likes_on_a_reach_sockets_on_b(
    pair: tuple[Instance, Instance], on_b: ClientConnection
) -> None:
    await subscribe(on_b, "feed")
    async with httpx.AsyncClient(base_url=pair[0].url) as http:
        clip = await make(http, text="a yellow fish under the sea", seconds=2)
        await events_until(on_b, "clip_started")
        await subscribe(on_b, f"clip:{clip['id']}")
        await http.put(f"/v1/clips/{clip['id']}/like")
        liked = (await events_until(on_b, "liked"))[-1]["event"]
        assert (liked["clip"], liked["likes"]) == (clip["id"], 1)
        finished = (await events_until(on_b, "clip_finished"))[-1]["event"]["clip"]
        assert finished["id"] == clip["id"]
    async with httpx.AsyncClient(base_url=pair[1].url) as http:
        assert (await http.get(f"/v1/clips/{clip['id']}/video.mp4")).status_code == 200


@pytest.mark.asyncio
async def test_nothing_is_lost_or_doubled_when_redis_dies_and_comes_back(
    pair: tuple[Instance, Instance], redis: RedisServer, on_b: ClientConnection
) -> None:
    a, _ = pair
    async with httpx.AsyncClient(base_url=a.url) as http:
        clip = (await make(http, text="a purple jellyfish at night", seconds=1))["id"]
    start = (await subscribe(on_b, f"clip:{clip}"))["at"]["seq"]

    async def comment(number: int) -> None:
        async with httpx.AsyncClient(base_url=a.url, timeout=30) as http:
            body = {"text": f"word {number}", "id": f"{clip}-{number:03}"}
            response = await http.post(f"/v1/clips/{clip}/comments", json=body)
            assert response.status_code == 201, response.text

    for number in range(WORDS):
        if number == WORDS // 3:
            redis.kill()
        if number == 2 * WORDS // 3:
            redis.start()
        await comment(number)
    async with httpx.AsyncClient(base_url=a.url) as http:
        total = (await http.get(f"/v1/clips/{clip}")).json()["clip"]["counts"]["comments"]
    assert total == WORDS
    heard: list[str] = []
    while len(heard) < WORDS:
        message = await said(on_b, "event")
        if message["event"]["type"] == "commented":
            assert message["seq"] > start
            heard.append(message["event"]["comment"]["text"])
    assert heard == [f"word {number}" for number in range(WORDS)]


@pytest.mark.asyncio
async def test_behind_one_address_a_viewer_stays_with_one_instance(
    pair: tuple[Instance, Instance], tmp_path: Path
) -> None:
    """As in examples/: viewers at several addresses, whose sessions are found again."""
    ports = [int(one.url.rpartition(":")[2]) for one in pair]
    with nginx(tmp_path, *ports) as address:
        media: list[str] = []
        for number in range(2, 26):
            transport = httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number}")
            async with httpx.AsyncClient(transport=transport, base_url=address) as viewer:
                for _ in range(2):
                    headers = {"Content-Type": "application/sdp"}
                    made = await viewer.post("/v1/whep", content=SMALL, headers=headers)
                    assert (await viewer.get(made.headers["location"])).status_code == 200
                    media += re.findall(r"a=candidate:.* 127.0.0.1 (\d+)", made.text)
    assert media[::2] == media[1::2]
    assert len(set(media)) == 2


@contextmanager
def nginx(folder: Path, *ports: int) -> Iterator[str]:
    """The address of a proxy before servers on these ports, with the settings of examples/."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "the tests need nginx: run `make test`"
    own, settings = free_port(), (EXAMPLES / "nginx.conf").read_text()
    for given, ours in zip((8000, 8001, 8002), (own, *ports), strict=True):
        settings = re.sub(rf"\b{given}\b", str(ours), settings)
    (folder / "nginx.conf").write_text(settings.replace("stderr;", "stderr notice;"))
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        wait_for_line(drain(process.stderr), "start worker process ", 20.0)
        yield f"http://127.0.0.1:{own}"
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


@pytest.mark.asyncio
async def test_a_viewer_of_b_watches_what_a_draws(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    async with httpx.AsyncClient(base_url=a.url) as http, connect(a.socket_url) as socket:
        await subscribe(socket, "feed")
        clip = (await make(http, text="a pink whale in the sea at dawn", seconds=6))["id"]
        await events_until(socket, "clip_started")
        async with httpx.AsyncClient(base_url=b.url) as there:
            assert (await there.get(f"/v1/clips/{clip}/whep")).status_code == 200
            async with a_viewer() as viewer:
                response = await there.post(
                    f"/v1/clips/{clip}/whep?here=1",
                    content=await viewer.offer(),
                    headers={"Content-Type": "application/sdp"},
                )
                assert response.status_code == 201, response.text
                await viewer.accept(response.text)
                pictures = [await viewer.frame() for _ in range(24)]
                layer = response.headers["location"] + "/layer"
                assert (await there.post(layer, json={"rid": "half"})).status_code == 200
                while (small := await viewer.frame()).width == WIDTH:
                    continue
    assert {(picture.width, picture.height) for picture in pictures} == {(WIDTH, HEIGHT)}
    assert (small.width, small.height) == (WIDTH // 2, HEIGHT // 2)


@pytest.mark.asyncio
async def test_b_leads_players_to_a_that_draws(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    async with httpx.AsyncClient(base_url=a.url) as http, connect(a.socket_url) as socket:
        await subscribe(socket, "feed")
        clip = (await make(http, text="a white bear in the snow at noon", seconds=6))["id"]
        await events_until(socket, "clip_started")
        endpoint, index = f"/v1/clips/{clip}/whep", f"/v1/clips/{clip}/hls/index.m3u8"
        async with (
            httpx.AsyncClient(base_url=b.url, follow_redirects=True) as there,
            a_viewer() as viewer,
        ):
            await wait_until_led(there, index)
            sdp = {"Content-Type": "application/sdp"}
            response = await there.post(endpoint, content=await viewer.offer(), headers=sdp)
            assert [one.status_code for one in response.history] == [307]
            assert response.history[0].headers["access-control-allow-origin"] == "*"
            await viewer.accept(response.text)
            assert (await viewer.frame()).width == WIDTH
            # Also for players that resolve it by the address that they asked first.
            session = response.headers["location"]
            assert session.startswith(f"{a.url}{endpoint}/")
            assert (await there.get(session)).json()["clip"] == clip
            assert (await there.delete(session)).status_code == 200
            # libavformat's player of HLS, which ffmpeg, mpv and VLC share or resemble.
            assert await asyncio.to_thread(first_width, f"{b.url}{index}") == WIDTH
            served = await there.get(index, headers={"Cookie": "phosphene_identity=x"})
            assert (served.history, "#EXTM3U" in served.text) == ([], True)
            led_twice = await there.get(index, params={"here": "led"})
            assert (led_twice.history, "#EXTM3U" in led_twice.text) == ([], True)
            frame = await there.get(f"/embed/{clip}")
            assert f" {a.url};" in frame.headers["content-security-policy"]


async def wait_until_led(there: httpx.AsyncClient, index: str) -> None:
    """Which clips an instance draws is said beside their events, and reaches nobody in order with
    them: who is early is served by a mirror."""
    async with asyncio.timeout(SOON_S):
        while (await there.get(index, follow_redirects=False)).status_code != 307:
            continue


def first_width(url: str) -> int:
    with av.open(url) as film:
        return next(film.decode(video=0)).width


@pytest.mark.asyncio
async def test_a_private_clip_is_watched_where_one_is_known(
    pair: tuple[Instance, Instance],
) -> None:
    a, b = pair
    async with httpx.AsyncClient(base_url=a.url) as http:
        prompt = {"text": "a grey cat", "seconds": 4, "visibility": "private"}
        clip = (await make(http, **prompt))["id"]
        token = (await http.post(f"/v1/clips/{clip}/tokens", json={})).json()["token"]
    async with httpx.AsyncClient(base_url=b.url, timeout=30) as there:
        index = f"/v1/clips/{clip}/hls/index.m3u8"
        while (answer := await there.get(index, params={"token": token})).status_code == 503:
            continue
    assert (answer.status_code, "#EXTM3U" in answer.text) == (200, True)
