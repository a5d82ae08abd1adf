import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from phosphene.errors import BadInput, Busy, RenderFailed
from phosphene.render import messages
from phosphene.render.dispatch import job as jobs
from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.process import PipeLink
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.render.schedule import Asker
from phosphene.settings import Settings
from phosphene.units import Unit
from tests.breadth import wide
from tests.render.easel import READY
from tests.render.painter import paint
from tests.render.worker.test_h264_encoder import distance
from tests.render.worker.test_session import files, order, units

pytestmark = pytest.mark.process
QUICK = WorkerLimits(start=30, ping_every=0.1, pong=5.0, silence=5.0, stop=1.0)


PLACES = 3
EASEL = [sys.executable, "-m", "tests.render.easel"]


@asynccontextmanager
async def a_pool(
    limits: WorkerLimits = QUICK, queue: int = 8, workers: int = 1
) -> AsyncIterator[Pool]:
    async with open_pool(
        Settings(queue=queue, workers=workers, places=PLACES, spares=0), EASEL, limits
    ) as pool:
        await pool.wait_ready()
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with a_pool() as opened:
        yield opened


shared = pytest.mark.asyncio(loop_scope="module")
"""For tests that use the one pool and leave it as it was."""


async def everything(pool: Pool, one: messages.Render) -> list[messages.ClipAnswer]:
    return await all_of(pool.render_clip(one))


async def all_of(answers: AsyncIterator[messages.ClipAnswer]) -> list[messages.ClipAnswer]:
    return [answer async for answer in answers]


def children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for file in tasks for pid in file.read_text().split()}


@pytest.mark.asyncio
async def test_a_clip_is_drawn_from_started_to_done() -> None:
    async with a_pool() as pool:
        assert pool.has_worker
        assert pool.info is not None
        assert pool.info.model == READY.model
        assert pool.clips_waiting == 0
        heard = await everything(pool, order())
    assert isinstance(heard[0], messages.Started)
    assert isinstance(heard[-1], messages.Done)
    assert [unit.frame for unit in units(list(heard)) if unit.final] == list(range(24))
    assert not pool.has_worker


@shared
async def test_a_failure_is_raised_with_its_reason_and_the_worker_goes_on(pool: Pool) -> None:
    with pytest.raises(RenderFailed, match="out of paint"):
        await everything(pool, order("f1", text="explode"))
    assert isinstance((await everything(pool, order("f2", live=False)))[-1], messages.Done)


async def until(
    answers: AsyncIterator[messages.ClipAnswer], kind: type
) -> list[messages.ClipAnswer]:
    """Everything up to the first answer of a kind."""
    heard: list[messages.ClipAnswer] = []
    while not heard or not isinstance(heard[-1], kind):
        answer = await anext(answers, None)
        assert answer is not None, f"no {kind.__name__} before the end: {heard[-2:]}"
        heard.append(answer)
    return heard


@pytest.mark.asyncio
async def test_a_clip_of_a_killed_worker_is_taken_up_where_it_was() -> None:
    """Somebody watches its half, and asks for it with each keyframe, as instances do."""
    before, heard, half = children(), list[messages.ClipAnswer](), list[list[Unit]]([[]])
    async with a_pool() as pool:
        (worker,) = children() - before
        async for answer in pool.render_clip(order("a", seconds=3)):
            if isinstance(answer, messages.Encoded) and answer.rendition == "half":
                half[-1].append(answer.unit)
                continue
            heard.append(answer)
            if isinstance(answer, messages.Encoded) and answer.unit.key:
                pool.request_rendition("a", "half")
            if isinstance(answer, messages.ClipCheckpoint) and len(half) == 1:
                os.kill(worker, signal.SIGKILL)
                half.append([])
        assert worker not in children()
    assert isinstance(heard[-1], messages.Done)
    assert [type(answer) for answer in heard].count(messages.Started) == 1
    last = [part for part in half if part][-1]
    assert (last[0].key, last[-1].frame) == (True, 71)
    shown = units(list(heard))
    ticks = [unit.pts for unit in shown]
    assert ticks == sorted(set(ticks))
    assert [unit.frame for unit in shown if unit.final] == list(range(72))
    with av.open(io.BytesIO(files(list(heard))["video"].data), "r") as video:
        pictures = [np.asarray(frame.to_ndarray(), np.uint8) for frame in video.decode(video=0)]
    assert len(pictures) == 72
    assert all(distance(picture, paint(1, at)) < 3 for at, picture in enumerate(pictures))


@pytest.mark.asyncio
async def test_a_line_chosen_as_a_worker_dies_is_given_to_the_next() -> None:
    async with a_pool() as pool, aclosing(pool.render_clip(order("a", seconds=3))) as answers:
        await until(answers, messages.ClipCheckpoint)
        worker = pool.ready_workers[0].link
        assert isinstance(worker, PipeLink)
        os.kill(worker.pid, signal.SIGSTOP)
        pool.steer_clip("a", "at night")  # it is in the pipe, and nobody will read it
        os.kill(worker.pid, signal.SIGKILL)
        heard = await all_of(answers)
    steered = [one.steer.text for one in heard if isinstance(one, messages.Steered)]
    assert steered == ["at night"]
    assert isinstance(heard[-1], messages.Done)


@pytest.mark.asyncio
async def test_a_spare_worker_steps_in_at_once_and_draws_nothing_before() -> None:
    settings = Settings(queue=0, workers=1, places=PLACES, spares=1)
    async with open_pool(settings, EASEL, QUICK) as pool:
        await pool.wait_ready()
        await pool.wait_for_workers(2)
        async with aclosing(pool.render_clip(order("a", seconds=2))) as answers:
            await until(answers, messages.ClipCheckpoint)
            first, spare = pool.ready_workers
            assert first.jobs
            assert not spare.jobs
            assert isinstance(first.link, PipeLink)
            os.kill(first.link.pid, signal.SIGKILL)
            heard = await all_of(answers)
            assert isinstance(heard[-1], messages.Done)


@pytest.mark.asyncio
async def test_a_clip_that_ends_two_workers_fails_and_those_beside_it_do_not() -> None:
    async with a_pool() as pool:
        doomed = [order("bad", text="die", seconds=2)]
        good = [order(f"good{at}", seconds=2, seed=at) for at in range(2)]
        ends = await asyncio.gather(
            *(everything(pool, one) for one in [*doomed, *good]), return_exceptions=True
        )
    assert isinstance(ends[0], RenderFailed)
    assert "tried twice" in str(ends[0])
    for end in ends[1:]:
        assert isinstance(end, list)
        assert isinstance(end[-1], messages.Done)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("hang", WorkerLimits(ping_every=0.1, pong=20.0, silence=0.7, stop=0.1)),
        wide("freeze", WorkerLimits(ping_every=0.1, pong=1.0, silence=60, stop=0.1)),
    ],
)
async def test_a_clip_that_hangs_is_tried_twice_and_the_next_is_drawn(
    text: str, limits: WorkerLimits
) -> None:
    async with a_pool(limits) as pool:
        with pytest.raises(RenderFailed, match="tried twice"):
            await everything(pool, order("a", text=text))
        assert isinstance((await everything(pool, order("b", live=False)))[-1], messages.Done)


@shared
async def test_a_clip_that_is_cancelled_ends_with_failed(pool: Pool) -> None:
    heard: list[messages.ClipAnswer] = []
    async for answer in pool.render_clip(order("c1", seconds=10)):
        heard.append(answer)
        pool.cancel_clip("c1")
    assert heard[-1] == messages.Failed(clip="c1", reason="it was cancelled", cancelled=True)


@shared
async def test_whoever_stops_listening_cancels_the_clip(pool: Pool) -> None:
    async with aclosing(pool.render_clip(order("w1", seconds=10))) as answers:
        assert isinstance(await anext(answers), messages.Started)
    # Its place is free again as soon as the worker has stopped: all of them can be taken.
    some = [order(f"w-{at}", live=False) for at in range(PLACES)]
    heard = await asyncio.gather(*(everything(pool, one) for one in some))
    assert all(isinstance(one[-1], messages.Done) for one in heard)
    assert pool.clips_waiting == 0


@pytest.mark.asyncio
async def test_more_clips_than_may_wait_are_sent_away_and_those_in_line_can_be_cancelled() -> None:
    async with a_pool(queue=2) as pool, AsyncExitStack() as stack:
        taken = [pool.render_clip(order(f"a{at}", seconds=10)) for at in range(PLACES)]
        for answers in taken:
            await stack.enter_async_context(aclosing(answers))
            assert isinstance(await anext(answers), messages.Started)
        in_line = [pool.render_clip(order(f"b{at}")) for at in range(2)]
        told = [await anext(answers) for answers in in_line]
        assert pool.clips_waiting == 2
        assert pool.work_waiting_s == 2 * (pool.expected_duration(order("b0").seconds) or 0) > 0
        with pytest.raises(Busy) as full:
            await anext(pool.render_clip(order("too many")))
        assert full.value.retry_after_s >= 1
        for clip in ("b0", "b1", "a0", "a1"):
            pool.cancel_clip(clip)
        assert pool.clips_waiting == 0
        for at, answers in enumerate(in_line):
            heard = [told[at], *await all_of(answers)]
            assert isinstance(heard[0], messages.Waiting)
            assert heard[-1] == messages.Failed(
                clip=f"b{at}", reason="it was cancelled", cancelled=True
            )
        ends = [(await all_of(answers))[-1] for answers in taken[:2]]
        assert all(isinstance(end, messages.Failed) and end.cancelled for end in ends)


@pytest.mark.asyncio
async def test_a_place_that_is_kept_is_given_to_nobody_else() -> None:
    async with a_pool(queue=1) as pool, AsyncExitStack() as stack:
        for at in range(PLACES):
            answers = pool.render_clip(order(f"a{at}", seconds=10))
            await stack.enter_async_context(aclosing(answers))
            assert isinstance(await anext(answers), messages.Started)
        place = pool.reserve_place(Asker("anna", "here"))
        with pytest.raises(Busy):
            pool.reserve_place(Asker("ben", "there"))
        waiting = await stack.enter_async_context(aclosing(pool.render_clip(order("b"), place)))
        assert isinstance(await anext(waiting), messages.Waiting)
        with pytest.raises(Busy):
            pool.reserve_place(Asker("ben", "there"))
        # What was promised once, by whichever instance, is sent away by nobody.
        promised = pool.render_clip(order("c"), pool.keep_place(Asker("ben"), ahead=True))
        told = await anext(await stack.enter_async_context(aclosing(promised)))
        assert isinstance(told, messages.Waiting)
        assert told.place == 1
        pool.cancel_clip("b")
        pool.cancel_clip("c")
        pool.reserve_place(Asker("ben", "there")).release()
        pool.reserve_place(Asker("ben", "there")).release()


@shared
async def test_a_clip_is_drawn_once(pool: Pool) -> None:
    async with aclosing(pool.render_clip(order("o1", seconds=10))) as answers:
        await anext(answers)
        with pytest.raises(BadInput, match="o1 is being drawn"):
            await anext(pool.render_clip(order("o1")))


@shared
async def test_keyframes_and_cancels_of_unknown_clips_are_nothing(pool: Pool) -> None:
    pool.cancel_clip("nobody")
    pool.request_keyframe("nobody")
    assert isinstance((await everything(pool, order("k1", live=False)))[-1], messages.Done)


@shared
async def test_a_keyframe_that_a_viewer_needs_is_asked_of_the_worker(pool: Pool) -> None:
    keys = []
    async for answer in pool.render_clip(order("v1")):
        if isinstance(answer, messages.Encoded) and answer.unit.final:
            if answer.unit.frame == 2:
                pool.request_keyframe("v1")
            if answer.unit.key:
                keys.append(answer.unit.frame)
    assert keys[0] == 0
    # A clip of a second has one by itself, and one more where its pictures were late.
    assert len(keys) >= 2


@shared
async def test_a_rendition_that_somebody_watches_is_asked_of_the_worker(pool: Pool) -> None:
    said: dict[str, int] = {}
    async for answer in pool.render_clip(order("r1")):
        if isinstance(answer, messages.Started):
            pool.request_rendition("r1", "vp8")
            pool.request_rendition("nobody", "half")
        if isinstance(answer, messages.Encoded):
            said[answer.rendition] = said.get(answer.rendition, 0) + 1
    assert set(said) == {"full", "vp8"}


@pytest.mark.asyncio
async def test_a_stop_ends_the_clips_that_wait() -> None:
    sleeper = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    async with open_pool(Settings(workers=1, spares=0), sleeper, WorkerLimits(stop=0.5)) as pool:
        waiting = pool.render_clip(order())
        assert isinstance(await anext(waiting), messages.Waiting)
    with pytest.raises(RenderFailed, match="stopping"):
        await all_of(waiting)


@pytest.mark.asyncio
async def test_answers_that_nobody_takes_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "UNREAD", 10)
    async with a_pool() as pool, aclosing(pool.render_clip(order("a", seconds=10))) as answers:
        await anext(answers)
        heard = await everything(pool, order("b"))  # meanwhile nobody takes what a says
        assert heard is not None
        with pytest.raises(RenderFailed, match="nobody took"):
            await all_of(answers)


@pytest.mark.asyncio
async def test_a_job_that_nobody_wants_keeps_nothing() -> None:
    job = Job(order())
    job.unwanted = True
    for _ in range(jobs.UNREAD * 2):
        job.add_answer(messages.Done(clip="a", frames=1, render_s=1))
    assert not job.is_overdue
