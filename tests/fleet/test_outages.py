"""A worker is told to stop; Redis forgets, or goes for good: clips go on or fail with a reason."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from phosphene.errors import RenderFailed
from phosphene.fleet import names
from phosphene.render import messages
from tests.fleet.conftest import a_fleet, lent
from tests.render.dispatch.test_pool import all_of, everything, until
from tests.render.worker.test_session import order, units
from tests.support import RedisServer


@pytest.mark.asyncio
async def test_a_worker_that_is_told_to_stop_ends_after_its_clips(
    redis: RedisServer, blobs: Path
) -> None:
    with lent(redis, blobs) as worker:
        async with a_fleet(redis, blobs) as (pool, fleet):
            async with aclosing(pool.render_clip(order("a", seconds=2))) as answers:
                await until(answers, messages.Started)
                worker.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(worker.says, "taking no more clips")
                heard = await all_of(answers)
            assert isinstance(heard[-1], messages.Done)
            assert await asyncio.to_thread(worker.process.wait, 20) == 0
            assert fleet.workers_lost == 0


@pytest.mark.asyncio
async def test_a_clip_outlives_a_redis_that_forgets_everything(
    redis: RedisServer, blobs: Path
) -> None:
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, _):
            async with aclosing(pool.render_clip(order("a", seconds=2))) as answers:
                heard = await until(answers, messages.ClipCheckpoint)
                redis.kill()
                redis.start()
                heard += await all_of(answers)
            assert isinstance(heard[-1], messages.Done)
            assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(48))
            assert isinstance((await everything(pool, order("b", live=False)))[-1], messages.Done)


@pytest.mark.asyncio
async def test_a_clip_fails_with_a_reason_when_redis_does_not_come_back(
    redis: RedisServer, blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, _):
            async with aclosing(pool.render_clip(order("a", seconds=10))) as answers:
                await until(answers, messages.ClipCheckpoint)
                redis.kill()
                # Neither before nor after: beside other work Redis answers that late, and so does
                # a worker that finds it again.
                with monkeypatch.context() as hurried:
                    hurried.setattr("phosphene.fleet.names.AWAY_S", 0.5)
                    hurried.setattr("phosphene.fleet.fleet.GRACE_S", 0.5)
                    with pytest.raises(RenderFailed, match="no render worker is there"):
                        await all_of(answers)
            redis.start()
        async with a_fleet(redis, blobs, "b") as (pool, _):
            assert isinstance((await everything(pool, order("b", live=False)))[-1], messages.Done)


@contextmanager
def taking_nothing(store: Path) -> Iterator[None]:
    """Within, there is a file where the folder of the parcels should be."""
    parcels = store / "parcels"
    parcels.rename(store / "aside")
    parcels.touch()
    yield
    parcels.unlink()
    (store / "aside").rename(parcels)


@pytest.mark.asyncio
async def test_a_clip_that_no_store_takes_waits_for_an_own_worker_or_fails_with_the_reason(
    redis: RedisServer, tmp_path: Path
) -> None:
    large = bytes(3_000_000)
    with lent(redis, tmp_path):
        async with a_fleet(redis, tmp_path) as (pool, _):
            with taking_nothing(tmp_path), pytest.raises(RenderFailed, match="no other machine"):
                await everything(pool, order("poor", parent=large))
        async with (
            a_fleet(redis, tmp_path, "home", count=2, workers=1, places=1) as (pool, _),
            aclosing(pool.render_clip(order("long", seconds=10))) as long,
        ):
            with taking_nothing(tmp_path):
                await until(long, messages.Started)
                waits = asyncio.ensure_future(everything(pool, order("large", parent=large)))
                # Who could be drawn anywhere passes who cannot.
                assert isinstance((await everything(pool, order("small")))[-1], messages.Done)
                assert not waits.done()
                pool.cancel_clip("long")
                assert isinstance((await waits)[-1], messages.Done)


@pytest.mark.asyncio
async def test_what_is_none_of_ours_in_redis_stops_nobody(redis: RedisServer, blobs: Path) -> None:
    with lent(redis, blobs, instance="calm") as worker:
        async with a_fleet(redis, blobs, "n") as (pool, _):
            weights = pool.ready_workers[0].ready.fingerprint
            lines = [names.jobs(weights, messages.WIRE, urgent=urgent) for urgent in (True, False)]
            client = Redis.from_url(redis.url)
            found: Any = await client.keys(names.instance("n:*"))
            others = await client.keys(names.orders("*"))
            alive = found[0].decode().removeprefix(names.instance(""))
            for stream in (names.BEATS, names.answers(alive), *lines, *others):
                await client.xadd(stream, {"i": alive, "nonsense": "\xff", "n": "a"})
            await client.xadd(names.bell(weights, messages.WIRE), {"c": "x"})
            assert isinstance((await everything(pool, order("clip")))[-1], messages.Done)
            assert [await client.xlen(line) for line in lines] == [0, 0]
            worker.process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(worker.process.wait, 20)
            left = [await client.xinfo_consumers(line, names.GROUP) for line in lines]
            await client.aclose()
    assert left == [[], []]


def hold_up(seconds: float) -> None:
    """Nothing of this process runs, as after SIGSTOP."""
    time.sleep(seconds)


@pytest.mark.asyncio
async def test_an_instance_that_was_held_up_takes_nobody_for_dead(
    redis: RedisServer, blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time-outs are over as well when it wakes."""
    for name, seconds in {"BLOCK_TIMEOUT_S": 0.5, "ROUND_S": 0.25}.items():
        monkeypatch.setattr(f"phosphene.fleet.fleet.{name}", seconds)
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, fleet):
            monkeypatch.setattr("phosphene.fleet.names.AWAY_S", 1.0)
            async with aclosing(pool.render_clip(order("a", seconds=2))) as answers:
                heard = await until(answers, messages.Started)
                hold_up(1.2)
                heard += await all_of(answers)
            assert isinstance(heard[-1], messages.Done)
            assert fleet.workers_lost == 0


@pytest.mark.asyncio
async def test_a_clip_that_was_stopped_because_its_instance_seemed_gone_is_drawn_on(
    redis: RedisServer, blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lent(redis, blobs):
        async with a_fleet(redis, blobs) as (pool, fleet):
            async with aclosing(pool.render_clip(order("a", seconds=10))) as answers:
                heard = await until(answers, messages.ClipCheckpoint)
                # It says that it is there, and nobody finds it.
                monkeypatch.setattr("phosphene.fleet.names.INSTANCE_MS", 1)
                last = asyncio.ensure_future(all_of(answers))
                async with asyncio.timeout(20):
                    while not fleet.workers_lost:
                        await pool.wait_news()
                monkeypatch.undo()
                heard += await last
            assert isinstance(heard[-1], messages.Done)
            assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(240))
