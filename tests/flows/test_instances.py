"""Two instances, one audience: shared database, a real Redis that dies in the middle."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect

from tests.flows.test_clip import events_until, make, said, subscribe
from tests.stream.viewer import a_viewer
from tests.support import Instance, RedisServer, instance, redis_server

WORDS = 30


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
        instance(data, redis_url=redis.url, instance="a") as a,
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
                    f"/v1/clips/{clip}/whep",
                    content=await viewer.offer(),
                    headers={"Content-Type": "application/sdp"},
                )
                assert response.status_code == 201, response.text
                await viewer.accept(response.text)
                pictures = [await viewer.frame() for _ in range(24)]
                layer = response.headers["location"] + "/layer"
                assert (await there.post(layer, json={"rid": "half"})).status_code == 200
                while (small := await viewer.frame()).width == 576:
                    continue
    assert {(picture.width, picture.height) for picture in pictures} == {(576, 1024)}
    assert (small.width, small.height) == (288, 512)
