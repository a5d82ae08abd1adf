"""A worker as whoever ordered its work sees it: ready, at its clips, lost. Whatever carries words.

An instance sees its own workers over pipes and those of other machines over Redis; a machine that
lends its worker sees that over a pipe.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Final, Protocol

from msgspec import Struct

from server.render import messages
from server.render.dispatch.job import Job
from server.render.schedule import Cost, clip_capacity
from server.status import Work

PATIENT_STEPS: Final = 10
"""A clip may keep silent for so many times what the first frames of a clip usually take."""


UNSURE: Final = 0.5
"""What a clip is blamed for when a worker was lost and nobody knows which clip it was."""


class Limits(Struct, frozen=True, kw_only=True):
    """How long a worker may keep silent before it is taken for dead, in seconds. ``silence`` is
    that of one clip; slow models have more."""

    start: float = 180.0
    ping_every: float = 2.0
    pong: float = 15.0
    silence: float = 10.0
    stop: float = 3.0


class WorkerLost(Exception):
    """The worker has ended, hangs or talks nonsense; the message says which."""


class Link(Protocol):
    """What carries the messages of one worker: a pipe, or streams of Redis."""

    @property
    def name(self) -> str:
        """Which worker it is, for operators."""
        ...

    @property
    def room(self) -> int | None:
        """How many more clips it wants; None: whoever gives it clips counts them himself."""
        ...

    def send(self, order: messages.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        ...

    async def hear(self) -> messages.Answer:
        """What it says next. Raises WorkerLost."""
        ...

    def suspects(self) -> frozenset[str]:
        """The clips that were on its device when it was last heard of; none: nobody knows."""
        ...

    @property
    def doubt(self) -> float:
        """What each of its clips is blamed for, in 0..1, when nobody knows which it was."""
        ...


class Worker:
    """A worker that is ready, and the clips that it draws for whoever holds this.

    ``changed`` is called when it has more or less room than before, ``claim`` when it has taken a
    clip from the line that instances share (it gives None when nobody wants that clip any more).
    """

    def __init__(self, ready: messages.Ready, link: Link, limits: Limits) -> None:
        self.ready = ready
        self.link = link
        self.cost = ready.cost or Cost(first=1.0, second=1.0, shown=0.1)
        self.jobs: dict[str, Job] = {}
        self.work = Work()
        self.changed: Callable[[], None] = lambda: None
        self.claim: Callable[[str], Job | None] = lambda clip: None
        self._limits = limits
        self._quiet = 0.0
        self._now = asyncio.get_running_loop().time

    @property
    def remote(self) -> bool:
        """Whether it takes its clips from the line that instances share."""
        return self.link.room is not None

    def room(self, most: int, pace: float) -> int:
        """How many more clips it can take: at most ``most`` at once, or (0) as many as it can
        draw in time."""
        if self.link.room is not None:
            return self.link.room
        return (most or clip_capacity(self.cost, pace)) - len(self.jobs)

    def take(self, job: Job) -> None:
        """Draw a clip."""
        self.send(job.order)
        self._begin(job)

    def suspects(self) -> frozenset[str]:
        """Those of its clips that may have been the end of it; none: nobody knows."""
        return self.link.suspects() & frozenset(self.jobs)

    def blame(self, clip: str) -> float:
        """How far one of its clips is to blame for its loss, in 0..1."""
        suspects = self.suspects()
        return float(clip in suspects) if suspects else self.link.doubt

    async def serve(self) -> None:
        """Draw for ever. Raises WorkerLost (in a group)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._watch())

    def send(self, order: messages.Order) -> None:
        """Say something to the worker; it is lost if the worker is."""
        self.link.send(order)

    def _begin(self, job: Job) -> None:
        job.began, job.quiet = self._now(), 0.0
        self.jobs[job.clip] = job
        if job.turn is not None:  # the line was chosen while nobody drew the clip
            self.send(messages.SteerClip(job.clip, job.turn))

    async def _listen(self) -> None:
        while True:
            answer = await self.link.hear()
            self._quiet = 0.0
            match answer:
                case messages.Ready() | messages.Unfit():
                    pass
                case messages.WorkerPong(_, work):
                    self.work = work
                case messages.Price(cost):
                    self.cost = cost
                    self.changed()
                case messages.Claimed(clip):
                    self._claim(clip)
                case _:
                    self._pass_on(answer)

    def _claim(self, clip: str) -> None:
        job = self.claim(clip)
        if job is None:
            self.send(messages.Cancel(clip))
        else:
            self._begin(job)

    def _pass_on(self, answer: messages.ClipAnswer) -> None:
        job = self.jobs.get(answer.clip)
        if job is None:
            if self.remote and isinstance(answer, messages.Progress):  # it never heard the cancel
                self.send(messages.Cancel(answer.clip))
            return
        # Pictures of the forming come even when the model hangs: they are no sign of life.
        forming = isinstance(answer, messages.Encoded) and not answer.unit.final
        if not (forming or isinstance(answer, messages.Still)):
            job.quiet = 0.0
        job.say(answer, self._now())
        if isinstance(answer, messages.Done | messages.Failed):
            del self.jobs[answer.clip]
            self.changed()
        elif job.overdue and not job.unwanted:
            job.unwanted = True
            job.fail("nobody took what was drawn")
            self.send(messages.Cancel(answer.clip))

    async def _watch(self) -> None:
        # Counted in rounds, not by the clock: an instance that was itself asleep heard nothing.
        for number in count():
            self.send(messages.WorkerPing(number))
            await asyncio.sleep(self._limits.ping_every)
            self._quiet += self._limits.ping_every
            if self._quiet > self._limits.pong:
                raise WorkerLost(f"it has not answered for {self._quiet:.0f} s")
            silence = max(self._limits.silence, PATIENT_STEPS * self.cost.first)
            for clip, job in self.jobs.items():
                job.quiet += self._limits.ping_every
                if job.quiet > silence:
                    raise WorkerLost(f"clip {clip} has not moved for {job.quiet:.0f} s")


def first(lost: BaseException) -> str:
    """Why it was lost."""
    one = lost
    while isinstance(one, BaseExceptionGroup):
        one = one.exceptions[0]
    return str(one)
