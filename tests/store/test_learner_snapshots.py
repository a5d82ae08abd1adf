"""Who learns for all, and where lies what they learned."""

from pathlib import Path

import pytest

from phosphene.errors import LeaseLost
from phosphene.store.learner_snapshots import KEPT_S, LEASE, LearnerSnapshot
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import Clock, a_store

pytestmark = pytest.mark.asyncio
FILES = [f"{digit * 64}.learned" for digit in "123"]


async def test_what_is_kept_is_fenced_by_the_lease(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path, holder="one") as one, a_store(path, holder="two") as two:
        assert await one.learner_snapshots.find_newest() is None
        number = await one.claim_lease(LEASE)
        assert number is not None
        assert await two.claim_lease(LEASE) is None
        first = LearnerSnapshot(number, 0, FILES[0], 7, 1.0)
        assert await one.learner_snapshots.keep_snapshot(first) == ""
        assert await two.learner_snapshots.find_newest() == first
        later = LearnerSnapshot(number, 1, FILES[1], 9, 2.0)
        assert await one.learner_snapshots.keep_snapshot(later) == FILES[0]
        await one.release_lease(LEASE, number)
        taken = await two.claim_lease(LEASE)
        assert taken == number + 1
        with pytest.raises(LeaseLost):
            await one.learner_snapshots.keep_snapshot(LearnerSnapshot(number, 2, "x", 11, 3.0))
        theirs = LearnerSnapshot(taken, 0, FILES[2], 9, 4.0)
        assert await two.learner_snapshots.keep_snapshot(theirs) == FILES[1]
        # It has an owner: the sweep leaves it.
        assert await one.find_unreferenced(FILES) == FILES[:2]


async def test_what_nobody_goes_on_from_is_forgotten(tmp_path: Path) -> None:
    """Where instances became one, or the learner was turned off: those who leave are in it."""
    clock = Clock()
    async with a_store(tmp_path / "x.db", clock=clock) as store:
        number = await store.claim_lease(LEASE)
        assert number is not None
        kept = LearnerSnapshot(number, 0, FILES[0], 7, clock.now)
        await store.learner_snapshots.keep_snapshot(kept)
        clock.now += KEPT_S - 1
        await tidy(store)
        assert await store.learner_snapshots.find_newest() is not None
        clock.now += 1
        assert FILES[0] in await tidy(store)
        assert await store.learner_snapshots.find_newest() is None
        assert await store.find_unreferenced(FILES) == FILES


async def tidy(store: SqliteStore) -> list[str]:
    blobs: list[str] = []
    while True:
        tidied = await store.tidy_some(Ages())
        blobs += tidied.blobs
        if not tidied.more:
            return blobs
