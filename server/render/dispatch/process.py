"""A worker process: started, spoken to over its pipes, ended."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from server.render import messages
from server.render.dispatch.worker_handle import UNSURE, Limits, Worker, WorkerLost
from server.render.inflight import INFLIGHT_VARIABLE, read_inflight
from server.scratch import scratch_file, temporary_folder


class Pipe:
    """The ``Link`` to a process of this machine; ``trace`` is the file of its trace."""

    room = None
    doubt = UNSURE

    def __init__(self, process: asyncio.subprocess.Process, trace: int) -> None:
        self._process = process
        self._trace = trace

    @property
    def name(self) -> str:
        return str(self._process.pid)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, order: messages.Order) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(messages.frame_message(order))

    async def hear(self) -> messages.Answer:
        return await _hear(self._process)

    def suspects(self) -> frozenset[str]:
        return frozenset(read_inflight(self._trace))


@asynccontextmanager
async def open_worker(command: Sequence[str], limits: Limits, data: Path) -> AsyncIterator[Worker]:
    """Start a worker and wait until it is ready. It ends with the block. In the folder ``data`` it
    writes what is temporary where there is no other place.

    Raises:
        WorkerLost: it did not start.
    """
    with _prepared(data) as (trace, folder):
        process = await _start(command, trace, folder)
        try:
            ready = await _first_word(process, limits.start)
            yield Worker(ready, Pipe(process, trace), limits)
        finally:
            await _stop(process, limits.stop)


@contextlib.contextmanager
def _prepared(data: Path) -> Iterator[tuple[int, Path]]:
    """The file of a trace, and a folder for what is temporary."""
    with contextlib.ExitStack() as stack:
        try:
            trace, folder = stack.enter_context(scratch_file()), temporary_folder(data)
        except OSError as error:
            raise WorkerLost(f"there is no room for what it writes: {error}") from error
        yield trace, folder


async def _start(command: Sequence[str], trace: int, folder: Path) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, INFLIGHT_VARIABLE: str(trace), "TMPDIR": str(folder)},
            pass_fds=(trace,),
            # A Ctrl-C in the terminal is for the instance, which then stops its workers in order.
            start_new_session=True,
        )
    except OSError as error:
        raise WorkerLost(f"it cannot be started: {error}") from error


async def _first_word(process: asyncio.subprocess.Process, seconds: float) -> messages.Ready:
    try:
        async with asyncio.timeout(seconds):
            answer = await _hear(process)
    except TimeoutError:
        raise WorkerLost(f"it was not ready after {seconds:.0f} s") from None
    if isinstance(answer, messages.Unfit):
        raise WorkerLost(answer.reason)
    if not isinstance(answer, messages.Ready):
        raise WorkerLost(f"its first word was {type(answer).__name__}")
    return answer


async def _hear(process: asyncio.subprocess.Process) -> messages.Answer:
    assert process.stdout is not None
    try:
        body = await messages.read_message(process.stdout)
        answer: messages.Answer | None = None if body is None else messages.decode_answer(body)
    except (ValueError, msgspec.MsgspecError) as error:
        raise WorkerLost(f"it said something that is no answer: {error}") from error
    if answer is None:
        raise WorkerLost(f"it ended with code {await process.wait()}")
    return answer


async def _stop(process: asyncio.subprocess.Process, seconds: float) -> None:
    """End the process: its input closes, and if that is not enough it is killed."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(seconds):
            await process.stdout.read()
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.stdout.read()
    await process.wait()
