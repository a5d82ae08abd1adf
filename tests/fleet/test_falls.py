"""Workers of other machines are killed, and Redis too: clips go on or fail with a reason."""

import asyncio
import io
import os
import signal
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import av
import numpy as np
import pytest

from server.errors import RenderFailed
from server.render import wire
from server.render.pool import Pool
from tests.fleet.conftest import Lent, a_fleet, lent
from tests.render.painter import paint
from tests.render.test_encode import distance
from tests.render.test_pool import all_of, everything, until
from tests.render.test_session import files, order, units
from tests.support import RedisServer


@pytest.fixture
def pair(redis: RedisServer, blobs: Path) -> Iterator[dict[str, Lent]]:
    with (
        lent(redis, blobs, instance="one") as one,
        lent(redis, blobs, instance="two") as two,
    ):
        yield {"one": one, "two": two}


def drawing(pool: Pool, clip: str) -> str:
    """Name of the worker that has a clip."""
    (name,) = [worker.link.name for worker in pool.workers if clip in worker.jobs]
    return name


@pytest.mark.asyncio
@pytest.mark.parametrize("whom", ["the machine", "its worker"])
async def test_a_clip_of_a_killed_worker_is_taken_up_where_it_was(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent], whom: str
) -> None:
    fleet = a_fleet(redis, blobs, count=2)
    async with fleet as (pool, _), aclosing(pool.render(order("a", seconds=2))) as answers:
        heard = await until(answers, wire.Kept)
        lost = pair[drawing(pool, "a")]
        pid = lost.process.pid if whom == "the machine" else lost.child
        os.kill(pid, signal.SIGKILL)
        heard += await all_of(answers)
    assert isinstance(heard[-1], wire.Done)
    assert [type(answer) for answer in heard].count(wire.Started) == 1
    shown = units(list(heard))
    ticks = [unit.pts for unit in shown]
    assert ticks == sorted(set(ticks))
    assert [unit.frame for unit in shown if unit.final] == list(range(48))
    with av.open(io.BytesIO(files(list(heard))["video"].data), "r") as video:
        pictures = [np.asarray(frame.to_ndarray(), np.uint8) for frame in video.decode(video=0)]
    assert all(distance(picture, paint(1, at)) < 3 for at, picture in enumerate(pictures))


@pytest.mark.asyncio
async def test_a_clip_that_ends_two_workers_fails_and_one_beside_it_does_not(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent]
) -> None:
    async with a_fleet(redis, blobs, count=2) as (pool, _):
        bad, good = await asyncio.gather(
            everything(pool, order("bad", text="die", seconds=2)),
            everything(pool, order("good", seconds=2)),
            return_exceptions=True,
        )
    assert isinstance(bad, RenderFailed)
    assert "tried twice" in str(bad)
    assert isinstance(good, list)
    assert isinstance(good[-1], wire.Done)


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
async def test_a_worker_that_was_asleep_is_told_that_its_clip_is_another_s(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent]
) -> None:
    async with a_fleet(redis, blobs, count=2) as (pool, fleet):
        async with aclosing(pool.render(order("a", seconds=3))) as answers:
            heard = await until(answers, wire.Kept)
            asleep = pair[drawing(pool, "a")].process
            asleep.send_signal(signal.SIGSTOP)
            heard += await until(answers, wire.Kept)
            while fleet.lost == 0:
                heard.append(await anext(answers))
            asleep.send_signal(signal.SIGCONT)
            heard += await all_of(answers)
        async with asyncio.timeout(20):
            await pool.wait_for(2)
    assert isinstance(heard[-1], wire.Done)
    assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(72))


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
