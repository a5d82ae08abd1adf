"""The instance's side of the feed process: keeps it running and fed, and asks it who is shown what.

The log of reactions is the database. Each instance's process reads it in the order of the ids, so
that all of them learn the same, and a person's newest reaction is read before they are answered.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.children.liveness import Liveness
from phosphene.children.process import ChildProcess, ProcessLimits, ProcessLost, open_process
from phosphene.children.restart import keep_process
from phosphene.failure_boundary import report_failure, running
from phosphene.feed.learner_messages import (
    FOLDED_S,
    AddClips,
    ClipsAdded,
    ClipsRanked,
    CountWanting,
    DropClips,
    ExplainScore,
    FoldPerson,
    ForgetPerson,
    Layer,
    LearnerAnswer,
    LearnerOrder,
    LearnerPing,
    LearnerPlace,
    LearnerReady,
    LearnerUnfit,
    LearnReactions,
    RankClips,
    ScoreExplained,
    WantingCounted,
    decode_answer,
    encode_message,
)
from phosphene.feed.rank import WATCHABLE
from phosphene.model import Clip, FeedWish, StoredReaction

Answer = ClipsAdded | ClipsRanked | ScoreExplained | WantingCounted
ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
LIMITS: Final = ProcessLimits(start=60.0, pong=30.0)
SNAPSHOT: Final = "feed.learned"
"""The file in the data folder."""
MOST_CLIPS: Final = 20_000
"""Of the newest; with 100,000 a page would take 6 ms of the process, and what is told 200 MB."""
NEWEST: Final = 500
PULL_S: Final = 1.0
"""Clips that are new are told after so long, while somebody asks."""
PART: Final = 500
"""Reactions in one message, clips too: others are answered between two."""
PEOPLE: Final = 5000
"""Whom the process knows at once, at most 4 kB each; who asked longest ago is forgotten."""
ANSWER_S: Final = 1.0
"""So long somebody waits for an answer before the pure function ranks."""


log = logging.getLogger("phosphene.feed")


class LearnerSources(Struct, frozen=True):
    """What is read: all reactions after an id (of which so many), those of a person up to an id,
    and the newest clips that can be shown, so many; ``traits_of`` a clip, which is called in
    another thread."""

    list_after: Callable[[int, int], Awaitable[Sequence[StoredReaction]]]
    list_of: Callable[[str, int], Awaitable[Sequence[StoredReaction]]]
    list_clips: Callable[[int], Awaitable[Sequence[Clip]]]
    traits_of: Callable[[Clip], Collection[str]] = lambda clip: ()


class FeedLearner:
    """``run`` runs beside the requests. ``snapshot``: where what was learned is kept, ``weights``:
    a file of what the operator sets, ``meaning``: whether prompts are compared by it where there is
    an encoder, which ``layer`` says of the process that runs. ``ready`` is set while there is one
    that has learned all, ``ended`` when one was lost."""

    def __init__(
        self,
        sources: LearnerSources,
        snapshot: Path,
        clock: Callable[[], float] = time.time,
        on: bool = True,
        weights: str = "",
        meaning: bool = False,
    ) -> None:
        self._sources = sources
        layer: Layer = "meaning" if meaning else "words"
        module = "phosphene.feed.ranker"
        self._command = (sys.executable, "-m", module, str(snapshot), weights, layer)
        self._clock = clock
        self._on = on and find_spec("numpy") is not None
        self._numbers = count()
        self._process: ChildProcess | None = None
        self._asked = dict[int, asyncio.Future[Answer]]()
        self._pulling = asyncio.Lock()
        self._learned = 0
        self._told = dict[str, str]()
        self._wanted = asyncio.Event()
        self._people = dict[str, None]()
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
        order = RankClips(
            number=next(self._numbers),
            person=person_id,
            limit=limit,
            now=self._clock(),
            listed=tuple(listed),
            besides=tuple(besides),
            authors=tuple(authors),
            wishes=tuple(wishes),
        )
        answer = await self._answered(order)
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
        order = ExplainScore(next(self._numbers), person_id, clip_id, now, obeyed, unseen)
        answer = await self._answered(order)
        return answer if isinstance(answer, ScoreExplained) else None

    async def count_wanting(self, clips: Sequence[Clip]) -> Sequence[int]:
        """How many people would like each of these, which are not there, better than all that is
        there for them; nothing where no process answers in time."""
        answer = await self._answered(CountWanting(next(self._numbers), tuple(clips)))
        return answer.people if isinstance(answer, WantingCounted) else ()

    async def _answered(self, order: RankClips | ExplainScore | CountWanting) -> Answer | None:
        """The answer to a question, once all that whom it is about did is learned."""
        # Nobody who asks waits for its start: until then the pure function ranks.
        self._wanted.set()
        if self._process is None or not self.ready.is_set():
            return None
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._asked[order.number] = answer
        try:
            async with asyncio.timeout(ANSWER_S):
                async with self._pulling:
                    await self._pull()
                    if not isinstance(order, CountWanting):
                        await self._know(order.person)
                    self._send(order)
                return await answer
        except (TimeoutError, ProcessLost):
            return None
        finally:
            del self._asked[order.number]

    async def run(self) -> None:
        """Keep the process, as long as numpy is here; for ever."""
        if not self._on:
            await asyncio.Event().wait()
        try:
            while True:
                await keep_process("feed learner", self._serve, self._note_loss)
                self._give_up()
        finally:
            self._give_up()

    def forget_person(self, person_id: str) -> None:
        """What is known of a person is gone, or has changed: it is read again when they ask."""
        if self._people.pop(person_id, 0) is None:
            self._send(ForgetPerson(person_id))

    def drop_clips(self, clip_ids: Sequence[str]) -> None:
        """These are to be shown no more, until they are told as fit again."""
        gone = tuple(one for one in clip_ids if self._told.pop(one, None))
        if gone:
            self._send(DropClips(gone))

    def _note_loss(self, reason: str, failures: int) -> None:
        report_failure("feed learner", ProcessLost(reason))
        self._give_up()

    def _give_up(self) -> None:
        self._process = None
        self.ready.clear()
        self.ended.set()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ProcessLost("the feed process has gone"))

    async def _serve(self, notify_ready: Callable[[], None]) -> None:
        """Once somebody asks, for a day. Raises ProcessLost."""
        await self._wanted.wait()
        async with open_process(self._command, LIMITS, ENVIRONMENT) as process:
            first = _decoded(await process.first_frame(LIMITS.start))
            if isinstance(first, LearnerUnfit):
                raise ProcessLost(first.reason)
            if not isinstance(first, LearnerReady):
                raise ProcessLost(f"its first word was {type(first).__name__}")
            notify_ready()
            self._process, self._learned, self.layer = process, first.learned, first.layer
            self._told, self._people = {}, {}
            self.ended.clear()
            liveness = Liveness(LIMITS)
            async with running(self._receive(process, liveness), self._ping(liveness)):
                await self._keep_fed(first.begun + FOLDED_S)

    async def _keep_fed(self, until: float) -> None:
        while self._clock() < until:
            await self._tell_clips()
            async with self._pulling:
                await self._pull()
            if not self.ready.is_set():
                self.ready.set()
                log.info("feed learner ready", extra={"layer": self.layer})
            await asyncio.sleep(PULL_S)
            # While nobody asks nothing is read: what is done meanwhile is learned before the next
            # answer.
            self._wanted.clear()
            await self._wanted.wait()

    async def _tell_clips(self) -> None:
        """What can be shown since it was told last."""
        found = await self._sources.list_clips(NEWEST if self._told else MOST_CLIPS)
        # The oldest first, so that a remix comes after what it is of.
        fresh = [one for one in reversed(found) if self._told.get(one.id) != one.status]
        fit = [one for one in fresh if one.status in WATCHABLE]
        for at in range(0, len(fit), PART):
            part = fit[at : at + PART]
            self._told |= {one.id: one.status for one in part}
            await self._add_clips(await asyncio.to_thread(self._told_of, part))
            # What was dropped before it was added.
            if gone := tuple(one.id for one in part if one.id not in self._told):
                self._send(DropClips(gone))
        self._told |= {one.id: one.status for one in fresh if one.status not in WATCHABLE}

    async def _add_clips(self, order: AddClips) -> None:
        """Tell it of some, and wait until it knows them: an encoder takes 0.7 ms for each, and
        behind 20,000 a ping would wait for too long."""
        loop = asyncio.get_running_loop()
        added: asyncio.Future[Answer] = loop.create_future()
        self._asked[order.number] = added
        try:
            self._send(order)
            await added
        finally:
            del self._asked[order.number]

    def _told_of(self, clips: Sequence[Clip]) -> AddClips:
        # 30 us a clip where a model understood it, 500 where its words are read.
        traits = (tuple(self._sources.traits_of(one)) for one in clips)
        return AddClips(tuple(clips), tuple(traits), next(self._numbers))

    async def _pull(self) -> None:
        """Tell it what people did since it was told last. ``_pulling`` is held."""
        while rows := await self._sources.list_after(self._learned, PART):
            for one in rows:
                if one.kind == "cleared":
                    self.forget_person(one.person)
            for person_id in {one.person for one in rows}:
                await self._know(person_id)
            self._send(LearnReactions(tuple(rows)))
            self._learned = rows[-1].id
            if len(rows) < PART:
                return

    async def _know(self, person_id: str) -> None:
        """See to it that the process knows somebody as of what it has learned. ``_pulling`` is
        held: who learned more meanwhile would be read as they were before it."""
        if person_id not in self._people:
            rows = await self._sources.list_of(person_id, self._learned)
            self._send(FoldPerson(person_id, tuple(rows)))
        else:
            del self._people[person_id]
        self._people[person_id] = None
        if len(self._people) > PEOPLE:
            self.forget_person(next(iter(self._people)))

    async def _receive(self, process: ChildProcess, liveness: Liveness) -> None:
        while True:
            answer = _decoded(await process.next_frame())
            liveness.note_answer()
            if isinstance(answer, Answer):
                waiting = self._asked.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)

    async def _ping(self, liveness: Liveness) -> None:
        async with aclosing(liveness.ping_rounds(lambda n: self._send(LearnerPing(n)))) as rounds:
            async for _ in rounds:
                pass

    def _send(self, order: LearnerOrder) -> None:
        if self._process is not None:
            self._process.send_frame(encode_message(order))


def _decoded(body: bytes) -> LearnerAnswer:
    try:
        return decode_answer(body)
    except msgspec.MsgspecError as error:
        raise ProcessLost(f"it said something that is no answer: {error}") from error
