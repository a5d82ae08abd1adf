"""A worker process as the instance sees it: born, ready, at work, lost."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Final

import msgspec
from msgspec import Struct

from server.errors import RenderFailed
from server.render import wire

log = logging.getLogger(__name__)

UNREAD: Final = 5000
"""Answers that a clip may have waiting for whoever asked: the units of three minutes."""


class Limits(Struct, frozen=True, kw_only=True):
    """How long a worker may keep silent before it is taken for dead, in seconds."""

    start: float = 180.0
    ping_every: float = 2.0
    pong: float = 15.0
    silence: float = 60.0
    stop: float = 3.0


class WorkerLost(Exception):
    """The process has ended, hangs or talks nonsense; the message says which."""


class Job:
    """One clip on its way: what was ordered and what has been answered so far."""

    def __init__(self, order: wire.Render) -> None:
        self.order = order
        self.worker: Worker | None = None
        self.quiet = 0.0
        self.unwanted = False
        self._answers: asyncio.Queue[wire.ClipAnswer | RenderFailed] = asyncio.Queue()

    @property
    def overdue(self) -> bool:
        """Whether too much is waiting to be taken."""
        return self._answers.qsize() > UNREAD

    def say(self, answer: wire.ClipAnswer) -> None:
        """Hand an answer to whoever asked for the clip, if he still listens."""
        if not self.unwanted:
            self._answers.put_nowait(answer)

    def fail(self, reason: str) -> None:
        """End the clip."""
        self._answers.put_nowait(RenderFailed(reason))

    async def next(self) -> wire.ClipAnswer:
        """The next answer. Raises RenderFailed when the clip ended without Done."""
        answer = await self._answers.get()
        if isinstance(answer, RenderFailed):
            raise answer
        if isinstance(answer, wire.Failed) and not answer.cancelled:
            raise RenderFailed(answer.reason)
        return answer


class Worker:
    """A process that is ready, and the clips that it draws."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        ready: wire.Ready,
        limits: Limits,
        places: int,
    ) -> None:
        self.ready = ready
        self.jobs: dict[str, Job] = {}
        self._process = process
        self._limits = limits
        self._most = places
        self._places = asyncio.Semaphore(places)
        self._quiet = 0.0

    @property
    def free(self) -> int:
        """How many more clips it can take at once."""
        return self._most - len(self.jobs)

    async def serve(self, next_job: Callable[[], Awaitable[Job]]) -> None:
        """Draw what ``next_job`` gives, for ever.

        Raises:
            WorkerLost (in a group): every clip that it drew has failed.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                group.create_task(self._take_jobs(next_job))
                group.create_task(self._watch())
        finally:
            for job in self.jobs.values():
                job.fail("the render worker stopped while it drew this clip")
            self.jobs.clear()

    def send(self, order: wire.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(wire.frame(order))

    async def _take_jobs(self, next_job: Callable[[], Awaitable[Job]]) -> None:
        while True:
            await self._places.acquire()
            job = await next_job()
            job.worker = self
            self.jobs[job.order.clip] = job
            self.send(job.order)

    async def _listen(self) -> None:
        while True:
            answer = await _hear(self._process)
            self._quiet = 0.0
            if not isinstance(answer, wire.Ready | wire.Unfit | wire.Pong):
                self._pass_on(answer)

    def _pass_on(self, answer: wire.ClipAnswer) -> None:
        job = self.jobs.get(answer.clip)
        if job is None:
            return
        # Pictures of the forming come even when the model hangs: they are no sign of life.
        if not isinstance(answer, wire.Encoded) or answer.unit.final:
            job.quiet = 0.0
        job.say(answer)
        if isinstance(answer, wire.Done | wire.Failed):
            del self.jobs[answer.clip]
            self._places.release()
        elif job.overdue and not job.unwanted:
            job.unwanted = True
            job.fail("nobody took what was drawn")
            self.send(wire.Cancel(answer.clip))

    async def _watch(self) -> None:
        # Counted in rounds, not by the clock: an instance that was itself asleep heard nothing.
        for number in count():
            self.send(wire.Ping(number))
            await asyncio.sleep(self._limits.ping_every)
            self._quiet += self._limits.ping_every
            if self._quiet > self._limits.pong:
                raise WorkerLost(f"it has not answered for {self._quiet:.0f} s")
            for clip, job in self.jobs.items():
                job.quiet += self._limits.ping_every
                if job.quiet > self._limits.silence:
                    raise WorkerLost(f"clip {clip} has not moved for {job.quiet:.0f} s")


@asynccontextmanager
async def open_worker(command: Sequence[str], limits: Limits, places: int) -> AsyncIterator[Worker]:
    """Start a worker that draws ``places`` clips at once and wait until it is ready.

    It ends with the block.

    Raises:
        WorkerLost: it did not start.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A Ctrl-C in the terminal is for the instance, which then stops its workers in order.
            start_new_session=True,
        )
    except OSError as error:
        raise WorkerLost(f"it cannot be started: {error}") from error
    try:
        yield Worker(process, await _first_word(process, limits.start), limits, places)
    finally:
        await _stop(process, limits.stop)


async def _first_word(process: asyncio.subprocess.Process, seconds: float) -> wire.Ready:
    try:
        async with asyncio.timeout(seconds):
            answer = await _hear(process)
    except TimeoutError:
        raise WorkerLost(f"it was not ready after {seconds:.0f} s") from None
    if isinstance(answer, wire.Unfit):
        raise WorkerLost(answer.reason)
    if not isinstance(answer, wire.Ready):
        raise WorkerLost(f"its first word was {type(answer).__name__}")
    return answer


async def _hear(process: asyncio.subprocess.Process) -> wire.Answer:
    assert process.stdout is not None
    try:
        body = await wire.read(process.stdout)
        answer: wire.Answer | None = None if body is None else wire.decode_answer(body)
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
