import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    loss_reason,
    open_process,
)

pytestmark = [pytest.mark.asyncio, pytest.mark.process]
ECHO = """
import os, sys
sys.stdout.buffer.write(b"\\0\\0\\0\\2" + os.environ["WORD"].encode())
sys.stdout.flush()
while chunk := os.read(0, 4096):
    os.write(1, chunk)
"""


@asynccontextmanager
async def running(code: str, stop: float = 5.0) -> AsyncIterator[ChildProcess]:
    command = [sys.executable, "-c", code]
    async with open_process(command, ProcessLimits(stop=stop), {"WORD": "hi"}) as child:
        yield child


async def test_frames_go_to_a_process_and_come_back_in_order() -> None:
    async with running(ECHO) as child:
        assert await child.first_frame(30) == b"hi"
        for body in (b"one", b"", b"two"):
            child.send_frame(body)
        assert [await child.next_frame() for _ in range(3)] == [b"one", b"", b"two"]


async def test_a_process_ends_with_the_block_also_one_that_will_not() -> None:
    stubborn = ECHO + "\nimport time\nwhile True: time.sleep(1)"
    async with running(stubborn, stop=0.05) as child:
        await child.first_frame(30)
    with pytest.raises(ProcessLost, match="ended with code -9"):
        await child.next_frame()


async def test_a_process_that_says_nothing_is_given_up() -> None:
    async with running("import sys; sys.stdin.read()") as child:
        with pytest.raises(ProcessLost, match="not ready after 0 s"):
            await child.first_frame(0.01)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("raise SystemExit(3)", "ended with code 3"), ("print('hello there')", "a message of")],
)
async def test_a_process_that_ends_or_talks_nonsense_is_lost(code: str, reason: str) -> None:
    async with running(code) as child:
        with pytest.raises(ProcessLost, match=reason):
            await child.first_frame(30)


async def test_a_command_that_is_not_there_is_a_loss() -> None:
    with pytest.raises(ProcessLost, match="cannot be started"):
        async with open_process(["/nowhere/at/all"], ProcessLimits(), {}):
            pass


async def test_the_reason_of_a_loss_is_found_in_groups() -> None:
    with pytest.raises(BaseExceptionGroup) as raised:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(_lose())
    assert loss_reason(raised.value) == "gone"


async def _lose() -> None:
    raise ExceptionGroup("inner", [ProcessLost("gone")])
