"""One clip on its way through the workers: what was ordered, what came of it, what is left."""

import asyncio
from typing import Final

import msgspec

from phosphene.errors import RenderFailed
from phosphene.model import Steer
from phosphene.render import messages
from phosphene.render.schedule import Asker, Cost, clip_duration

UNREAD: Final = 5000
"""Answers that a clip may have waiting for whoever asked: the units of three minutes."""

FILES_S: Final = 0.3
"""About how long the files of a clip take, after its last picture."""

STRIKES: Final = 2.0
"""A clip that was on the device of so many workers when they were lost is not tried again."""

UNSURE: Final = 0.5
"""What a clip is blamed for when a worker was lost and nobody knows which clip it was."""


class Job:
    """One clip; ``began`` and ``now`` are on the clock of the event loop. ``turn`` is the line that
    its audience chose and that does not count yet: whoever draws it next must hear it again.
    ``local_only``: no other machine is told of it; ``yielded``: it ends for those who wait."""

    def __init__(self, order: messages.Render, address: str = "") -> None:
        self.order = order
        self.address = address
        self.quiet = 0.0
        self.unwanted = False
        # In Redis a portrait would lie where neither its owner nor its key reaches it: in its
        # memory, its files on disk and those of its replicas.
        self.local_only = bool(order.portraits)
        self.yielded = False
        self.began: float | None = None
        self._strikes = 0.0
        self.turn: str | None = None
        self.waiting: messages.Waiting | None = None
        self._answers: asyncio.Queue[messages.ClipAnswer | RenderFailed] = asyncio.Queue()
        self._started = False
        shown = order.shown or messages.ShownSoFar(pts=-1)
        self._pts = shown.pts
        self._run = list(shown.run)
        self._run_from: float | None = None
        self._final_at: float | None = None
        self._kept: messages.ClipCheckpoint | None = None
        self._steering: list[Steer] = []

    @property
    def clip(self) -> str:
        return self.order.clip

    @property
    def person(self) -> str:
        """Whose clip it is, for fairness."""
        return self.order.person or self.order.clip

    @property
    def asker(self) -> Asker:
        """Who asked for it, and from where."""
        return Asker(self.person, self.address)

    @property
    def is_urgent(self) -> bool:
        """Whether somebody drew it already: it has viewers who wait."""
        return self.began is not None or self.order.shown is not None

    @property
    def given_up_reason(self) -> str:
        """Why it is not tried again; empty when it is."""
        lost = "it was tried twice, and each time the worker was lost"
        return lost if self._strikes >= STRIKES else ""

    @property
    def is_overdue(self) -> bool:
        """Whether too much is waiting to be taken."""
        return self._answers.qsize() > UNREAD

    def add_answer(self, answer: messages.ClipAnswer, now: float = 0.0) -> None:
        """Hand an answer to whoever asked for the clip, if he still listens."""
        self._note(answer, now)
        again = isinstance(answer, messages.Started) and self._started
        self._started = self._started or isinstance(answer, messages.Started)
        if not self.unwanted and not again:
            self._answers.put_nowait(answer)

    def add_blame(self, share: float) -> None:
        """A worker that had the clip is lost; ``share``: how far the clip is to blame, in 0..1."""
        # A clip that kills its worker would kill each one in turn, and all that is drawn beside it.
        # Known from the trace which clip it was, else half of the blame for each that was there: an
        # innocent one survives three losses.
        self._strikes += share

    def fail_with(self, reason: str) -> None:
        """End the clip."""
        self._answers.put_nowait(RenderFailed(reason))

    async def next_answer(self) -> messages.ClipAnswer:
        """The next answer. Raises RenderFailed when the clip ended without Done."""
        answer = await self._answers.get()
        if isinstance(answer, RenderFailed):
            raise answer
        if isinstance(answer, messages.Failed) and not answer.cancelled:
            raise RenderFailed(answer.reason)
        return answer

    def remaining_order(self) -> messages.Render:
        """What another worker is to draw when the one that had the clip is lost.

        It goes on after the last second of which the latents are here, and its viewers see the
        run go on at the picture after the last one that they were sent.
        """
        order = msgspec.structs.replace(
            self.order,
            steering=(*self.order.steering, *self._steering),
            shown=messages.ShownSoFar(pts=self._pts, run=tuple(self._run))
            if self.order.live
            else None,
            # Alone on its device, so that it is the same to the bit as it would have been: what was
            # shown already and what is drawn now must meet in one run.
            lone=True,
        )
        if self._kept is None or not self.order.live:
            return order
        return msgspec.structs.replace(order, begun=self._kept.latents, kept=self._kept.seconds)

    def expected_end(self, cost: Cost, together: int, pace: float, now: float) -> float:
        """When it is expected to be done with."""
        began = now if self.began is None else self.began
        if self._run_from is not None:
            end = self._run_from + self.order.seconds
        else:
            length = clip_duration(cost, self.order.seconds, together, pace, self.order.live)
            end = max(began + length, self._final_at or 0.0)
        return max(now, end + FILES_S)

    def _note(self, answer: messages.ClipAnswer, now: float) -> None:
        match answer:
            case messages.Encoded(_, unit, "full"):
                self._pts = unit.pts
                if unit.final:
                    # From the first picture of the run on its end is known for certain, whatever
                    # the passes cost: with that the start that is told is off by 2 % (p50).
                    self._run_from = self._run_from or now
                    self._run.append(unit)
            case messages.ClipCheckpoint():
                self._kept = answer
            case messages.Steered(_, steer):
                self._steering.append(steer)
                self.turn = None if self.turn == steer.text else self.turn
            case messages.Progress(chunks=chunks, eta_s=eta_s):
                shown = self.order.seconds / max(1, chunks) if self.order.live else 0.0
                self._final_at = now + eta_s + shown
            case messages.Waiting():
                self.waiting = answer
