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

from phosphene.errors import RenderFailed
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from tests.breadth import BREADTH
from tests.fleet.conftest import Lent, a_fleet, lent
from tests.render.dispatch.test_pool import all_of, everything, until
from tests.render.painter import paint
from tests.render.worker.test_h264_encoder import distance
from tests.render.worker.test_session import files, order, units
from tests.support import RedisServer


@pytest.fixture(scope="module")
def pair(redis: RedisServer, blobs: Path) -> Iterator[dict[str, Lent]]:
    with (
        lent(redis, blobs, ready=False, instance="one") as one,
        lent(redis, blobs, ready=False, instance="two") as two,
    ):
        yield {"one": one, "two": two}


def drawing(pool: Pool, clip: str) -> str:
    """Name of the worker that has a clip."""
    (name,) = [worker.link.name for worker in pool.ready_workers if clip in worker.jobs]
    return name


async def lose(pair: dict[str, Lent], pool: Pool, whom: str) -> list[messages.ClipAnswer]:
    """What is heard of a clip whose worker, or whose machine, is killed after its first second."""
    async with aclosing(pool.render_clip(order(whom, seconds=2))) as answers:
        heard = await until(answers, messages.ClipCheckpoint)
        lost = pair[drawing(pool, whom)]
        os.kill(lost.child if whom == "worker" else lost.process.pid, signal.SIGKILL)
        return heard + await all_of(answers)


def check(heard: list[messages.ClipAnswer]) -> None:
    """Nobody sees that it was drawn by two."""
    assert isinstance(heard[-1], messages.Done)
    assert [type(answer) for answer in heard].count(messages.Started) == 1
    shown = units(list(heard))
    ticks = [unit.pts for unit in shown]
    assert ticks == sorted(set(ticks))
    assert [unit.frame for unit in shown if unit.final] == list(range(48))
    with av.open(io.BytesIO(files(list(heard))["video"].data), "r") as video:
        pictures = [np.asarray(frame.to_ndarray(), np.uint8) for frame in video.decode(video=0)]
    assert all(distance(picture, paint(1, at)) < 3 for at, picture in enumerate(pictures))


@pytest.mark.asyncio
async def test_a_clip_of_a_killed_worker_is_taken_up_where_it_was(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent]
) -> None:
    async with a_fleet(redis, blobs, count=2) as (pool, _):
        check(await lose(pair, pool, "worker"))


@BREADTH  # tests/render/dispatch/test_pool.py has it with own workers
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
    assert isinstance(good[-1], messages.Done)


@pytest.mark.asyncio
async def test_a_worker_that_was_asleep_is_told_that_its_clip_is_another_s(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent]
) -> None:
    async with a_fleet(redis, blobs, count=2) as (pool, fleet):
        async with aclosing(pool.render_clip(order("a", seconds=2))) as answers:
            heard = await until(answers, messages.ClipCheckpoint)
            asleep = pair[drawing(pool, "a")].process
            asleep.send_signal(signal.SIGSTOP)
            heard += await until(answers, messages.ClipCheckpoint)
            while fleet.workers_lost == 0:
                heard.append(await anext(answers))
            asleep.send_signal(signal.SIGCONT)
            heard += await all_of(answers)
        async with asyncio.timeout(20):
            await pool.wait_for_workers(2)
    assert isinstance(heard[-1], messages.Done)
    assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(48))


@pytest.mark.asyncio
async def test_so_is_a_clip_of_a_machine_that_falls_silent(
    redis: RedisServer, blobs: Path, pair: dict[str, Lent]
) -> None:
    async with a_fleet(redis, blobs, count=2) as (pool, _):
        check(await lose(pair, pool, "machine"))
