"""One of two instances learns for both; when it is killed the other one goes on from what it kept,
and learns what was done since."""

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from phosphene.feed.feed_learner import SNAPSHOT
from phosphene.model import ReactionKind
from phosphene.store.sqlite import open_store
from tests.api.test_feed_turns import fill
from tests.support import Instance, RedisServer, instance, redis_server

pytestmark = [pytest.mark.process, pytest.mark.asyncio]


def serving(data: Path, redis: RedisServer, name: str) -> AbstractContextManager[Instance]:
    return instance(data, instance=name, redis_url=redis.url, workers=0, feed_learner=True, lease=2)


@asynccontextmanager
async def somebody_at(server: Instance) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.get("/v1/me")
        yield http


async def teach(data: Path, first: int) -> None:
    """Twelve known people like all whales, and no fox."""
    async with open_store(data / "phosphene.db", "people", time.time) as store:
        for person in range(first, first + 12):
            for number in range(24):
                kind: ReactionKind = "like" if number % 2 else "skip"
                await store.reactions.add_reaction(f"p{person}", f"clip{number:02}", kind)


def snapshot(data: Path) -> tuple[int, int, str, int]:
    with closing(sqlite3.connect(data / "phosphene.db")) as cx:
        query = "SELECT number, turn, blob, learned FROM learner_snapshots"
        found: tuple[int, int, str, int] = cx.execute(query).fetchone() or (0, 0, "", 0)
        return found


async def wait_for_texts(http: httpx.AsyncClient, text: str) -> None:
    """Until a page of somebody of whom nothing is known has what others like."""
    async with asyncio.timeout(60):
        while True:
            found = (await http.get("/v1/feed?limit=8")).json()["clips"]
            if [one["text"] for one in found].count(text) == 8:
                return


async def test_one_learns_for_both_and_another_takes_over(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "redis"
    folder.mkdir()
    data.mkdir()
    # Of a time in which one instance learned alone.
    (data / SNAPSHOT).write_bytes(b"what people taught who may be gone")
    with (
        redis_server(folder) as redis,
        serving(data, redis, "a") as a,
        serving(data, redis, "b") as b,
    ):
        assert not (data / SNAPSHOT).exists()
        await fill(data, 24)
        async with somebody_at(a) as here, somebody_at(b) as there:
            await here.get("/v1/feed")
            await a.says('"message":"learns for all instances"')
            await a.says('"message":"feed learner ready"')
            await there.get("/v1/feed")
            await b.says('"message":"feed learner ready"')
            number, turn, blob, _ = snapshot(data)
            assert (data / "blobs" / blob).is_file()
            await teach(data, 0)
            # What is learned at one is ranked by at the other, before it is kept.
            await wait_for_texts(there, "whale")
            assert snapshot(data)[:2] == (number, turn)
            a.process.send_signal(signal.SIGKILL)
            a.process.wait()
            await b.says('"message":"learns for all instances"')
            taken, turn, _, learned = snapshot(data)
            assert (taken, turn) == (number + 1, 0)
            with closing(sqlite3.connect(data / "phosphene.db")) as cx:
                assert cx.execute("SELECT max(id) FROM reactions").fetchone() == (learned,)
            assert not (data / "blobs" / blob).exists()
            await wait_for_texts(there, "whale")
