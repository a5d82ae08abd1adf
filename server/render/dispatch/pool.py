"""The render workers of an instance: fed with clips, and what becomes of those of a lost one."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final

from phosphene.children.restart import LONGEST_PAUSE_S
from phosphene.errors import BadInput, Busy, RenderFailed
from phosphene.guest_names import HOUSE
from phosphene.render import messages
from phosphene.render.dispatch.job import Job
from phosphene.render.dispatch.pass_counters import Key, PassCounters
from phosphene.render.dispatch.pool_state import NO_WORKER, NOBODY, PoolState
from phosphene.render.dispatch.pools import Pools
from phosphene.render.dispatch.queue import ClipQueue
from phosphene.render.dispatch.queue_place import QueuePlace
from phosphene.render.dispatch.shared_queue import NoSharedQueue, SharedQueue
from phosphene.render.dispatch.wait_estimate import (
    WorkerLoad,
    announce_waits,
    expected_waits,
    retry_after,
)
from phosphene.render.dispatch.worker_handle import WorkerHandle
from phosphene.render.schedule import Asker, Cost, clip_duration, may_wait
from phosphene.settings import Settings
from phosphene.status import Passes
from phosphene.units import RenditionName

log = logging.getLogger(__name__)

MOST_FAILED_STARTS: Final = 3
"""After so many starts in a row that came to nothing the waiting clips fail."""

RETRY_S: Final = LONGEST_PAUSE_S
"""By then a worker has been started again, if one can be."""


class Pool(PoolState):
    """Draws clips with one model, in the workers of this instance and, where there are some, in
    those of other machines; see ``worker_processes.open_pool``.

    As many own workers draw as ``settings.workers`` says; any further ones are spare, warm, and
    step in when one of those is lost.
    """

    def __init__(self, settings: Settings, news: asyncio.Event | None = None) -> None:
        super().__init__(settings, news)
        self._unserved_s = 0.0
        self._most_waiting = settings.queue
        self._places = settings.places
        self._pace = settings.pace
        self._queue = ClipQueue(settings.address_factor)
        self._jobs: dict[str, Job] = {}
        self._workers: list[WorkerHandle] = []
        self._shared: SharedQueue = NoSharedQueue()
        self._ledger = PassCounters()
        self._costs: list[Cost] = []

    @property
    def has_worker(self) -> bool:
        """Whether a worker is there to draw."""
        return bool(self._workers)

    @property
    def clips_waiting(self) -> int:
        """Clips that no worker has taken yet."""
        return len(self._queue) + len(self._shared.offered_jobs())

    @property
    def work_waiting_s(self) -> float:
        """Seconds that one worker would draw at all that no worker has taken yet."""
        waiting = (self.expected_duration(job.order.seconds) for job in self.waiting_jobs)
        return sum(one or 0.0 for one in waiting)

    @property
    def ready_workers(self) -> Sequence[WorkerHandle]:
        """Those that are ready, the ones that draw first."""
        return tuple(self._workers)

    @property
    def waiting_jobs(self) -> Sequence[Job]:
        """The clips that no worker has taken yet."""
        return (*self._shared.offered_jobs(), *self._queue.ordered_jobs([]))

    @property
    def pass_totals(self) -> Mapping[Key, Passes]:
        """All forward passes of own workers so far, per model and number of clips that shared
        them."""
        own = (one for one in self._workers if not one.is_remote)
        return self._ledger.total_passes((one.ready.model, one.work.passes) for one in own)

    def capacity_of(self, worker: WorkerHandle) -> int:
        """How many clips a worker may draw at once."""
        return self._room(worker) + len(worker.jobs)

    async def wait_ready(self) -> None:
        await self.wait_known()
        if not self._workers:
            raise RenderFailed(self._unavailable)

    async def wait_known(self) -> None:
        """Return when it is known whether a worker can be started."""
        await self.wait_for_workers(1)

    async def wait_for_workers(self, count: int) -> None:
        """Return when ``count`` workers are ready, spare ones too, or none can be started."""
        while len(self._workers) < count and not self._unavailable:
            await self.wait_news()

    def reserve_place(self, asker: Asker) -> QueuePlace:
        """Keep a place for a clip of theirs: ``render_clip`` takes it, or it is to be released.

        Raises:
            Busy: too many of theirs, or of all, wait already, or there is no worker.
        """
        self._refuse_if_unavailable()
        waiting = [*(job.asker for job in self._shared.offered_jobs()), *self._queue.askers]
        room = sum(max(0, self._room(worker)) for worker in self._active())
        # Before anything is awaited, and kept as a place: checked here and joined after a write to
        # the store, as many came past a full queue as that write had waiting.
        if len(waiting) >= room and not may_wait(asker, waiting, room + self._most_waiting):
            waits = self._waits(self._queue.ordered_jobs([]))
            raise Busy("too many clips are waiting; try again soon", retry_after(waits))
        return self._queue.keep_place(asker)

    def keep_place(self, asker: Asker, *, ahead: bool) -> QueuePlace:
        """As ``reserve_place``, for a clip that was promised already: nobody sends it away."""
        return self._queue.keep_place(asker, ahead=ahead)

    async def render_clip(
        self, order: messages.Render, place: QueuePlace | None = None
    ) -> AsyncGenerator[messages.ClipAnswer, None]:
        """What becomes of a clip, as it happens; the last answer is Done, or Failed if cancelled.
        It takes its ``place`` in the queue, or one is reserved.

        Closing the iterator cancels the clip (``contextlib.aclosing`` closes it at once).

        Raises:
            Busy: too many wait already, or there is no worker.
            BadInput: a clip of this name is being drawn.
            RenderFailed: the clip ended in any other way, with the reason.
        """
        job = self._accept(order, place)
        try:
            while True:
                answer = await job.next_answer()
                yield answer
                if isinstance(answer, messages.Done | messages.Failed):
                    return
        finally:
            self._drop_job(job)

    def cancel_clip(self, clip: str) -> None:
        job = self._queue.remove_job(clip) or self._shared.withdraw_clip(clip)
        if job is not None:
            job.add_answer(messages.Failed(clip=clip, reason="it was cancelled", cancelled=True))
            self.dispatch_clips()
        else:
            self._send_to_worker_of(clip, messages.Cancel(clip))

    def steer_clip(self, clip: str, text: str) -> None:
        """Let a clip follow ``text`` from its next chunk or step on, whoever draws it then."""
        if clip in self._jobs:
            self._jobs[clip].turn = text
        self._send_to_worker_of(clip, messages.SteerClip(clip, text))

    def request_keyframe(self, clip: str) -> None:
        """A viewer needs a keyframe of the clip, as soon as one a second allows."""
        self._send_to_worker_of(clip, messages.Keyframe(clip))

    def request_rendition(self, clip: str, rendition: RenditionName) -> None:
        """Somebody watches a rendition of the clip beside the full one."""
        self._send_to_worker_of(clip, messages.RequestRendition(clip, rendition))

    def note_lost_worker(self, reason: str, failures: int) -> None:
        """A process of its own is lost; ``failures``: times in a row that one was before it was
        ready, this one too."""
        log.warning("a render worker is lost: %s", reason)
        if failures >= MOST_FAILED_STARTS and not self._workers:
            self._fail_all(f"no render worker can be started: {reason}")

    def use_shared_queue(self, line: SharedQueue) -> None:
        """From now on clips for which there is no room here are offered to other machines."""
        self._shared = line
        if self._unavailable == NOBODY:
            self._unavailable = ""

    async def use_worker(self, worker: WorkerHandle) -> None:
        """Give clips to a worker until it is lost. Raises ProcessLost (in a group)."""
        self.info, self._unavailable = worker.ready, ""
        self._workers.append(worker)
        self._news.set()
        self.dispatch_clips()
        try:
            await worker.serve_clips(self.dispatch_clips, self._claim)
        finally:
            self._workers.remove(worker)
            if not worker.is_remote:
                self._ledger.add_lost_worker(worker.ready.model, worker.work.passes)
            self._requeue_clips_of(worker)

    def fail_without_workers(self, passed_s: float, grace_s: float) -> None:
        """So much more time has passed. When no worker is left since ``grace_s`` and none may be
        waited for, all are sent away."""
        # Told and not read from a clock: an instance that was stopped waited for nobody meanwhile.
        self._unserved_s = 0.0 if self._workers else self._unserved_s + passed_s
        missed = self._unserved_s > grace_s
        if missed and not self._unavailable and not self._seats and not self._workers:
            self._fail_all(NO_WORKER)

    def render_locally(self, job: Job, reason: str) -> None:
        """No other machine can be told of a clip: it waits for an own worker, if there is any."""
        job.local_only = True
        if self._seats:
            self.return_to_queue(job)
        elif self._jobs.get(job.clip) is job:
            job.fail_with(reason)

    def return_to_queue(self, job: Job) -> None:
        """Nobody claimed a clip in the shared line: it waits here again, before everybody."""
        if self._jobs.get(job.clip) is job:
            self._queue.put_first(job)
            self.dispatch_clips()

    def close(self) -> None:
        """Nothing will be drawn any more."""
        self._fail_all("the server is stopping")

    def _accept(self, order: messages.Render, place: QueuePlace | None) -> Job:
        if order.clip in self._jobs or any(order.clip in one.jobs for one in self._workers):
            raise BadInput(f"clip {order.clip} is being drawn already")
        self._refuse_if_unavailable()
        if order.portraits and not self.has_own_workers:
            raise BadInput("a portrait is given to no worker of another machine")
        place = place or self.reserve_place(Asker(order.person or order.clip))
        place.release()
        job = self._jobs[order.clip] = Job(order, place.asker.address)
        (self._queue.put_first if place.ahead else self._queue.put_last)(job)
        self.dispatch_clips()
        return job

    def _refuse_if_unavailable(self) -> None:
        if self._unavailable:
            raise Busy(self._unavailable, RETRY_S)

    def _drop_job(self, job: Job) -> None:
        job.unwanted = True
        self._queue.remove_job(job.clip)
        self._shared.withdraw_clip(job.clip)
        del self._jobs[job.clip]
        for worker in self._workers:
            if worker.jobs.get(job.clip) is job:
                worker.send_order(messages.Cancel(job.clip))
        self.dispatch_clips()

    def _send_to_worker_of(self, clip: str, order: messages.Order) -> None:
        for worker in self._workers:
            if clip in worker.jobs:
                worker.send_order(order)

    def dispatch_clips(self) -> None:
        """Give clips to workers that have room, and tell the others how long they will wait."""
        drawing = [job.asker for worker in self._workers for job in worker.jobs.values()]
        drawing += [job.asker for job in self._shared.offered_jobs()]
        while (job := self._begin(drawing)) is not None:
            drawing.append(job.asker)
        jobs = self._queue.ordered_jobs(drawing)
        self._yield_to(jobs)
        announce_waits(jobs, self._waits(jobs))

    def _yield_to(self, jobs: Sequence[Job]) -> None:
        """What an instance draws of itself ends where somebody else's clip waits."""
        if all(job.person == HOUSE for job in jobs):
            return
        for worker in self._workers:
            for job in worker.jobs.values():
                if job.person == HOUSE and not job.yielded:
                    job.yielded = True
                    worker.send_order(messages.Cancel(job.clip))

    def _begin(self, drawing: Sequence[Asker]) -> Job | None:
        """Place the clip of the queue whose turn it is, if there is room for it."""
        for job in self._queue.ordered_jobs(drawing):
            if self._place(job):
                self._queue.remove_job(job.clip)
                return job
            if not job.local_only:  # only who waits for an own worker may be passed
                return None
        return None

    def _place(self, job: Job) -> bool:
        """Give a clip to an own worker with room, else to other machines; False: nobody has any."""
        own = [worker for worker in self._active() if not worker.is_remote]
        # Own workers first: their units come by a pipe in 0.2 ms, those of other machines over
        # Redis in 0.7 ms, and latents through a blob store.
        best = max(own, key=self._room, default=None)
        if best is not None and self._room(best) > 0:
            best.start_clip(job)
            return True
        return not job.local_only and self._shared.offer_clip(job, urgent=job.is_urgent)

    def _active(self) -> list[WorkerHandle]:
        """Those that draw: spare ones do not."""
        own = [worker for worker in self._workers if not worker.is_remote]
        # By order and not by a mark: when a worker that draws is lost, the first spare one is
        # within the slice in the same moment. From a kill to the next unit it is 0.33 s (p50) so,
        # which no start of a process could be.
        return own[: self._seats] + [worker for worker in self._workers if worker.is_remote]

    def _claim(self, clip: str) -> Job | None:
        return self._shared.withdraw_clip(clip)

    def _room(self, worker: WorkerHandle) -> int:
        return worker.free_places(self._places, self._pace)

    def expected_duration(self, seconds: int) -> float | None:
        """Seconds that a clip of so many ``seconds`` would take from its start, alone on the
        quickest worker, or on the last ones that there were; None where there was none."""
        # While the last of them is gone what waits is no less work: who starts workers by it would
        # else stop them.
        self._costs = [worker.cost for worker in self._active()] or self._costs
        costs = self._costs
        return min((clip_duration(one, seconds, 1, self._pace) for one in costs), default=None)

    def _waits(self, jobs: Sequence[Job]) -> list[float]:
        """Seconds until each of the jobs in line is expected to begin."""
        loads = [
            WorkerLoad(one.cost, tuple(one.jobs.values()), self._room(one))
            for one in self._active()
        ]
        return expected_waits(jobs, loads, self._pace, asyncio.get_running_loop().time())

    def _requeue_clips_of(self, worker: WorkerHandle) -> None:
        """The clips of a lost worker are drawn by another, but not those that are to blame."""
        for job in worker.jobs.values():
            job.add_blame(worker.blame_for(job.clip))
            if self._jobs.get(job.clip) is not job:
                continue
            if reason := self._unavailable or job.given_up_reason:
                job.fail_with(reason)
                continue
            job.order = job.remaining_order()
            self._queue.put_first(job)
        worker.jobs.clear()
        self.dispatch_clips()

    def _fail_all(self, reason: str) -> None:
        self._unavailable = reason
        self._news.set()
        offered = [self._shared.withdraw_clip(job.clip) for job in self._shared.offered_jobs()]
        for job in (*self._queue.take_all(), *offered):
            if job is not None:
                job.fail_with(reason)


ModelPools = Pools[Pool]
"""Those of an instance, one for each model."""
