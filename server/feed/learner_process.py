"""A feed process as its instance sees it: asked, and told which clips there are."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from phosphene.children.liveness import Liveness
from phosphene.children.process import (
    ChildProcess,
    ProcessLimits,
    ProcessLost,
    decode_frame,
    open_process,
)
from phosphene.failure_boundary import running
from phosphene.feed.learner_messages import (
    AddClips,
    ClipsAdded,
    ClipsRanked,
    DeltaTold,
    DropClips,
    Layer,
    LearnerOrder,
    LearnerPing,
    LearnerReady,
    LearnerUnfit,
    LearningFollowed,
    Role,
    ScoreExplained,
    SnapshotTaken,
    WantingCounted,
    decode_answer,
    encode_message,
)
from phosphene.feed.learner_sources import LearnerSources
from phosphene.model import WATCHABLE, Clip

Answer = (
    ClipsAdded
    | ClipsRanked
    | ScoreExplained
    | WantingCounted
    | DeltaTold
    | SnapshotTaken
    | LearningFollowed
)
ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
LIMITS: Final = ProcessLimits(start=60.0, pong=30.0)
MOST_CLIPS: Final = 20_000
"""Of the newest; with 100,000 a page would take 6 ms of the process, and what is told 200 MB."""
NEWEST: Final = 500
PART: Final = 500
"""Reactions in one message, clips too: others are answered between two."""


def learner_command(
    snapshot: Path, weights: str = "", layer: Layer = "words", role: Role = "alone"
) -> Sequence[str]:
    """What starts one."""
    module = "phosphene.feed.ranker"
    return sys.executable, "-m", module, str(snapshot), weights, layer, role


class LearnerProcess:
    """Made by ``open_learner``. ``first``: what it said when it was ready."""

    def __init__(self, process: ChildProcess, first: LearnerReady, sources: LearnerSources) -> None:
        self.first = first
        self._process = process
        self._sources = sources
        self._numbers = count()
        self._asked = dict[int, asyncio.Future[Answer]]()
        self._told = dict[str, str]()
        self._lost = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send_order(self, order: LearnerOrder) -> None:
        """Tell it something; what comes after it was lost goes nowhere."""
        self._process.send_frame(encode_message(order))

    def ask_learner(self, make_order: Callable[[int], LearnerOrder]) -> asyncio.Future[Answer]:
        """Tell it an order, which is made of a number, now; its answer, or ProcessLost."""
        number = next(self._numbers)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        answer.add_done_callback(lambda _: self._asked.pop(number))
        if self._lost:
            answer.set_exception(ProcessLost("the feed process has gone"))
        self.send_order(make_order(number))
        return answer

    async def tell_clips(self) -> None:
        """What can be shown since it was told last. Returns when it knows them: an encoder takes
        0.7 ms for each, and behind 20,000 a ping would wait for too long. Raises ProcessLost."""
        found = await self._sources.list_clips(NEWEST if self._told else MOST_CLIPS)
        # The oldest first, so that a remix comes after what it is of.
        fresh = [one for one in reversed(found) if self._told.get(one.id) != one.status]
        fit = [one for one in fresh if one.status in WATCHABLE]
        for at in range(0, len(fit), PART):
            part = fit[at : at + PART]
            self._told |= {one.id: one.status for one in part}
            traits = await asyncio.to_thread(self._traits_of, part)
            await self.ask_learner(partial(AddClips, tuple(part), traits))
            # What was dropped before it was added.
            if gone := tuple(one.id for one in part if one.id not in self._told):
                self.send_order(DropClips(gone))
        self._told |= {one.id: one.status for one in fresh if one.status not in WATCHABLE}

    def drop_clips(self, clip_ids: Sequence[str]) -> None:
        """These are to be shown no more, until they are told as fit again."""
        gone = tuple(one for one in clip_ids if self._told.pop(one, None))
        if gone:
            self.send_order(DropClips(gone))

    def give_up(self) -> None:
        """Whoever waits for an answer gets none."""
        self._lost = True
        for answer in tuple(self._asked.values()):
            if not answer.done():
                answer.set_exception(ProcessLost("the feed process has gone"))

    async def receive_answers(self, liveness: Liveness) -> None:
        """Hear it, for ever. Raises ProcessLost."""
        while True:
            answer = decode_frame(await self._process.next_frame(), decode_answer)
            liveness.note_answer()
            if isinstance(answer, Answer):
                waiting = self._asked.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)

    def send_ping(self, number: int) -> None:
        """Its answer says that it lives."""
        self.send_order(LearnerPing(number))

    def _traits_of(self, clips: Sequence[Clip]) -> tuple[tuple[str, ...], ...]:
        # 30 us a clip where a model understood it, 500 where its words are read.
        return tuple(tuple(self._sources.traits_of(one)) for one in clips)


@asynccontextmanager
async def open_learner(
    command: Sequence[str], sources: LearnerSources
) -> AsyncIterator[LearnerProcess]:
    """A process of ``learner_command`` that is ready, within the block. Raises ProcessLost, also
    when it is lost later."""
    async with open_process(command, LIMITS, ENVIRONMENT) as child:
        first = decode_frame(await child.first_frame(LIMITS.start), decode_answer)
        if isinstance(first, LearnerUnfit):
            raise ProcessLost(first.reason)
        if not isinstance(first, LearnerReady):
            raise ProcessLost(f"its first word was {type(first).__name__}")
        process, liveness = LearnerProcess(child, first, sources), Liveness(LIMITS)
        try:
            pinging = liveness.keep_pinging(process.send_ping)
            async with running(process.receive_answers(liveness), pinging):
                yield process
        finally:
            process.give_up()
