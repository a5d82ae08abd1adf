"""Two instances without workers, and one worker of another machine that draws for both."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.flows.test_clip import events_until, make, subscribe
from tests.support import Instance, instance, lent_worker, redis_server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, data: Path
) -> Iterator[tuple[Instance, Instance]]:
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path_factory.mktemp("redis")))
        stack.enter_context(lent_worker(redis.url, data / "parcels"))
        a, b = (
            stack.enter_context(
                instance(data, remote=True, instance=name, redis_url=redis.url, workers=0)
            )
            for name in ("a", "b")
        )
        yield a, b


@pytest.mark.asyncio
async def test_a_clip_is_made_steered_and_cancelled_at_different_instances(
    pair: tuple[Instance, Instance], data: Path
) -> None:
    a, b = pair
    line = "a red balloon over the sea at night in the rain"
    async with (
        httpx.AsyncClient(base_url=a.url) as author,
        httpx.AsyncClient(base_url=b.url) as ben,
        httpx.AsyncClient(base_url=b.url) as cleo,
        connect(b.socket_url) as socket,
    ):
        await subscribe(socket, "feed")
        text = "a red balloon over the hills at sunset"
        clip = await make(author, text=text, seconds=10, seed=7)
        path = f"/v1/clips/{clip['id']}"
        await events_until(socket, "clip_started")
        await subscribe(socket, f"clip:{clip['id']}")
        proposed = await ben.post(f"{path}/proposals", json={"text": line})
        assert proposed.status_code == 201, proposed.text
        vote = f"{path}/proposals/{proposed.json()['id']}/vote"
        assert (await cleo.put(vote)).json()["votes"] == 2
        # Both hear more of its kind in their own feeds, whichever instance they told.
        with closing(sqlite3.connect(data / "phosphene.db")) as cx:
            rows = cx.execute("SELECT kind, clip FROM reactions").fetchall()
        assert rows == [("steer", clip["id"])] * 2
        second = await ben.post(f"{path}/proposals", json={"text": "a cat"})
        assert (second.status_code, second.json()["type"]) == (429, "/problems/too-many-requests")
        refused = await cleo.post(f"{path}/proposals", json={"text": "Mickey Mouse"})
        assert refused.status_code == 403
        steered = (await events_until(socket, "clip_steered"))[-1]["event"]
        assert [one["text"] for one in steered["clip"]["recipe"]["steering"]] == [line]

        assert (await ben.delete(path)).status_code == 404
        async with httpx.AsyncClient(base_url=b.url, cookies=author.cookies) as there:
            assert (await there.delete(path)).status_code == 202
        ended = (await events_until(socket, "clip_failed"))[-1]["event"]["clip"]
        assert (ended["id"], ended["status"]) == (clip["id"], "cancelled")
        assert (await cleo.put(vote)).status_code == 409
        metrics = (await ben.get("/metrics")).text
    assert "phosphene_remote_workers 1.0" in metrics


@pytest.mark.breadth
@pytest.mark.asyncio
async def test_a_finished_clip_is_everywhere(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    async with httpx.AsyncClient(base_url=a.url) as here, connect(b.socket_url) as socket:
        await subscribe(socket, "feed")
        clip = await make(here, text="a green frog in the rain", seconds=1)
        await events_until(socket, "clip_finished")
        async with httpx.AsyncClient(base_url=b.url) as there:
            assert (await there.get(f"/v1/clips/{clip['id']}/video.mp4")).status_code == 200
