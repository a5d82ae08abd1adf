"""The instance's side of the feed process: keeps it running and fed, and asks it who is shown what.

The log of reactions is the database, and a person's newest reaction is read before they are
answered. The process of an instance alone learns from all of them; where there are several one of
them learns (``site_learner``), and the processes that rank follow it (``learned_follower``).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from phosphene.children.process import ProcessLost
from phosphene.children.restart import keep_process
from phosphene.failure_boundary import report_failure, running
from phosphene.feed.learned_follower import LearnedFollower
from phosphene.feed.learned_rows import PEOPLE, FollowedRows, LearnedRows
from phosphene.feed.learner_messages import (
    FOLDED_S,
    AdoptSnapshot,
    ApplyDelta,
    ClipsRanked,
    CountWanting,
    ExplainScore,
    Layer,
    LearnerOrder,
    LearnerPlace,
    LearningFollowed,
    RankClips,
    Role,
    ScoreExplained,
    WantingCounted,
)
from phosphene.feed.learner_process import Answer, LearnerProcess, learner_command, open_learner
from phosphene.feed.learner_sources import LearnerSources
from phosphene.model import Clip, FeedWish

SNAPSHOT: Final = "feed.learned"
"""The file in the data folder."""
PULL_S: Final = 1.0
"""Clips that are new are told after so long, while somebody asks."""
ANSWER_S: Final = 1.0
"""So long somebody waits for an answer before the pure function ranks."""

log = logging.getLogger("phosphene.feed")


class FeedLearner:
    """``run`` runs beside the requests. ``snapshot``: where what was learned is kept, ``weights``:
    a file of what the operator sets, ``meaning``: whether prompts are compared by it where there is
    an encoder, which ``layer`` says of the process that runs; ``follower``: gives what is learned
    elsewhere, None where it is learned here. ``ready`` is set while there is a process that has
    learned all, ``ended`` when one was lost, ``wanted`` once somebody has asked, ``is_on`` where
    there can be one."""

    def __init__(
        self,
        sources: LearnerSources,
        snapshot: Path,
        clock: Callable[[], float] = time.time,
        on: bool = True,
        weights: str = "",
        meaning: bool = False,
        follower: LearnedFollower | None = None,
    ) -> None:
        self._sources = sources
        layer: Layer = "meaning" if meaning else "words"
        role: Role = "alone" if follower is None else "follower"
        self._command = learner_command(snapshot, weights, layer, role)
        self._clock = clock
        self.is_on = on and find_spec("numpy") is not None
        self._follower = follower
        self._process: LearnerProcess | None = None
        self._rows: LearnedRows | FollowedRows | None = None
        self._telling = asyncio.Lock()
        self._asked_again = asyncio.Event()
        self.wanted = asyncio.Event()
        self.layer: Layer = "words"
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    @property
    def process_id(self) -> int | None:
        """Of the process that runs, if one does."""
        return self._process.pid if self._process is not None else None

    async def rank_clips(
        self,
        person_id: str,
        limit: int,
        *,
        listed: Sequence[str] = (),
        besides: Sequence[str] = (),
        authors: Sequence[str] = (),
        wishes: Sequence[FeedWish] = (),
    ) -> Sequence[LearnerPlace] | None:
        """The next clips for somebody, after all that they did; None where no process answers in
        time. See ``RankClips``."""

        def order(number: int) -> RankClips:
            return RankClips(
                number=number,
                person=person_id,
                limit=limit,
                now=self._clock(),
                listed=tuple(listed),
                besides=tuple(besides),
                authors=tuple(authors),
                wishes=tuple(wishes),
            )

        answer = await self._answered(person_id, order)
        return answer.places if isinstance(answer, ClipsRanked) else None

    async def explain_score(
        self,
        person_id: str,
        clip_id: str,
        wishes: Sequence[FeedWish] = (),
        authors: Sequence[str] = (),
    ) -> ScoreExplained | None:
        """What a clip's score is made of for somebody now, what each term counts, and why it is
        there; None where no process answers in time. See ``ExplainScore``."""
        now, obeyed, unseen = self._clock(), tuple(wishes), tuple(authors)
        answer = await self._answered(
            person_id,
            lambda number: ExplainScore(number, person_id, clip_id, now, obeyed, unseen),
        )
        return answer if isinstance(answer, ScoreExplained) else None

    async def count_wanting(self, clips: Sequence[Clip]) -> Sequence[int] | None:
        """How many people would like each of these, which are not there, better than all that is
        there for them; None where no process answers in time."""
        told = tuple(clips)
        answer = await self._answered(None, lambda number: CountWanting(number, told))
        return answer.people if isinstance(answer, WantingCounted) else None

    async def _answered(
        self, person_id: str | None, make_order: Callable[[int], LearnerOrder]
    ) -> Answer | None:
        """The answer to a question, once all that whom it is about did is told."""
        # Nobody who asks waits for its start: until then the pure function ranks.
        self.wanted.set()
        self._asked_again.set()
        process, rows = self._process, self._rows
        if process is None or rows is None or not self.ready.is_set():
            return None
        try:
            async with asyncio.timeout(ANSWER_S):
                # Sent as soon as the lock is free: what comes later may be told before the answer.
                async with self._telling:
                    await rows.catch_up(person_id)
                    asked = process.ask_learner(make_order)
                return await asked
        except (TimeoutError, ProcessLost):
            return None

    async def run(self) -> None:
        """Keep the process, as long as numpy is here; for ever."""
        if not self.is_on:
            await asyncio.Event().wait()
        try:
            while True:
                await keep_process("feed learner", self._serve, self._note_loss)
                self._give_up()
        finally:
            self._give_up()

    def forget_person(self, person_id: str) -> None:
        """What is known of a person is gone, or has changed: it is read again when they ask."""
        if self._rows is not None:
            self._rows.forget_person(person_id)

    def drop_clips(self, clip_ids: Sequence[str]) -> None:
        """These are to be shown no more, until they are told as fit again."""
        if self._process is not None:
            self._process.drop_clips(clip_ids)

    def _note_loss(self, reason: str, failures: int) -> None:
        report_failure("feed learner", ProcessLost(reason))
        self._give_up()

    def _give_up(self) -> None:
        self._process = self._rows = None
        self.ready.clear()
        self.ended.set()

    async def _serve(self, notify_ready: Callable[[], None]) -> None:
        """Once somebody asks, for a day; by what others learn for ever. Raises ProcessLost."""
        await self.wanted.wait()
        async with open_learner(self._command, self._sources) as process:
            notify_ready()
            self._process, self.layer = process, process.first.layer
            self.ended.clear()
            if self._follower is None:
                self._rows = LearnedRows(process, self._sources, PEOPLE)
                await self._keep_fed(process, process.first.begun + FOLDED_S)
            else:
                self._rows = FollowedRows(process, self._sources)
                await process.tell_clips()
                async with running(self._follow(self._follower, process, self._rows)):
                    await self._keep_fed(process, float("inf"))

    async def _keep_fed(self, process: LearnerProcess, until: float) -> None:
        while self._clock() < until:
            await process.tell_clips()
            if isinstance(self._rows, LearnedRows):
                async with self._telling:
                    await self._rows.catch_up(None)
                self._note_ready()
            await asyncio.sleep(PULL_S)
            # While nobody asks nothing is read: what is done meanwhile is told before the next
            # answer.
            self._asked_again.clear()
            await self._asked_again.wait()

    async def _follow(
        self, follower: LearnedFollower, process: LearnerProcess, rows: FollowedRows
    ) -> None:
        async def adopt(path: Path) -> str:
            async with self._telling:
                rows.forget_all()
                asked = process.ask_learner(lambda number: AdoptSnapshot(number, str(path)))
            failure = _failure_in(await asked)
            if not failure:
                self._note_ready()
            return failure

        async def apply(body: bytes) -> str:
            return _failure_in(await process.ask_learner(lambda number: ApplyDelta(number, body)))

        await follower.follow_learner(adopt, apply)

    def _note_ready(self) -> None:
        if not self.ready.is_set():
            self.ready.set()
            log.info("feed learner ready", extra={"layer": self.layer})


def _failure_in(answer: Answer) -> str:
    return answer.failure if isinstance(answer, LearningFollowed) else "it answered otherwise"
