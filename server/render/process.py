"""A worker process as the instance sees it: born, ready, at work, lost."""

import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Final

import msgspec
from msgspec import Struct

from server.render import wire
from server.render.job import Job
from server.render.schedule import Cost, places
from server.render.trace import TRACE_VARIABLE, read_trace
from server.status import Work

log = logging.getLogger(__name__)

PATIENT_STEPS: Final = 10
"""A clip may keep silent for so many times what the first frames of a clip usually take."""


class Limits(Struct, frozen=True, kw_only=True):
    """How long a worker may keep silent before it is taken for dead, in seconds. ``silence`` is
    that of one clip; slow models have more."""

    start: float = 180.0
    ping_every: float = 2.0
    pong: float = 15.0
    silence: float = 10.0
    stop: float = 3.0


class WorkerLost(Exception):
    """The process has ended, hangs or talks nonsense; the message says which."""


class Worker:
    """A process that is ready, and the clips that it draws.

    ``changed`` is called when it has more or less room than before.
    """

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        ready: wire.Ready,
        limits: Limits,
        *,
        trace: int,
    ) -> None:
        self.ready = ready
        self.cost = ready.cost or Cost(first=1.0, second=1.0, shown=0.1)
        self.jobs: dict[str, Job] = {}
        self.work = Work()
        self.changed: Callable[[], None] = lambda: None
        self._process = process
        self._limits = limits
        self._trace = trace
        self._quiet = 0.0
        self._now = asyncio.get_running_loop().time

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def room(self, most: int, pace: float) -> int:
        """How many more clips it can take: at most ``most`` at once, or (0) as many as it can
        draw in time."""
        return (most or places(self.cost, pace)) - len(self.jobs)

    def take(self, job: Job) -> None:
        """Draw a clip."""
        job.began, job.quiet = self._now(), 0.0
        self.jobs[job.clip] = job
        self.send(job.order)

    def suspects(self) -> frozenset[str]:
        """The clips that were on the device when it was last heard of; none: nobody knows."""
        return frozenset(read_trace(self._trace)) & frozenset(self.jobs)

    async def serve(self) -> None:
        """Draw for ever. Raises WorkerLost (in a group)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._watch())

    def send(self, order: wire.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(wire.frame(order))

    async def _listen(self) -> None:
        while True:
            answer = await _hear(self._process)
            self._quiet = 0.0
            match answer:
                case wire.Ready() | wire.Unfit():
                    pass
                case wire.Pong(_, work):
                    self.work = work
                case wire.Price(cost):
                    self.cost = cost
                    self.changed()
                case _:
                    self._pass_on(answer)

    def _pass_on(self, answer: wire.ClipAnswer) -> None:
        job = self.jobs.get(answer.clip)
        if job is None:
            return
        # Pictures of the forming come even when the model hangs: they are no sign of life.
        if not isinstance(answer, wire.Encoded) or answer.unit.final:
            job.quiet = 0.0
        job.say(answer, self._now())
        if isinstance(answer, wire.Done | wire.Failed):
            del self.jobs[answer.clip]
            self.changed()
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
            silence = max(self._limits.silence, PATIENT_STEPS * self.cost.first)
            for clip, job in self.jobs.items():
                job.quiet += self._limits.ping_every
                if job.quiet > silence:
                    raise WorkerLost(f"clip {clip} has not moved for {job.quiet:.0f} s")


@asynccontextmanager
async def open_worker(command: Sequence[str], limits: Limits) -> AsyncIterator[Worker]:
    """Start a worker and wait until it is ready. It ends with the block.

    Raises:
        WorkerLost: it did not start.
    """
    with tempfile.TemporaryFile(prefix="phosphene-") as trace:
        process = await _start(command, trace.fileno())
        try:
            ready = await _first_word(process, limits.start)
            yield Worker(process, ready, limits, trace=trace.fileno())
        finally:
            await _stop(process, limits.stop)


async def _start(command: Sequence[str], trace: int) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, TRACE_VARIABLE: str(trace)},
            pass_fds=(trace,),
            # A Ctrl-C in the terminal is for the instance, which then stops its workers in order.
            start_new_session=True,
        )
    except OSError as error:
        raise WorkerLost(f"it cannot be started: {error}") from error


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
