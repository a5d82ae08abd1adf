import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from phosphene.feed.feed_learner import FeedLearner
from phosphene.feed.learner_sources import LearnerSources
from phosphene.model import Clip, StoredReaction
from tests.encoder import needs_encoder
from tests.feed.ranker.test_serve import LIKED_WHALES, NOW, clip, reaction, subjects

pytestmark = [pytest.mark.process, pytest.mark.asyncio]


class Log:
    """What people did, as a store has it."""

    def __init__(self) -> None:
        self.rows = list(LIKED_WHALES)
        self.while_read: Callable[[], Awaitable[None]] | None = None

    async def list_after(self, after: int, limit: int) -> Sequence[StoredReaction]:
        return [one for one in self.rows if one.id > after][:limit]

    async def list_of(self, person: str, until: int) -> Sequence[StoredReaction]:
        found = [one for one in self.rows if one.person == person and one.id <= until]
        between, self.while_read = self.while_read, None
        if between is not None:
            await between()
        return found

    async def list_since(self, person: str, after: int) -> Sequence[StoredReaction]:
        return [one for one in self.rows if one.person == person and one.id > after]

    async def list_clips(self, most: int) -> Sequence[Clip]:
        return [clip(number) for number in range(40)][:most]


@asynccontextmanager
async def learning(folder: Path, log: Log, *, meaning: bool = False) -> AsyncIterator[FeedLearner]:
    sources = LearnerSources(log.list_after, log.list_of, log.list_since, log.list_clips)
    learner = FeedLearner(sources, folder / "feed.learned", lambda: NOW + 60, meaning=meaning)
    async with asyncio.TaskGroup() as tasks:
        run = tasks.create_task(learner.run())
        # Whoever comes first is not kept waiting for the process.
        assert await learner.rank_clips("anna", 4) is None
        await learner.ready.wait()
        yield learner
        run.cancel()


async def ranked(learner: FeedLearner, limit: int = 4) -> list[str]:
    places = await learner.rank_clips("anna", limit)
    assert places is not None
    return [one.clip for one in places]


async def test_the_last_reaction_counts_and_a_lost_process_comes_back(tmp_path: Path) -> None:
    log = Log()
    async with learning(tmp_path, log) as learner:
        assert learner.layer == "words"
        assert subjects(await ranked(learner)) == {1}
        log.rows += [reaction(n, 40_000 if n % 4 == 2 else 500) for n in range(12, 32)]
        assert subjects(await ranked(learner, 2)) == {2}
        learner.drop_clips(await ranked(learner, 1))
        gone = (await ranked(learner, 40), learner.process_id)
        assert gone[1] is not None
        os.kill(gone[1], signal.SIGKILL)
        await learner.ended.wait()
        await learner.ready.wait()
        assert learner.process_id != gone[1]
        assert subjects(await ranked(learner, 2)) == {2}


async def test_who_clears_what_they_saw_is_nobody_in_particular_again(tmp_path: Path) -> None:
    log = Log()
    async with learning(tmp_path, log) as learner:
        assert subjects(await ranked(learner)) == {1}
        log.rows = [StoredReaction(99, "anna", "", "cleared", None, False, NOW, True)]
        assert len(subjects(await ranked(learner))) > 1


async def test_what_is_learned_while_a_person_is_read_is_not_lost(tmp_path: Path) -> None:
    log = Log()
    async with learning(tmp_path, log) as learner:
        others = list[asyncio.Task[list[str]]]()
        asked = asyncio.Event()

        async def ask_too() -> list[str]:
            asked.set()
            return await ranked(learner)

        async def react_and_ask() -> None:
            log.rows += [reaction(n, 40_000 if n % 4 == 2 else 500) for n in range(12, 32)]
            others.append(asyncio.create_task(ask_too()))
            # Who waits for it goes on when the other question waits, too: for its turn, or, had it
            # none to wait for, for its answer.
            await asked.wait()

        learner.forget_person("anna")
        log.while_read = react_and_ask
        await ranked(learner)
        await others[0]
        assert subjects(await ranked(learner, 2)) == {2}


async def test_what_is_dropped_while_it_is_told_is_not_shown(tmp_path: Path) -> None:
    log = Log()
    sources = LearnerSources(log.list_after, log.list_of, log.list_since, log.list_clips)
    dropped = list[str]()

    def traits_of(one: Clip) -> Sequence[str]:
        # Asked in another thread, before the clip is told: what is dropped now is told as gone.
        if one.id == "c000" and not dropped:
            dropped.append(one.id)
            asyncio.run_coroutine_threadsafe(drop(), loop).result()
        return ()

    async def drop() -> None:
        learner.drop_clips(dropped)

    loop = asyncio.get_running_loop()
    learner = FeedLearner(
        msgspec.structs.replace(sources, traits_of=traits_of), tmp_path / "l", lambda: NOW + 60
    )
    async with asyncio.TaskGroup() as tasks:
        run = tasks.create_task(learner.run())
        assert await learner.rank_clips("ben", 4) is None
        await learner.ready.wait()
        places = await learner.rank_clips("ben", 40)
        assert places is not None
        assert {one.clip for one in places} == {f"c{number:03}" for number in range(1, 40)}
        run.cancel()


@needs_encoder
async def test_with_the_encoder_prompts_are_compared_by_what_they_mean(tmp_path: Path) -> None:
    async with learning(tmp_path, Log(), meaning=True) as learner:
        assert learner.layer == "meaning"
        told = await learner.explain_score("anna", "c013")
        assert told is not None
        assert told.layer == "meaning"
        assert told.place is not None
