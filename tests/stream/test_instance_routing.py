"""Viewers are led to the instance that draws a clip, for as long as it is known to be there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager

import msgspec
import pytest
from starlette.requests import Request

from phosphene.bus.bus import Bus
from phosphene.bus.redis import open_bus
from phosphene.stream import instance_routing
from phosphene.stream.instance_routing import (
    BELIEVED_S,
    CHANNEL,
    DrawnHere,
    InstanceDirectory,
    InstanceRouting,
    open_routing,
)
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.redirects import lead_away
from tests.stream.viewer import FPS, HEIGHT, WIDTH, a_clip
from tests.support import RedisServer, redis_server

HERE, THERE = "http://here.example", "https://there.example:8443"
SOON_S = 20.0


def asking(query: str = "", **headers: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "server": ("balancer.example", 80),
            "path": "/v1/clips/a/whep",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )


def test_the_newest_lease_wins_and_who_falls_silent_is_forgotten() -> None:
    now = [0.0]
    directory = InstanceDirectory(lambda: now[0])
    directory.note_instance(DrawnHere(HERE, {"a": 1, "b": 3}))
    directory.note_instance(DrawnHere(THERE, {"a": 2}))
    assert directory.find_drawing("a") == THERE  # it took the clip over
    assert directory.find_drawing("b") == HERE
    assert directory.find_drawing("c") is None
    now[0] = BELIEVED_S - 1
    directory.note_instance(DrawnHere(HERE, {}))
    assert directory.find_drawing("b") is None
    assert set(directory.urls) == {HERE, THERE}
    now[0] = BELIEVED_S
    assert directory.find_drawing("a") is None
    assert directory.urls == (HERE,)


@pytest.mark.parametrize("url", ["javascript:a", "https://a/b", "https://a b", "https://a;x", ""])
def test_an_address_that_is_none_is_not_believed(url: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(DrawnHere(url, {})), type=DrawnHere)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


class Told:
    """Whether an instance has room for viewers of others."""

    room = True


@asynccontextmanager
async def a_routing(
    bus: Bus, url: str, stage: LiveClips, told: Told
) -> AsyncIterator[InstanceRouting]:
    now = asyncio.get_running_loop().time
    async with open_routing(url, stage, bus, lambda: told.room, now) as routing:
        yield routing


def on_air(stage: LiveClips) -> AbstractContextManager[LiveClip]:
    return stage.on_air("a", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)


async def led(routing: InstanceRouting, request: Request, **clip: object) -> str | None:
    answer = await lead_away(request, a_clip("a", **clip), [routing.redirect_viewer])
    return answer.headers["location"] if answer else None


async def until(routing: InstanceRouting, bus: Bus, wanted: str | None) -> None:
    """With each word that is said it may be so."""
    async for _ in bus.receive_hints(CHANNEL):
        if await led(routing, asking()) == wanted:
            return


@pytest.mark.process
@pytest.mark.asyncio
async def test_a_viewer_is_led_while_a_clip_is_on_air_there_and_there_is_room(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_routing, "SAID_EVERY_S", 0.02)
    here, there, told = LiveClips(), LiveClips(), Told()
    place = f"{THERE}/v1/clips/a/whep?here=led"
    async with (
        asyncio.timeout(SOON_S),
        open_bus(redis.url, "here") as bus,
        open_bus(redis.url, "there") as other,
        a_routing(bus, "", here, told) as routing,
        a_routing(other, THERE + "/", there, told) as drawing,
    ):
        with on_air(there):
            await until(routing, bus, place)
            assert await led(routing, asking("token=x")) == (
                f"{THERE}/v1/clips/a/whep?token=x&here=led"
            )
            assert await led(routing, asking("here=1")) is None
            assert await led(routing, asking(cookie="phosphene_identity=x")) is None
            assert await led(routing, asking(authorization="Bearer x")) is None
            assert await led(routing, asking(), visibility="private") is None
            assert await led(routing, asking(), status="done") is None
            assert await led(drawing, asking()) is None
            assert drawing.own_address(asking("here=led")) == THERE
            assert drawing.own_address(asking("here=1")) == ""
            told.room = False
            await until(routing, bus, None)
            told.room = True
            await until(routing, bus, place)
        await until(routing, bus, None)
        with on_air(there):
            await until(routing, bus, place)
            await other.publish_hint(CHANNEL, b"not a word")
            assert await led(routing, asking()) == place
            with on_air(here):
                assert await led(routing, asking()) is None
