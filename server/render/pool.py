"""The render workers of an instance: kept alive, fed with clips, replaced when they die."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from server.errors import BadInput, Busy, RenderFailed
from server.model import RenditionName
from server.render import wire
from server.render.catalog import Wish
from server.render.cores import cores
from server.render.job import STRIKES, Job
from server.render.ledger import Key, Ledger
from server.render.line import Line
from server.render.preflight import vet
from server.render.process import Limits, Worker, WorkerLost, open_worker
from server.render.schedule import starts
from server.settings import Settings
from server.status import Passes

log = logging.getLogger(__name__)

HOPELESS: Final = 3
"""After so many starts in a row that came to nothing the waiting clips fail."""

LONGEST_PAUSE_S: Final = 30.0
CLIP_S: Final = 6.0
"""About how long a place is taken by one clip, while nothing better is known."""

UNSURE: Final = 0.5
"""What a clip is blamed for when a worker was lost and nobody knows which clip it was."""

WORTH_SAYING_S: Final = 0.5
"""An expected start that moves by less than this, or by less than a tenth, is not said again."""


class Pool:
    """Draws clips in the workers of this instance; see ``open_pool``.

    ``info`` is what the last worker said of itself when it was ready. The first ``seats`` of the
    workers draw; any further ones are spare, warm, and step in when one of those is lost.
    """

    def __init__(self, settings: Settings) -> None:
        self.info: wire.Ready | None = None
        self._most_waiting = settings.queue
        self._seats = settings.workers
        self._places = settings.places
        self._pace = settings.pace
        self._line = Line()
        self._jobs: dict[str, Job] = {}
        self._workers: list[Worker] = []
        self._hopeless = "" if settings.workers else "no render worker belongs to this instance"
        self._known = asyncio.Event()
        self._ledger = Ledger()

    @property
    def ready(self) -> bool:
        """Whether a worker is there to draw."""
        return bool(self._workers)

    @property
    def waiting(self) -> int:
        """Clips that no worker has taken yet."""
        return len(self._line)

    @property
    def workers(self) -> Sequence[Worker]:
        """Those that are ready, the ones that draw first."""
        return tuple(self._workers)

    @property
    def line(self) -> Sequence[Job]:
        """The clips that no worker has taken yet."""
        return self._line.ordered([])

    @property
    def passes(self) -> Mapping[Key, Passes]:
        """All forward passes so far, per model and number of clips that shared them."""
        return self._ledger.totals((one.ready.model, one.work.passes) for one in self._workers)

    def places(self, worker: Worker) -> int:
        """How many clips a worker may draw at once."""
        return self._room(worker) + len(worker.jobs)

    @property
    def full(self) -> bool:
        """Whether a clip that came now would have to be sent away."""
        return self._roomiest() is None and len(self._line) >= self._most_waiting

    async def wait_ready(self) -> None:
        """Return when a worker is ready. Raises RenderFailed when none can be started."""
        await self.known()
        if not self._workers:
            raise RenderFailed(self._hopeless)

    async def known(self) -> None:
        """Return when it is known whether a worker can be started."""
        await self.wait_for(1)

    async def wait_for(self, count: int) -> None:
        """Return when ``count`` workers are ready, spare ones too, or none can be started."""
        while len(self._workers) < count and not self._hopeless:
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
            self._dispatch()
        else:
            self._tell(clip, wire.Cancel(clip))

    def steer(self, clip: str, text: str) -> None:
        """Let a clip follow ``text`` from its next chunk or step on."""
        self._tell(clip, wire.Turn(clip, text))

    def keyframe(self, clip: str) -> None:
        """A viewer needs a keyframe of the clip, as soon as one a second allows."""
        self._tell(clip, wire.Keyframe(clip))

    def ask(self, clip: str, rendition: RenditionName) -> None:
        """Somebody watches a rendition of the clip beside the full one."""
        self._tell(clip, wire.Ask(clip, rendition))

    async def keep(self, command: Sequence[str], limits: Limits) -> None:
        """Hold one seat of the pool: start a worker, and another when it is lost, for ever."""
        failures = 0
        while True:
            try:
                async with open_worker(command, limits) as worker:
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
        if order.clip in self._jobs or any(order.clip in one.jobs for one in self._workers):
            raise BadInput(f"clip {order.clip} is being drawn already")
        if self._hopeless:
            raise Busy(self._hopeless, LONGEST_PAUSE_S)
        if self.full:
            raise Busy("too many clips are waiting; try again soon", self._wait_s())
        job = self._jobs[order.clip] = Job(order)
        self._line.put(job)
        self._dispatch()
        return job

    def _let_go(self, job: Job) -> None:
        job.unwanted = True
        self._line.remove(job.clip)
        del self._jobs[job.clip]
        for worker in self._workers:
            if worker.jobs.get(job.clip) is job:
                worker.send(wire.Cancel(job.clip))
        self._dispatch()

    def _tell(self, clip: str, order: wire.Order) -> None:
        for worker in self._workers:
            if clip in worker.jobs:
                worker.send(order)

    def _dispatch(self) -> None:
        """Give clips to workers that have room, and tell the others how long they will wait."""
        drawing = [job.person for worker in self._workers for job in worker.jobs.values()]
        while len(self._line) and (worker := self._roomiest()) is not None:
            job = self._line.ordered(drawing)[0]
            self._line.remove(job.clip)
            drawing.append(job.person)
            worker.take(job)
        self._tell_places(drawing)

    def _roomiest(self) -> Worker | None:
        """The worker with most room among those that draw; None when all are full."""
        active = self._workers[: self._seats]
        best = max(active, key=self._room, default=None)
        return best if best is not None and self._room(best) > 0 else None

    def _room(self, worker: Worker) -> int:
        return worker.room(self._places, self._pace)

    def _tell_places(self, drawing: Sequence[str]) -> None:
        jobs = self._line.ordered(drawing)
        for place, (job, wait_s) in enumerate(zip(jobs, self._waits(jobs), strict=True), 1):
            said = job.waiting
            moved = said is None or abs(said.wait_s - wait_s) > max(WORTH_SAYING_S, wait_s / 10)
            if said is None or said.place != place or moved:
                job.say(wire.Waiting(job.clip, place, wait_s))

    def _waits(self, jobs: Sequence[Job]) -> list[float]:
        """Seconds until each of the jobs in line is expected to begin."""
        active = self._workers[: self._seats]
        if not active:
            return [CLIP_S] * len(jobs)
        now = asyncio.get_running_loop().time()
        cost, pace = active[0].cost, self._pace
        room = sum(self._room(worker) + len(worker.jobs) for worker in active)
        together = max(1, room // len(active))
        ends = [
            job.ends(worker.cost, len(worker.jobs), pace, now)
            for worker in active
            for job in worker.jobs.values()
        ]
        lengths = [job.ends(cost, together, pace, now) - now for job in jobs]
        return [begin - now for begin in starts(ends, lengths, max(1, room), now)]

    def _wait_s(self) -> float:
        """How long somebody who is sent away should stay away."""
        waits = self._waits(self._line.ordered([]))
        return max(1.0, waits[0]) if waits else CLIP_S

    async def _employ(self, worker: Worker) -> None:
        self.info, self._hopeless = worker.ready, ""
        worker.changed = self._dispatch
        self._workers.append(worker)
        self._known.set()
        self._dispatch()
        try:
            await worker.serve()
        finally:
            self._workers.remove(worker)
            self._ledger.close(worker.ready.model, worker.work.passes)
            self._take_back(worker)

    def _take_back(self, worker: Worker) -> None:
        """The clips of a lost worker are drawn by another, but not those that are to blame."""
        suspects = worker.suspects()
        for job in worker.jobs.values():
            job.strikes += float(job.clip in suspects) if suspects else UNSURE
            if self._jobs.get(job.clip) is not job:
                continue
            if self._hopeless or job.strikes >= STRIKES:
                job.fail(self._hopeless or "it was tried twice, and each time the worker was lost")
                continue
            job.order = job.rest()
            self._line.put_first(job)
        worker.jobs.clear()
        self._dispatch()

    def _give_up(self, reason: str) -> None:
        self._hopeless = reason
        self._known.set()
        for job in self._line.clear():
            job.fail(reason)


def spares(settings: Settings) -> int:
    """How many warm workers stand by."""
    if not settings.workers:
        return 0
    return int(settings.model == "embedded") if settings.spares < 0 else settings.spares


@asynccontextmanager
async def open_pool(
    settings: Settings, command: Sequence[str] | None = None, limits: Limits | None = None
) -> AsyncIterator[Pool]:
    """A pool with ``settings.workers`` workers, which start at once and end with the block, and
    ``settings.spares`` that start when the first one is ready.

    ``command`` starts a worker, by default that of ``worker_command``.
    """
    pool = Pool(settings)
    keeping = asyncio.create_task(
        _keep_all(pool, settings, command or worker_command(settings), limits or Limits())
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


async def _keep_all(pool: Pool, settings: Settings, command: Sequence[str], limits: Limits) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(settings.workers):
                group.create_task(pool.keep(command, limits))
            if settings.workers:
                await pool.known()
            for _ in range(spares(settings)):
                group.create_task(pool.keep(command, limits))
    finally:
        pool.close()


def _reason(lost: BaseExceptionGroup[WorkerLost]) -> str:
    first: BaseException = lost
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
