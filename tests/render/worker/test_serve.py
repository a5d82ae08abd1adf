import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from phosphene.children.frames import read_frame
from phosphene.model import Steer
from phosphene.render import messages
from phosphene.render.worker.cost_model import TRIES
from phosphene.render.worker.renderer import Brief, Patch
from phosphene.render.worker.serve import run
from tests.render.easel import READY
from tests.render.painter import Painter
from tests.render.worker.test_session import order

pytestmark = pytest.mark.process
WARM = 1 + 3 * (1 + TRIES)
"""Drawings that are begun to warm up."""


class Line:
    """The instance's end of a pipe to a worker."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, *orders: messages.Order) -> None:
        self.writer.write(b"".join(messages.frame_message(one) for one in orders))

    async def hear(self) -> messages.Answer:
        body = await read_frame(self.reader)
        assert body is not None, "the worker has gone"
        answer: messages.Answer = messages.decode_answer(body)
        return answer

    async def last_word(self, clip: str) -> messages.Done | messages.Failed:
        while True:
            answer = await self.hear()
            if isinstance(answer, messages.Done | messages.Failed) and answer.clip == clip:
                return answer


@asynccontextmanager
async def at_work(painter: Painter) -> AsyncIterator[tuple[Line, "asyncio.Task[None]"]]:
    ours, theirs = socket.socketpair()
    worker = await asyncio.open_connection(sock=theirs)
    line = Line(*await asyncio.open_connection(sock=ours))
    task = asyncio.create_task(run(painter, READY, *worker, kbit=500))
    try:
        ready = await line.hear()
        assert isinstance(ready, messages.Ready)
        assert (ready.model, ready.steers) == (READY.model, "chunk")
        assert ready.cost is not None
        yield line, task
    finally:
        line.writer.close()
        await asyncio.wait([task])
        worker[1].close()


@pytest.mark.asyncio
async def test_it_warms_up_and_then_answers() -> None:
    painter = Painter()
    async with at_work(painter) as (line, task):
        assert len(painter.log) == 8 + 3 * (1 + TRIES)
        line.say(messages.WorkerPing(5))
        assert await line.hear() == messages.WorkerPong(5)
        line.say(order(live=False))
        assert isinstance(await line.last_word("a"), messages.Done)
        line.writer.close()
        await task


@pytest.mark.asyncio
async def test_orders_for_clips_that_are_not_drawn_change_nothing() -> None:
    async with at_work(Painter()) as (line, _):
        line.say(messages.Cancel("nobody"), messages.Keyframe("nobody"), messages.WorkerPing(1))
        assert await line.hear() == messages.WorkerPong(1)


@pytest.mark.asyncio
async def test_a_clip_is_cancelled_while_another_goes_on() -> None:
    async with at_work(Painter()) as (line, _):
        line.say(order("a", seconds=10), order("b", live=False), messages.Cancel("a"))
        ends: dict[str, messages.Done | messages.Failed] = {}
        while len(ends) < 2:
            answer = await line.hear()
            if isinstance(answer, messages.Done | messages.Failed):
                ends[answer.clip] = answer
        assert isinstance(ends["b"], messages.Done)
        assert isinstance(ends["a"], messages.Failed)
        assert ends["a"].cancelled
        line.say(order("a", live=False))
        assert isinstance(await line.last_word("a"), messages.Done)


@pytest.mark.asyncio
async def test_pings_are_answered_while_clips_are_drawn() -> None:
    async with at_work(Painter()) as (line, _):
        line.say(order("a", seconds=10))
        assert isinstance(await line.hear(), messages.Started)
        line.say(messages.WorkerPing(9))
        while not isinstance(answer := await line.hear(), messages.WorkerPong):
            assert not isinstance(answer, messages.Done)


@pytest.mark.asyncio
async def test_the_end_of_the_orders_ends_the_clips() -> None:
    painter = Painter()
    async with at_work(painter) as (line, task):
        line.say(order("a", seconds=10))
        assert isinstance(await line.hear(), messages.Started)
        await line.hear()  # the painter has begun
        line.writer.write_eof()
        failed = await line.last_word("a")
        assert isinstance(failed, messages.Failed)
        assert failed.cancelled
        await task
    assert painter.closed[WARM:] == [1]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "junk", [b"\0\0\0\1\xc1", messages.frame_message(messages.WorkerPong(1)), b"\xff\xff\xff\xff"]
)
async def test_what_is_no_order_ends_the_worker(junk: bytes) -> None:
    async with at_work(Painter()) as (line, task):
        line.writer.write(junk)
        await asyncio.wait([task])
        error = task.exception()
        assert isinstance(error, ExceptionGroup)
        assert isinstance(error.exceptions[0], ValueError | msgspec.MsgspecError)


@asynccontextmanager
async def a_process(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.render.easel", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def line_to(process: asyncio.subprocess.Process) -> Line:
    assert process.stdin is not None
    assert process.stdout is not None
    return Line(process.stdout, process.stdin)


@pytest.mark.asyncio
async def test_what_the_process_prints_never_reaches_the_pipe() -> None:
    async with a_process() as process:
        line = line_to(process)
        ready = await line.hear()
        assert isinstance(ready, messages.Ready)
        assert (ready.model, ready.steers) == (READY.model, "chunk")
        assert ready.cost is not None
        line.say(order(live=False))
        assert isinstance(await line.last_word("a"), messages.Done)
        line.writer.close()
        assert await process.wait() == 0
        assert process.stderr is not None
        assert b"a stray line" in await process.stderr.read()


@pytest.mark.asyncio
async def test_the_process_ends_with_its_input_even_when_a_step_hangs() -> None:
    async with a_process() as process:
        line = line_to(process)
        ready = await line.hear()
        assert isinstance(ready, messages.Ready)
        assert (ready.model, ready.steers) == (READY.model, "chunk")
        assert ready.cost is not None
        line.say(order(text="hang"))
        assert process.stderr is not None
        await process.stderr.readuntil(b"hanging\n")
        line.writer.close()
        assert await process.wait() != 0


@pytest.mark.asyncio
async def test_the_process_ends_when_nobody_reads_its_answers() -> None:
    orders_in, orders_out = os.pipe()
    answers_in, answers_out = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.render.easel"),
        stdin=orders_in,
        stdout=answers_out,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(orders_in)
    os.close(answers_out)
    os.close(answers_in)
    assert process.stderr is not None
    await process.stderr.read()
    assert await process.wait() != 0
    os.close(orders_out)


class Unable(Painter):
    def render(self, brief: Brief) -> Generator[Patch | Steer, Any, bytes]:
        raise MemoryError
        yield


@pytest.mark.asyncio
async def test_a_model_that_cannot_draw_anything_says_why_before_it_ends() -> None:
    ours, theirs = socket.socketpair()
    worker = await asyncio.open_connection(sock=theirs)
    line = Line(*await asyncio.open_connection(sock=ours))
    with pytest.raises(MemoryError):
        await run(Unable(), READY, *worker, kbit=500)
    said = await line.hear()
    assert isinstance(said, messages.Unfit)
    assert "no memory left" in said.reason
    for writer in (line.writer, worker[1]):
        writer.close()
