"""Instances and a worker of another machine, with a real Redis between them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.blobs.blobs import MARK
from phosphene.errors import BadInput, RenderFailed
from phosphene.fleet.fleet import open_fleet
from phosphene.model import Slot
from phosphene.render import messages
from phosphene.render.dispatch.command import ModelWorkers
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.process import PipeLink
from phosphene.render.dispatch.prompt_reader import PromptReader
from phosphene.render.dispatch.worker_processes import open_pool, open_pools
from phosphene.settings import Settings
from tests.fleet.conftest import PLACES, Lent, a_fleet, lent
from tests.fleet.lent import EASEL, QUICK
from tests.render.dispatch.test_pool import all_of, everything, until
from tests.render.worker.test_session import files, order, units
from tests.support import RedisServer

shared = pytest.mark.asyncio(loop_scope="module")
"""For tests that use the one pool and leave it as it was."""


@pytest.fixture(scope="module")
def worker(redis: RedisServer, blobs: Path) -> Iterator[Lent]:
    with lent(redis, blobs) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(redis: RedisServer, blobs: Path, worker: Lent) -> AsyncIterator[Pool]:
    async with a_fleet(redis, blobs) as (opened, _):
        yield opened


@shared
async def test_a_clip_is_drawn_by_another_machine_from_started_to_done(pool: Pool) -> None:
    assert pool.info is not None
    assert pool.info.model == "painter"
    heard = await everything(pool, order())
    assert isinstance(heard[0], messages.Started)
    assert isinstance(heard[-1], messages.Done)
    assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(24))
    assert set(files(list(heard))) == {"video", "half", "poster", "preview", "latents"}


@shared
async def test_latents_that_are_too_large_for_redis_are_carried_beside(
    pool: Pool, blobs: Path
) -> None:
    heard = await everything(pool, order("large", parent=bytes(3_000_000)))
    assert isinstance(heard[-1], messages.Done)
    assert os.listdir(blobs / "parcels") == [MARK]


@shared
async def test_a_failure_keeps_its_reason_and_the_worker_goes_on(pool: Pool) -> None:
    with pytest.raises(RenderFailed, match="out of paint"):
        await everything(pool, order("f1", text="explode"))
    assert isinstance((await everything(pool, order("f2", live=False)))[-1], messages.Done)


@shared
async def test_a_clip_is_cancelled_steered_and_asked_for_more_far_away(pool: Pool) -> None:
    async with aclosing(pool.render_clip(order("s", seconds=10))) as answers:
        first = asyncio.ensure_future(anext(answers))
        # After the first step of that: the clip is offered, and nobody has it yet.
        asyncio.get_running_loop().call_soon(pool.steer_clip, "s", "at night")
        await first
        heard = await until(answers, messages.Steered)
        assert isinstance(heard[-1], messages.Steered)
        assert heard[-1].steer.text == "at night"
        pool.request_keyframe("s")
        while not (isinstance(heard[-1], messages.Encoded) and heard[-1].unit.key):
            heard.append(await anext(answers))
        pool.request_rendition("s", "half")
        while not (isinstance(heard[-1], messages.Encoded) and heard[-1].rendition == "half"):
            heard.append(await anext(answers))
        assert heard[-1].unit.key
        pool.cancel_clip("s")
        assert (await all_of(answers))[-1] == messages.Failed(
            clip="s", reason="it was cancelled", cancelled=True
        )


@shared
async def test_another_machine_says_what_it_would_draw(pool: Pool) -> None:
    read = await PromptReader(pool).read_prompt("a ball")
    assert read[0] == Slot("subject", "disc", 0.7, ("ball",))


@shared
async def test_two_instances_share_the_places_and_nobody_is_forgotten(
    pool: Pool, redis: RedisServer, blobs: Path
) -> None:
    async with a_fleet(redis, blobs, "b") as (other, _):
        some = [everything(pool, order(f"a{at}", live=False)) for at in range(PLACES + 1)]
        more = [everything(other, order(f"b{at}", live=False)) for at in range(PLACES + 1)]
        for heard in await asyncio.gather(*some, *more):
            assert isinstance(heard[-1], messages.Done)
            assert [type(one) for one in heard].count(messages.Started) == 1


@shared
async def test_clips_beyond_the_room_wait_in_line_and_can_be_cancelled_there(pool: Pool) -> None:
    async with AsyncExitStack() as stack:
        for at in range(PLACES):
            answers = pool.render_clip(order(f"l{at}", seconds=10))
            await stack.enter_async_context(aclosing(answers))
            await until(answers, messages.Started)
        late = pool.render_clip(order("late"))
        assert isinstance(await anext(late), messages.Waiting)
        pool.cancel_clip("late")
        last = (await all_of(late))[-1]
        assert isinstance(last, messages.Failed)
        assert last.cancelled
    assert pool.clips_waiting == 0


@shared
async def test_whoever_stops_listening_cancels_the_clip_far_away(pool: Pool) -> None:
    async with aclosing(pool.render_clip(order("w", seconds=10))) as answers:
        await until(answers, messages.Started)
    some = [everything(pool, order(f"w{at}", live=False)) for at in range(PLACES)]
    assert all(isinstance(heard[-1], messages.Done) for heard in await asyncio.gather(*some))


@shared
async def test_an_own_worker_draws_first_and_others_what_it_has_no_room_for(
    redis: RedisServer, blobs: Path, worker: Lent
) -> None:
    own = a_fleet(redis, blobs, "own", count=2, workers=1, places=1)
    async with own as (pool, _), AsyncExitStack() as stack:
        for clip in ("one", "two"):
            answers = pool.render_clip(order(clip, seconds=10))
            await stack.enter_async_context(aclosing(answers))
            await until(answers, messages.Started)
        drawing = {one.is_remote: set(one.jobs) for one in pool.ready_workers}
        assert drawing == {False: {"one"}, True: {"two"}}


@shared
async def test_a_clip_of_an_own_worker_that_dies_goes_on_at_another_machine(
    redis: RedisServer, blobs: Path, worker: Lent
) -> None:
    own = a_fleet(redis, blobs, "own", count=2, workers=1)
    async with own as (pool, _), aclosing(pool.render_clip(order("o", seconds=2))) as answers:
        heard = await until(answers, messages.ClipCheckpoint)
        (mine,) = [one.link for one in pool.ready_workers if "o" in one.jobs]
        assert isinstance(mine, PipeLink)
        os.kill(mine.pid, signal.SIGKILL)
        heard += await all_of(answers)
    assert isinstance(heard[-1], messages.Done)
    assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(48))


@shared
async def test_clips_of_an_instance_that_is_gone_are_stopped(
    redis: RedisServer, blobs: Path, pool: Pool
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fleet.caller", redis.url, str(blobs), str(PLACES)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    for _ in range(PLACES):
        assert await process.stdout.readline()
    process.kill()
    await process.wait()
    heard = await everything(pool, order("after"))  # as soon as there is a place again
    assert isinstance(heard[-1], messages.Done)


@pytest.mark.asyncio
@pytest.mark.parametrize("where", ["ftp://somewhere", "/proc/nothing/here"])
async def test_a_blob_store_that_cannot_be_used_is_said_at_the_start(
    redis: RedisServer, where: str
) -> None:
    async with open_pool(Settings(workers=0), EASEL, QUICK) as pool:
        with pytest.raises(BadInput, match="blobs"):
            async with open_fleet(redis.url, where, "x", ModelPools([pool]), QUICK):
                pass


@pytest.mark.asyncio
async def test_clips_that_no_worker_can_have_any_more_are_sent_away(
    redis: RedisServer, blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phosphene.fleet.fleet.GRACE_S", 0.1)
    async with a_fleet(redis, blobs, "alone", count=0, model="other") as (pool, _):
        with pytest.raises(RenderFailed, match="no render worker is there"):
            await everything(pool, order())


@pytest.mark.asyncio
async def test_each_model_has_workers_and_a_line_of_its_own(
    redis: RedisServer, blobs: Path
) -> None:
    names = "sea", "made-up/brush"
    models = [ModelWorkers(Settings(workers=0, model=name), EASEL) for name in names]
    async with (
        open_pools(models, QUICK) as pools,
        open_fleet(redis.url, str(blobs), "b", pools, QUICK) as fleet,
    ):
        sea, brush = pools
        with lent(redis, blobs, model="/srv/brush"):
            async with asyncio.timeout(20):
                await brush.wait_for_workers(1)
            assert (sea.ready_workers, brush.name) == ((), "/srv/brush")
            assert [one.name for one in pools.offered] == ["/srv/brush"]
            assert fleet.free_places() == PLACES
            heard = await everything(brush, order("of the other"))
            assert isinstance(heard[-1], messages.Done)
