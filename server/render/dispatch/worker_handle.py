"""A worker as whoever ordered its work sees it: ready, at its clips, lost. Whatever carries words.

An instance sees its own workers over pipes and those of other machines over Redis; a machine that
lends its worker sees that over a pipe.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from itertools import count
from typing import Final, Protocol

from phosphene.children.liveness import Liveness
from phosphene.children.process import ProcessLimits, ProcessLost
from phosphene.model import Slot
from phosphene.render import messages
from phosphene.render.dispatch.job import Job
from phosphene.render.schedule import Cost, clip_capacity
from phosphene.status import Work

Reading = asyncio.Future[tuple[Slot, ...] | None]

PATIENT_STEPS: Final = 10
"""A clip may keep silent for so many times what the first frames of a clip usually take."""


class WorkerLimits(ProcessLimits, frozen=True, kw_only=True):
    """``silence``: so many seconds one of its clips may keep silent before the worker is taken for
    dead; slow models have more."""

    silence: float = 10.0


class Link(Protocol):
    """What carries the messages of one worker: a pipe, or streams of Redis."""

    @property
    def name(self) -> str:
        """Which worker it is, for operators."""
        ...

    @property
    def free_places(self) -> int | None:
        """How many more clips it wants; None: whoever gives it clips counts them himself."""
        ...

    @property
    def is_draining(self) -> bool:
        """Whether it takes no more clips, and ends after those that it has."""
        ...

    def send_order(self, order: messages.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        ...

    async def next_answer(self) -> messages.Answer:
        """What it says next. Raises ProcessLost."""
        ...

    def suspect_clips(self) -> frozenset[str]:
        """The clips that were on its device when it was last heard of; none: nobody knows."""
        ...

    @property
    def blame_share(self) -> float:
        """What each of its clips is blamed for, in 0..1, when nobody knows which it was."""
        ...


class WorkerHandle:
    """A worker that is ready, and the clips that it draws for whoever holds this."""

    def __init__(self, ready: messages.Ready, link: Link, limits: WorkerLimits) -> None:
        self.ready = ready
        self.link = link
        self.cost = ready.cost or Cost(first=1.0, second=1.0, shown=0.1)
        self.jobs: dict[str, Job] = {}
        self.work = Work()
        self._limits = limits
        self._numbers = count()
        self._readings: dict[int, Reading] = {}
        self._liveness = Liveness(limits)
        self._now = asyncio.get_running_loop().time

    @property
    def is_remote(self) -> bool:
        """Whether it takes its clips from the queue that instances share."""
        return self.link.free_places is not None

    def free_places(self, most: int, pace: float) -> int:
        """How many more clips it can take: at most ``most`` at once, or (0) as many as it can
        draw in time."""
        if self.link.free_places is not None:
            return self.link.free_places
        return (most or clip_capacity(self.cost, pace)) - len(self.jobs)

    def start_clip(self, job: Job) -> None:
        """Draw a clip."""
        self.send_order(job.order)
        self._begin(job)

    def suspect_clips(self) -> frozenset[str]:
        """Those of its clips that may have been the end of it; none: nobody knows."""
        return self.link.suspect_clips() & frozenset(self.jobs)

    def blame_for(self, clip: str) -> float:
        """How far one of its clips is to blame for its loss, in 0..1."""
        suspects = self.suspect_clips()
        return float(clip in suspects) if suspects else self.link.blame_share

    async def read_prompt(self, text: str) -> tuple[Slot, ...] | None:
        """What of a text it would draw; None if it cannot say. A worker that is lost never says
        it: the caller waits no longer than he likes."""
        number = next(self._numbers)
        read: Reading = asyncio.get_running_loop().create_future()
        self._readings[number] = read
        try:
            self.send_order(messages.ReadPrompt(number, text))
            return await read
        finally:
            del self._readings[number]

    async def serve_clips(
        self, notify_change: Callable[[], None], claim: Callable[[str], Job | None]
    ) -> None:
        """Draw for ever.

        ``notify_change`` is called when it has more or less room than before, ``claim`` when it
        has taken a clip from the queue that instances share; it gives None when nobody wants that
        clip any more. Raises ProcessLost (in a group).
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._receive_answers(notify_change, claim))
            group.create_task(self._watch_silence())

    def send_order(self, order: messages.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        self.link.send_order(order)

    def _begin(self, job: Job) -> None:
        job.began, job.quiet = self._now(), 0.0
        self.jobs[job.clip] = job
        if job.turn is not None:  # the line was chosen while nobody drew the clip
            self.send_order(messages.SteerClip(job.clip, job.turn))

    async def _receive_answers(
        self, notify_change: Callable[[], None], claim: Callable[[str], Job | None]
    ) -> None:
        while True:
            answer = await self.link.next_answer()
            self._liveness.note_answer()
            match answer:
                case messages.Ready() | messages.Unfit():
                    pass
                case messages.WorkerPong(_, work):
                    self.work = work
                case messages.PromptRead(number, understood):
                    self._note_reading(number, understood)
                case messages.Price(cost):
                    self.cost = cost
                    notify_change()
                case messages.Claimed(clip):
                    self._begin_claimed(clip, claim(clip))
                case _:
                    self._pass_on(answer)
                    if isinstance(answer, messages.Done | messages.Failed):
                        notify_change()

    def _note_reading(self, number: int, understood: tuple[Slot, ...] | None) -> None:
        waiting = self._readings.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(understood)

    def _begin_claimed(self, clip: str, job: Job | None) -> None:
        if job is None:
            self.send_order(messages.Cancel(clip))
        else:
            self._begin(job)

    def _pass_on(self, answer: messages.ClipAnswer) -> None:
        job = self.jobs.get(answer.clip)
        if job is None:
            if self.is_remote and isinstance(
                answer, messages.Progress
            ):  # it never heard the cancel
                self.send_order(messages.Cancel(answer.clip))
            return
        # Pictures of the forming come even when the model hangs: they are no sign of life.
        forming = isinstance(answer, messages.Encoded) and not answer.unit.final
        if not (forming or isinstance(answer, messages.Still)):
            job.quiet = 0.0
        job.add_answer(answer, self._now())
        if isinstance(answer, messages.Done | messages.Failed):
            del self.jobs[answer.clip]
        elif job.is_overdue and not job.unwanted:
            job.unwanted = True
            job.fail_with("nobody took what was drawn")
            self.send_order(messages.Cancel(answer.clip))

    async def _watch_silence(self) -> None:
        rounds = self._liveness.ping_rounds(
            lambda number: self.send_order(messages.WorkerPing(number))
        )
        async with aclosing(rounds):
            async for seconds in rounds:
                self._check_clips(seconds)

    def _check_clips(self, seconds: float) -> None:
        """So much more time has passed. Raises ProcessLost: a clip does not move."""
        # By what a step costs here: a fixed number would kill a large model on a slow device, and
        # leave a small one that hangs for minutes.
        silence = max(self._limits.silence, PATIENT_STEPS * self.cost.first)
        for clip, job in self.jobs.items():
            job.quiet += seconds
            if job.quiet > silence:
                raise ProcessLost(f"clip {clip} has not moved for {job.quiet:.0f} s")
