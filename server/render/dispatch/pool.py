"""The render workers of an instance: kept alive, fed with clips, replaced when they die."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from typing import Final

from server.boundary import Backoff, report_failure, running
from server.errors import BadInput, Busy, RenderFailed
from server.model import RenditionName
from server.render import messages
from server.render.dispatch.command import spares, worker_command
from server.render.dispatch.job import STRIKES, Job
from server.render.dispatch.pass_counters import Key, Ledger
from server.render.dispatch.process import open_worker
from server.render.dispatch.queue import Line, Place
from server.render.dispatch.shared_queue import Alone, SharedLine
from server.render.dispatch.wait_estimate import CLIP_S, waits
from server.render.dispatch.worker_handle import Limits, Worker, WorkerLost, first
from server.render.schedule import Asker, may_wait
from server.settings import Settings
from server.status import Passes

log = logging.getLogger(__name__)

HOPELESS: Final = 3
"""After so many starts in a row that came to nothing the waiting clips fail."""

FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 30.0
WORTH_SAYING_S: Final = 0.5
"""An expected start that moves by less than this, or by less than a tenth, is not said again."""

NOBODY: Final = "no render worker belongs to this instance"
LOADING: Final = "the model is still loading"
DESERTED: Final = "no render worker is there"


class Pool:
    """Draws clips in the workers of this instance and, where there are some, in those of other
    machines; see ``open_pool``.

    ``info`` is what the last worker said of itself when it was ready, ``deserted_at`` when a worker
    was last lost, on the clock of the event loop. The first ``seats`` of the
    own workers draw; any further ones are spare, warm, and step in when one of those is lost.
    """

    def __init__(self, settings: Settings) -> None:
        self.info: messages.Ready | None = None
        self.deserted_at = -inf
        self._most_waiting = settings.queue
        self._seats = settings.workers
        self._data = Path(settings.data)
        self._places = settings.places
        self._pace = settings.pace
        self._line = Line(settings.address_factor)
        self._jobs: dict[str, Job] = {}
        self._workers: list[Worker] = []
        self._shared: SharedLine = Alone()
        self._hopeless = "" if settings.workers else NOBODY
        self._known = asyncio.Event()
        self._ledger = Ledger()

    @property
    def ready(self) -> bool:
        """Whether a worker is there to draw."""
        return bool(self._workers)

    @property
    def hopeless(self) -> str:
        """Why no clip can be drawn here as things are; empty when one can."""
        return self._hopeless

    @property
    def unready(self) -> str:
        """Why no clip could be drawn at this moment; empty when one could."""
        if self._hopeless or self.ready:
            return self._hopeless
        return LOADING if self.draws and self.info is None else DESERTED

    @property
    def draws(self) -> bool:
        """Whether workers of its own belong to this instance."""
        return self._seats > 0

    @property
    def waiting(self) -> int:
        """Clips that no worker has taken yet."""
        return len(self._line) + len(self._shared.offered())

    @property
    def workers(self) -> Sequence[Worker]:
        """Those that are ready, the ones that draw first."""
        return tuple(self._workers)

    @property
    def line(self) -> Sequence[Job]:
        """The clips that no worker has taken yet."""
        return (*self._shared.offered(), *self._line.ordered([]))

    @property
    def passes(self) -> Mapping[Key, Passes]:
        """All forward passes of own workers so far, per model and number of clips that shared
        them."""
        own = (one for one in self._workers if not one.remote)
        return self._ledger.totals((one.ready.model, one.work.passes) for one in own)

    def places(self, worker: Worker) -> int:
        """How many clips a worker may draw at once."""
        return self._room(worker) + len(worker.jobs)

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

    def reserve(self, asker: Asker) -> Place:
        """Keep a place for a clip of theirs: ``render`` takes it, or it is to be released.

        Raises:
            Busy: too many of theirs, or of all, wait already, or there is no worker.
        """
        self._refuse_if_hopeless()
        waiting = [*(job.asker for job in self._shared.offered()), *self._line.askers]
        room = sum(max(0, self._room(worker)) for worker in self._active())
        if len(waiting) >= room and not may_wait(asker, waiting, room + self._most_waiting):
            raise Busy("too many clips are waiting; try again soon", self._wait_s())
        return self._line.keep_place(asker)

    def keep_place(self, asker: Asker, *, ahead: bool) -> Place:
        """As ``reserve``, for a clip that was promised already: nobody sends it away."""
        return self._line.keep_place(asker, ahead=ahead)

    async def render(
        self, order: messages.Render, place: Place | None = None
    ) -> AsyncGenerator[messages.ClipAnswer, None]:
        """What becomes of a clip, as it happens; the last answer is Done, or Failed if cancelled.
        It takes its ``place`` in the line, or one is reserved.

        Closing the iterator cancels the clip (``contextlib.aclosing`` closes it at once).

        Raises:
            Busy: too many wait already, or there is no worker.
            BadInput: a clip of this name is being drawn.
            RenderFailed: the clip ended in any other way, with the reason.
        """
        job = self._accept(order, place)
        try:
            while True:
                answer = await job.next()
                yield answer
                if isinstance(answer, messages.Done | messages.Failed):
                    return
        finally:
            self._let_go(job)

    def cancel(self, clip: str) -> None:
        """Stop drawing within one step: ``render`` ends with Failed. Of no clip it says nothing."""
        job = self._line.remove(clip) or self._shared.withdraw(clip)
        if job is not None:
            job.say(messages.Failed(clip=clip, reason="it was cancelled", cancelled=True))
            self.dispatch()
        else:
            self._tell(clip, messages.Cancel(clip))

    def steer(self, clip: str, text: str) -> None:
        """Let a clip follow ``text`` from its next chunk or step on, whoever draws it then."""
        if clip in self._jobs:
            self._jobs[clip].turn = text
        self._tell(clip, messages.SteerClip(clip, text))

    def keyframe(self, clip: str) -> None:
        """A viewer needs a keyframe of the clip, as soon as one a second allows."""
        self._tell(clip, messages.Keyframe(clip))

    def ask(self, clip: str, rendition: RenditionName) -> None:
        """Somebody watches a rendition of the clip beside the full one."""
        self._tell(clip, messages.RequestRendition(clip, rendition))

    async def keep(self, command: Sequence[str], limits: Limits) -> None:
        """Hold one seat of the pool: start a worker, and another when it is lost, for ever."""
        backoff = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S)
        while True:
            try:
                async with open_worker(command, limits, self._data) as worker:
                    backoff.reset()
                    await self.employ(worker)
            except* WorkerLost as lost:
                self._note_loss(first(lost), backoff.failures + 1)
            except* Exception as error:
                report_failure("pool", error)
                self._note_loss(first(error), backoff.failures + 1)
            await backoff.pause()

    def _note_loss(self, reason: str, failures: int) -> None:
        """``failures``: times in a row that a worker was lost before it was ready, this one too."""
        log.warning("a render worker is lost: %s", reason)
        if failures >= HOPELESS and not self._workers:
            self._give_up(f"no render worker can be started: {reason}")

    def share(self, line: SharedLine) -> None:
        """From now on clips for which there is no room here are offered to other machines."""
        self._shared = line
        self.deserted_at = asyncio.get_running_loop().time()
        if self._hopeless == NOBODY:
            self._hopeless = ""

    async def employ(self, worker: Worker) -> None:
        """Give clips to a worker until it is lost. Raises WorkerLost (in a group)."""
        self.info, self._hopeless = worker.ready, ""
        worker.changed, worker.claim = self.dispatch, self._claim
        self._workers.append(worker)
        self._known.set()
        self.dispatch()
        try:
            await worker.serve()
        finally:
            self._workers.remove(worker)
            if not worker.remote:
                self._ledger.close(worker.ready.model, worker.work.passes)
            self.deserted_at = asyncio.get_running_loop().time()
            self._take_back(worker)

    def desert(self) -> None:
        """No worker is left and none may be waited for: whoever waits is sent away."""
        if not self._hopeless and not self._seats and not self._workers:
            self._give_up(DESERTED)

    def keep_home(self, job: Job, reason: str) -> None:
        """No other machine can be told of a clip: it waits for an own worker, if there is any."""
        job.homebound = True
        if self._seats:
            self.put_back(job)
        elif self._jobs.get(job.clip) is job:
            job.fail(reason)

    def put_back(self, job: Job) -> None:
        """Nobody claimed a clip in the shared line: it waits here again, before everybody."""
        if self._jobs.get(job.clip) is job:
            self._line.put_first(job)
            self.dispatch()

    def close(self) -> None:
        """Nothing will be drawn any more."""
        self._give_up("the server is stopping")

    def _accept(self, order: messages.Render, place: Place | None) -> Job:
        if order.clip in self._jobs or any(order.clip in one.jobs for one in self._workers):
            raise BadInput(f"clip {order.clip} is being drawn already")
        self._refuse_if_hopeless()
        place = place or self.reserve(Asker(order.person or order.clip))
        place.release()
        job = self._jobs[order.clip] = Job(order, place.asker.address)
        (self._line.put_first if place.ahead else self._line.put)(job)
        self.dispatch()
        return job

    def _refuse_if_hopeless(self) -> None:
        if self._hopeless:
            raise Busy(self._hopeless, LONGEST_PAUSE_S)

    def _let_go(self, job: Job) -> None:
        job.unwanted = True
        self._line.remove(job.clip)
        self._shared.withdraw(job.clip)
        del self._jobs[job.clip]
        for worker in self._workers:
            if worker.jobs.get(job.clip) is job:
                worker.send(messages.Cancel(job.clip))
        self.dispatch()

    def _tell(self, clip: str, order: messages.Order) -> None:
        for worker in self._workers:
            if clip in worker.jobs:
                worker.send(order)

    def dispatch(self) -> None:
        """Give clips to workers that have room, and tell the others how long they will wait."""
        drawing = [job.asker for worker in self._workers for job in worker.jobs.values()]
        drawing += [job.asker for job in self._shared.offered()]
        while (job := self._begin(drawing)) is not None:
            drawing.append(job.asker)
        self._tell_places(drawing)

    def _begin(self, drawing: Sequence[Asker]) -> Job | None:
        """Place the clip of the line whose turn it is, if there is room for it."""
        for job in self._line.ordered(drawing):
            if self._place(job):
                self._line.remove(job.clip)
                return job
            if not job.homebound:  # only who waits for an own worker may be passed
                return None
        return None

    def _place(self, job: Job) -> bool:
        """Give a clip to an own worker with room, else to other machines; False: nobody has any."""
        own = [worker for worker in self._active() if not worker.remote]
        best = max(own, key=self._room, default=None)
        if best is not None and self._room(best) > 0:
            best.take(job)
            return True
        return not job.homebound and self._shared.offer(job, urgent=job.urgent)

    def _active(self) -> list[Worker]:
        """Those that draw: spare ones do not."""
        own = [worker for worker in self._workers if not worker.remote]
        return own[: self._seats] + [worker for worker in self._workers if worker.remote]

    def _claim(self, clip: str) -> Job | None:
        return self._shared.withdraw(clip)

    def _room(self, worker: Worker) -> int:
        return worker.room(self._places, self._pace)

    def _tell_places(self, drawing: Sequence[Asker]) -> None:
        jobs = self._line.ordered(drawing)
        for place, (job, wait_s) in enumerate(zip(jobs, self._waits(jobs), strict=True), 1):
            said = job.waiting
            moved = said is None or abs(said.wait_s - wait_s) > max(WORTH_SAYING_S, wait_s / 10)
            if said is None or said.place != place or moved:
                job.say(messages.Waiting(job.clip, place, wait_s))

    def _waits(self, jobs: Sequence[Job]) -> list[float]:
        """Seconds until each of the jobs in line is expected to begin."""
        now = asyncio.get_running_loop().time()
        return waits(jobs, self._active(), self._room, self._pace, now)

    def _wait_s(self) -> float:
        """How long somebody who is sent away should stay away."""
        first = self._waits(self._line.ordered([]))[:1]
        return max(1.0, *first) if first else CLIP_S

    def _take_back(self, worker: Worker) -> None:
        """The clips of a lost worker are drawn by another, but not those that are to blame."""
        for job in worker.jobs.values():
            job.strikes += worker.blame(job.clip)
            if self._jobs.get(job.clip) is not job:
                continue
            if self._hopeless or job.strikes >= STRIKES:
                job.fail(self._hopeless or "it was tried twice, and each time the worker was lost")
                continue
            job.order = job.rest()
            self._line.put_first(job)
        worker.jobs.clear()
        self.dispatch()

    def _give_up(self, reason: str) -> None:
        self._hopeless = reason
        self._known.set()
        offered = [self._shared.withdraw(job.clip) for job in self._shared.offered()]
        for job in (*self._line.clear(), *offered):
            if job is not None:
                job.fail(reason)


@asynccontextmanager
async def open_pool(
    settings: Settings, command: Sequence[str] | None = None, limits: Limits | None = None
) -> AsyncIterator[Pool]:
    """A pool with ``settings.workers`` workers, which start at once and end with the block, and
    ``settings.spares`` that start when the first one is ready.

    ``command`` starts a worker, by default that of ``worker_command``.
    """
    pool, command = Pool(settings), command or worker_command(settings)
    if not settings.workers:
        yield pool
        return
    try:
        async with running(_keep_all(pool, settings, command, limits or Limits())):
            yield pool
    finally:
        pool.close()


async def _keep_all(pool: Pool, settings: Settings, command: Sequence[str], limits: Limits) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(settings.workers):
            group.create_task(pool.keep(command, limits))
        await pool.known()
        for _ in range(spares(settings)):
            group.create_task(pool.keep(command, limits))
