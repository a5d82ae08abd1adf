"""The render workers of an instance: kept alive, fed with clips, replaced when they die."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from server.errors import BadInput, Busy, RenderFailed
from server.render import wire
from server.render.catalog import Wish
from server.render.preflight import vet
from server.render.process import Job, Limits, Worker, WorkerLost, open_worker
from server.settings import Settings

log = logging.getLogger(__name__)


def cores() -> int:
    """CPU cores that this process may use; in a container what it was given."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


HOPELESS: Final = 3
"""After so many starts in a row that came to nothing the waiting clips fail."""

LIVE_CLIPS: Final = min(4, max(2, cores()))
"""How many clips a worker draws side by side: each takes up to half a core while it is on air."""

LONGEST_PAUSE_S: Final = 30.0
CLIP_S: Final = 6.0
"""About how long a place is taken by one clip."""


class Line:
    """Clips that wait for a worker, first come, first served."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._grown = asyncio.Event()

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job) -> None:
        """Join at the end."""
        self._jobs[job.order.clip] = job
        self._grown.set()

    def remove(self, clip: str) -> Job | None:
        """Leave the line; None when the clip is not in it."""
        return self._jobs.pop(clip, None)

    def clear(self) -> list[Job]:
        """Send everybody away."""
        jobs, self._jobs = list(self._jobs.values()), {}
        return jobs

    async def next(self) -> Job:
        """Wait for a clip and take the first."""
        while not self._jobs:
            self._grown.clear()
            await self._grown.wait()
        return self._jobs.pop(next(iter(self._jobs)))


class Pool:
    """Draws clips in the workers of this instance; see ``open_pool``.

    ``info`` is what the last worker said of itself when it was ready.
    """

    def __init__(self, most_waiting: int, seats: int) -> None:
        self.info: wire.Ready | None = None
        self._most_waiting = most_waiting
        self._places = seats * LIVE_CLIPS
        self._line = Line()
        self._jobs: dict[str, Job] = {}
        self._workers: set[Worker] = set()
        self._hopeless = "" if seats else "no render worker belongs to this instance"
        self._known = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether a worker is there to draw."""
        return bool(self._workers)

    @property
    def waiting(self) -> int:
        """Clips that no worker has taken yet."""
        return len(self._line)

    async def wait_ready(self) -> None:
        """Return when a worker is ready. Raises RenderFailed when none can be started."""
        while not self._workers:
            if self._hopeless:
                raise RenderFailed(self._hopeless)
            self._known.clear()
            await self._known.wait()

    async def render(self, order: wire.Render) -> AsyncGenerator[wire.ClipAnswer, None]:
        """What becomes of a clip, as it happens; the last answer is Done, or Failed if cancelled.

        Closing the iterator cancels the clip (``contextlib.aclosing`` closes it at once).

        Raises:
            Busy: too many wait already, or there is no worker.
            BadInput: a clip of this name is being drawn.
            RenderFailed: the clip ended in any other way, with the reason.
        """
        job = self._accept(order)
        try:
            while True:
                answer = await job.next()
                yield answer
                if isinstance(answer, wire.Done | wire.Failed):
                    return
        finally:
            self._let_go(job)

    def cancel(self, clip: str) -> None:
        """Stop drawing within one step: ``render`` ends with Failed. Of no clip it says nothing."""
        job = self._jobs.get(clip)
        if job is not None and self._line.remove(clip):
            job.say(wire.Failed(clip=clip, reason="it was cancelled", cancelled=True))
        elif job is not None and job.worker is not None:
            job.worker.send(wire.Cancel(clip))

    def keyframe(self, clip: str) -> None:
        """A viewer needs a keyframe of the clip, as soon as one a second allows."""
        job = self._jobs.get(clip)
        if job is not None and job.worker is not None:
            job.worker.send(wire.Keyframe(clip))

    async def keep(self, command: Sequence[str], limits: Limits) -> None:
        """Hold one seat of the pool: start a worker, and another when it is lost, for ever."""
        failures = 0
        while True:
            try:
                async with open_worker(command, limits, LIVE_CLIPS) as worker:
                    failures = 0
                    await self._employ(worker)
            except* WorkerLost as lost:
                log.warning("a render worker is lost: %s", _reason(lost))
                failures += 1
                if failures >= HOPELESS and not self._workers:
                    self._give_up(f"no render worker can be started: {_reason(lost)}")
            await asyncio.sleep(pause(failures))

    def close(self) -> None:
        """Nothing will be drawn any more."""
        self._give_up("the server is stopping")

    def _accept(self, order: wire.Render) -> Job:
        drawn = any(order.clip in worker.jobs for worker in self._workers)
        if drawn or order.clip in self._jobs:
            raise BadInput(f"clip {order.clip} is being drawn already")
        if self._hopeless:
            raise Busy(self._hopeless, LONGEST_PAUSE_S)
        free = sum(worker.free for worker in self._workers)
        if len(self._line) >= self._most_waiting + free:
            wait = CLIP_S * (1 + len(self._line) / self._places)
            raise Busy("too many clips are waiting; try again soon", wait)
        job = self._jobs[order.clip] = Job(order)
        self._line.put(job)
        return job

    def _let_go(self, job: Job) -> None:
        clip, job.unwanted = job.order.clip, True
        self._line.remove(clip)
        del self._jobs[clip]
        if job.worker is not None and job.worker.jobs.get(clip) is job:
            job.worker.send(wire.Cancel(clip))

    async def _employ(self, worker: Worker) -> None:
        self.info, self._hopeless = worker.ready, ""
        self._workers.add(worker)
        self._known.set()
        try:
            await worker.serve(self._line.next)
        finally:
            self._workers.discard(worker)

    def _give_up(self, reason: str) -> None:
        self._hopeless = reason
        self._known.set()
        for job in self._line.clear():
            job.fail(reason)


@asynccontextmanager
async def open_pool(
    settings: Settings, command: Sequence[str] | None = None, limits: Limits | None = None
) -> AsyncIterator[Pool]:
    """A pool with ``settings.workers`` workers, which start at once and end with the block.

    ``command`` starts a worker, by default that of ``worker_command``.
    """
    pool = Pool(settings.queue, settings.workers)
    keeping = asyncio.create_task(
        _keep_all(pool, settings.workers, command or worker_command(settings), limits or Limits())
    )
    try:
        yield pool
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        if not keeping.cancelled():
            keeping.result()


def worker_command(settings: Settings) -> tuple[str, ...]:
    """How a worker is started.

    Raises:
        BadInput: the setting ``model`` names none that can be drawn with.
    """
    vet(settings.model)
    threads = settings.worker_threads or max(1, cores() - 1)
    wished = [
        part
        for name in Wish.__struct_fields__
        for part in ("--" + name.replace("_", "-"), str(getattr(settings, name)))
    ]
    return (
        *(sys.executable, "-m", "server.render.worker"),
        *wished,
        *("--threads", str(threads)),
        *("--kbit", str(settings.bitrate)),
        *("--pace", str(settings.pace)),
    )


def pause(failures: int) -> float:
    """Seconds until the next start, after so many losses without a worker that was ready."""
    return min(LONGEST_PAUSE_S, 0.25 * 2.0 ** min(failures, 10))


async def _keep_all(pool: Pool, seats: int, command: Sequence[str], limits: Limits) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(seats):
                group.create_task(pool.keep(command, limits))
    finally:
        if seats:
            pool.close()


def _reason(lost: BaseExceptionGroup[WorkerLost]) -> str:
    first: BaseException = lost
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
