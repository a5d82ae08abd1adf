"""A child process: started, spoken to in frames over its pipes, ended with its block."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from msgspec import Struct

from phosphene.children.frames import frame_body, read_frame

T = TypeVar("T")


class ProcessLost(Exception):
    """A process has ended, hangs or talks nonsense; the message says which."""


class ProcessLimits(Struct, frozen=True, kw_only=True):
    """How long a process may take before it is given up, in seconds: ``start`` until its first
    frame, ``pong`` without a frame while it is pinged every ``ping_every``, ``stop`` to end by
    itself once its input is closed."""

    # torch and transformers take 10 to 25 s to import on a busy core, and models of gigabytes come
    # from a disk.
    start: float = 180.0
    ping_every: float = 2.0
    # A step of a large model on a small card may take seconds, but pings are answered beside it, by
    # the event loop: only a process that is stopped or swapped out is silent for so long.
    pong: float = 15.0
    stop: float = 3.0


class ChildProcess:
    """A process of this machine; see ``open_process``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send_frame(self, body: bytes) -> None:
        """Write one frame to its input; it is lost if the process is."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(frame_body(body))

    async def first_frame(self, seconds: float) -> bytes:
        """The body of the frame that says how its start went, within so long. Raises
        ProcessLost."""
        try:
            async with asyncio.timeout(seconds):
                return await self.next_frame()
        except TimeoutError:
            raise ProcessLost(f"it was not ready after {seconds:.0f} s") from None

    async def next_frame(self) -> bytes:
        """The body of its next frame. Raises ProcessLost."""
        assert self._process.stdout is not None
        try:
            body = await read_frame(self._process.stdout)
        except ValueError as error:
            raise ProcessLost(f"it said something that is no answer: {error}") from error
        if body is None:
            raise ProcessLost(f"it ended with code {await self._process.wait()}")
        return body


@asynccontextmanager
async def open_process(
    command: Sequence[str],
    limits: ProcessLimits,
    environment: Mapping[str, str],
    pass_fds: Sequence[int] = (),
) -> AsyncIterator[ChildProcess]:
    """Start a process with ``environment`` over that of this one; it ends with the block.

    Raises:
        ProcessLost: it cannot be started.
    """
    # A process and not a thread: it can be killed, its memory and its crash are its own, and
    # torch's import does not hold up the event loop.
    process = await _start(command, environment, pass_fds)
    try:
        yield ChildProcess(process)
    finally:
        await _stop(process, limits.stop)


def decode_frame(body: bytes, decode: Callable[[bytes], T]) -> T:
    """What a process said, by a decoder of msgspec. Raises ProcessLost: it is no such message."""
    try:
        return decode(body)
    except msgspec.MsgspecError as error:
        raise ProcessLost(f"it said something that is no answer: {error}") from error


def loss_reason(lost: BaseException) -> str:
    """Why it was lost, also when a group of tasks has raised it."""
    one = lost
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    return str(one)


async def _start(
    command: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int]
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **environment},
            pass_fds=tuple(pass_fds),
            # A Ctrl-C in the terminal is for the parent, which then stops its children in order.
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessLost(f"it cannot be started: {error}") from error


async def _stop(process: asyncio.subprocess.Process, seconds: float) -> None:
    """End the process: its input closes, and if that is not enough it is killed."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(seconds):
            # Read as well as waited for: a process that still writes into a full pipe would never
            # end.
            await process.stdout.read()
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.stdout.read()
    await process.wait()
