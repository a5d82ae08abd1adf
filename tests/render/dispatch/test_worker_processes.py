import errno
import os
import sys

import pytest

from phosphene.errors import Busy, RenderFailed
from phosphene.render import messages
from phosphene.render.dispatch.pool_state import LOADING
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from tests.render.dispatch.test_pool import EASEL, QUICK, a_pool, children, everything
from tests.render.worker.test_session import order

pytestmark = pytest.mark.process


def says(data: bytes) -> list[str]:
    """A process that is no worker: it writes ``data`` and ends."""
    return [sys.executable, "-c", f"import sys; sys.stdout.buffer.write({data!r})"]


@pytest.mark.asyncio
async def test_no_process_outlives_the_pool() -> None:
    before = children()
    async with a_pool(workers=2):
        assert len(children() - before) >= 1
    assert children() <= before


@pytest.mark.asyncio
async def test_a_pool_without_workers_says_so() -> None:
    async with open_pool(Settings(workers=0)) as pool:
        assert not pool.has_worker
        with pytest.raises(RenderFailed, match="no render worker belongs"):
            await pool.wait_ready()
        with pytest.raises(Busy, match="no render worker belongs"):
            await anext(pool.render_clip(order()))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nowhere/at/all"], "cannot be started"),
        ([sys.executable, "-c", ""], "ended with code 0"),
        (says(b"a line that is long enough to be taken for a length"), "a message of"),
        (says(b"\0\0\0\1\xc1"), "something that is no answer"),
        (says(messages.frame_message(messages.WorkerPong(1))), "its first word was WorkerPong"),
    ],
)
async def test_workers_that_never_start_do_not_keep_anybody_waiting(
    command: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phosphene.children.restart.LONGEST_PAUSE_S", 0.01)
    async with open_pool(Settings(workers=1, spares=0), command, QUICK) as pool:
        with pytest.raises(RenderFailed, match=reason):
            await everything(pool, order())
        with pytest.raises(RenderFailed, match=reason):
            await pool.wait_ready()
        with pytest.raises(Busy, match=reason):
            await anext(pool.render_clip(order()))


@pytest.mark.asyncio
async def test_a_worker_that_is_not_ready_in_time_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("phosphene.children.restart.LONGEST_PAUSE_S", 0.01)
    sleeper = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    async with open_pool(
        Settings(workers=1, spares=0), sleeper, WorkerLimits(start=0.1, stop=0.5)
    ) as pool:
        with pytest.raises(RenderFailed, match="not ready after"):
            await pool.wait_ready()


@pytest.mark.asyncio
async def test_a_start_that_found_no_room_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("phosphene.children.restart.LONGEST_PAUSE_S", 0.01)
    made, left = os.memfd_create, [OSError(errno.ENOSPC, "No space left on device")] * 2

    def make(name: str) -> int:
        if left:
            raise left.pop()
        return made(name)

    monkeypatch.setattr(os, "memfd_create", make)
    async with open_pool(Settings(workers=1, spares=0), EASEL, QUICK) as pool:
        assert pool.unready_reason == LOADING
        await pool.wait_ready()
        assert pool.unready_reason == ""
    assert caplog.text.count("no room for what it writes: [Errno 28] No space left") == 2


@pytest.mark.asyncio
async def test_an_error_of_whoever_uses_the_pool_comes_out_as_it_is() -> None:
    with pytest.raises(KeyError):
        async with open_pool(Settings(workers=0)):
            raise KeyError
