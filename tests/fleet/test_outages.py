"""A worker is told to stop; Redis forgets, or goes for good: clips go on or fail with a reason."""

import asyncio
import signal
from contextlib import aclosing
from pathlib import Path

import pytest

from server.errors import RenderFailed
from server.render import wire
from tests.fleet.conftest import a_fleet, lent
from tests.render.test_pool import all_of, everything, until
from tests.render.test_session import order, units
from tests.support import RedisServer


@pytest.mark.asyncio
async def test_a_worker_that_is_told_to_stop_ends_after_its_clips(
    redis: RedisServer, blobs: Path
) -> None:
    with lent(redis, blobs) as worker:
        async with a_fleet(redis, blobs) as (pool, fleet):
            async with aclosing(pool.render(order("a", seconds=2))) as answers:
                await until(answers, wire.Started)
                worker.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(worker.says, "taking no more clips")
                heard = await all_of(answers)
            assert isinstance(heard[-1], wire.Done)
            assert await asyncio.to_thread(worker.process.wait, 20) == 0
            assert fleet.lost == 0


@pytest.mark.asyncio
async def test_a_clip_outlives_a_redis_that_forgets_everything(
    redis: RedisServer, blobs: Path
) -> None:
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, _):
            async with aclosing(pool.render(order("a", seconds=2))) as answers:
                heard = await until(answers, wire.Kept)
                redis.kill()
                redis.start()
                heard += await all_of(answers)
            assert isinstance(heard[-1], wire.Done)
            assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(48))
            assert isinstance((await everything(pool, order("b", live=False)))[-1], wire.Done)


@pytest.mark.asyncio
async def test_a_clip_fails_with_a_reason_when_redis_does_not_come_back(
    redis: RedisServer, blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.fleet.names.AWAY_S", 0.5)
    monkeypatch.setattr("server.fleet.fleet.GRACE_S", 0.5)
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, _):
            async with aclosing(pool.render(order("a", seconds=10))) as answers:
                await until(answers, wire.Kept)
                redis.kill()
                with pytest.raises(RenderFailed, match="no render worker is there"):
                    await all_of(answers)
            redis.start()
        async with a_fleet(redis, blobs, "b") as (pool, _):
            assert isinstance((await everything(pool, order("b", live=False)))[-1], wire.Done)
