import asyncio
import logging

import pytest

from phosphene.errors import NotFound
from phosphene.failure_boundary import LOGGER, Backoff, boundary, heed_cancel, keep_running, running


def test_pauses_double_up_to_the_longest_and_begin_anew() -> None:
    backoff = Backoff(0.25, 3.0)
    assert [backoff.next_s() for _ in range(6)] == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0]
    backoff.reset()
    assert backoff.next_s() == 0.25
    assert [backoff.next_s() for _ in range(5000)][-1] == 3.0


def test_what_a_boundary_holds_is_said_with_its_part(caplog: pytest.LogCaptureFixture) -> None:
    with boundary("push", "clip a"):
        raise RuntimeError("the handler is closed")
    (said,) = caplog.records
    assert (said.name, said.levelno, vars(said)["part"]) == (LOGGER, logging.ERROR, "push")
    assert said.getMessage() == "push clip a failed: RuntimeError: the handler is closed"


@pytest.mark.asyncio
async def test_a_boundary_holds_no_cancellation_of_its_own_task() -> None:
    async def work() -> None:
        with boundary("push"):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


@pytest.mark.asyncio
async def test_a_boundary_holds_that_of_what_it_waits_for(caplog: pytest.LogCaptureFixture) -> None:
    """A group of tasks takes a task that ends so for one that was told to."""
    shared = asyncio.get_running_loop().create_future()
    shared.cancel()
    with boundary("push"):
        await shared
    assert "push failed: CancelledError" in caplog.text


@pytest.mark.asyncio
async def test_what_fails_is_run_again_until_it_ends_by_itself() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 4:
            raise BaseExceptionGroup("odd", [RuntimeError("odd"), ValueError("odder")])

    await keep_running("work", work, Backoff(0.0, 0.0))
    assert tries == [0, 1, 2, 3]


@pytest.mark.asyncio
async def test_a_cancellation_that_the_work_lost_is_heeded() -> None:
    running_now = asyncio.Event()

    async def work() -> None:
        running_now.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError("lost on the way") from None

    task = asyncio.create_task(keep_running("work", work, Backoff(0.0, 0.0)))
    await running_now.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


@pytest.mark.asyncio
async def test_work_whose_group_of_tasks_fails_is_run_again() -> None:
    """Its group leaves the count of cancellations of its task raised (Python 3.11)."""
    tries: list[int] = []

    async def fail() -> None:
        await asyncio.sleep(0)
        raise OSError("odd")

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(asyncio.Event().wait())

    await keep_running("work", work, Backoff(0.0, 0.0))
    assert tries == [0, 1, 2]


@pytest.mark.asyncio
async def test_work_ends_with_its_block_whose_error_stays_what_it_is() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def block() -> None:
        async with running(work()):
            await asyncio.sleep(0)
            raise NotFound("no clip")

    with pytest.raises(NotFound):
        await block()
    assert ended.is_set()


@pytest.mark.asyncio
async def test_a_block_is_not_left_alone_by_work_that_fails() -> None:
    async def work() -> None:
        raise RuntimeError("it cannot be held")

    with pytest.raises(RuntimeError, match="held"):
        async with running(work()):
            await asyncio.Event().wait()


@pytest.mark.asyncio
async def test_nothing_is_heeded_where_nothing_was_cancelled() -> None:
    heed_cancel()
