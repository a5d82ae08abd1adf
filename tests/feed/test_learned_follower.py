"""Over a real Redis, as one that follows hears it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from phosphene.bus.bus import StreamEntry
from phosphene.bus.redis import open_bus
from phosphene.failure_boundary import running
from phosphene.feed import learned_follower
from phosphene.feed.learned_follower import LearnedFollower, delta_stream
from phosphene.store.learner_snapshots import LearnerSnapshot
from tests.support import redis_server

pytestmark = [pytest.mark.process, pytest.mark.asyncio]


async def test_behind_an_entry_that_is_missing_the_next_snapshot_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned_follower, "LOOK_S", 0.05)
    newest = LearnerSnapshot(1, 0, "snapshot 0", 0, 0.0)
    done = asyncio.Queue[str]()

    async def find_newest() -> LearnerSnapshot:
        return newest

    async def get_blob(name: str) -> bytes:
        return name.encode()

    async def adopt(path: Path) -> str:
        done.put_nowait(await asyncio.to_thread(path.read_text))
        return ""

    async def apply(body: bytes) -> str:
        done.put_nowait(body.decode())
        return ""

    async def next_done() -> str:
        async with asyncio.timeout(20):
            return await done.get()

    async with AsyncExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path))
        here = await stack.enter_async_context(open_bus(redis.url, "one"))
        there = await stack.enter_async_context(open_bus(redis.url, "two"))
        follower = LearnedFollower(there, find_newest, get_blob, tmp_path)
        async with running(follower.follow_learner(adopt, apply)):
            assert await next_done() == "snapshot 0"
            entries = StreamEntry(0, b"first"), StreamEntry(2, b"third"), StreamEntry(3, b"")
            await here.append_entries(delta_stream(1, 0), *entries)
            assert await next_done() == "first"
            newest = LearnerSnapshot(1, 1, "snapshot 1", 0, 0.0)
            assert await next_done() == "snapshot 1"
            await here.append_entries(delta_stream(1, 1), StreamEntry(0, b"after it"))
            assert await next_done() == "after it"
