"""Who may write about a clip, when several would."""

import sqlite3
from pathlib import Path

import pytest

from phosphene.errors import LeaseLost
from phosphene.events import ClipFailed, ClipFinished, ClipStarted
from phosphene.store.leases import UNKNOWN_S
from phosphene.store.orphans import StoredCheckpoint
from phosphene.store.sqlite import LEASE_S
from phosphene.store.store import Store
from tests.store.making import NOON, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio


async def orphan_ids(store: Store) -> list[str]:
    return [orphan.clip.id for orphan in await store.list_orphans()]


async def test_one_at_a_time_holds_a_lease_and_the_number_grows(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    async with a_store(path, "one", clock) as one, a_store(path, "two", clock) as two:
        assert await one.claim_lease("sweep") == 1
        assert await two.claim_lease("sweep") is None
        clock.now += LEASE_S / 2
        assert await one.renew_leases() == {"sweep": 1}
        clock.now += LEASE_S / 2
        assert await two.claim_lease("sweep") is None
        clock.now += LEASE_S / 2
        assert await two.claim_lease("sweep") == 2
        assert await one.renew_leases() == {}
        await one.release_lease("sweep", 1)
        assert await one.claim_lease("sweep") is None
        await two.release_lease("sweep", 2)
        assert await one.claim_lease("sweep") == 3


async def test_a_neighbour_takes_a_clip_over_when_its_lease_ran_out(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    async with a_store(path, "one", clock) as one, a_store(path, "two", clock) as two:
        await one.add_clip(a_clip("a"))
        kept = StoredCheckpoint(2, "x.safetensors")
        await one.set_checkpoint("a", 1, kept)
        assert await orphan_ids(two) == []
        assert await two.take_over("a") is None
        clock.now += LEASE_S
        assert await orphan_ids(two) == ["a"]
        taken = await two.take_over("a")
        assert taken is not None
        assert (taken.clip.id, taken.number, taken.checkpoint) == ("a", 2, kept)
        assert await orphan_ids(one) == []


async def test_the_words_of_who_wakes_up_late_are_refused(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    live, done = a_clip("a", status="live"), a_clip("a", status="done")
    async with a_store(path, "one", clock) as one, a_store(path, "two", clock) as two:
        await one.add_clip(a_clip("a"))
        clock.now += LEASE_S
        await two.take_over("a")
        events = await two.list_events("clip:a", after=0, limit=9)
        for late in (ClipStarted(live), ClipFailed(live), ClipFinished(done)):
            with pytest.raises(LeaseLost):
                await one.change_clip(late.clip, late)
        with pytest.raises(LeaseLost):
            await one.set_checkpoint("a", 1, StoredCheckpoint(1, "y"))
        assert await two.list_events("clip:a", after=0, limit=9) == events
        await two.change_clip(done, ClipFinished(done), 2)
        assert (await one.get_clip("a")).status == "done"


async def test_with_the_clip_its_lease_ends(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    failed = a_clip("a", status="failed")
    async with a_store(path, "one", clock) as one, a_store(path, "two", clock) as two:
        await one.add_clip(a_clip("a"))
        await one.change_clip(failed, ClipFailed(failed))
        assert await one.renew_leases() == {}
        assert await one.list_unfinished() == []
        clock.now += LEASE_S
        assert await two.take_over("a", alone=True) is None
        with pytest.raises(LeaseLost):
            await one.change_clip(failed, ClipFailed(failed))


async def test_who_is_alone_takes_everything_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    async with a_store(path, "before") as before:
        await before.add_clip(a_clip("a"))
        await before.add_clip(a_clip("b", created_at=NOON + 1))
    async with a_store(path, "after") as after:
        assert await after.list_unfinished() == ["a", "b"]
        taken = await after.take_over("b", alone=True)
        assert taken is not None
        assert taken.number == 2


async def test_a_clip_of_an_older_release_has_time_to_end(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    async with a_store(path, "one", clock) as one:
        await one.add_clip(a_clip("a"))
        await one.release_lease("clip:a", 1)
        assert await orphan_ids(one) == ["a"]
    forget_leases(path)
    async with a_store(path, "two", clock) as two:
        clock.now += UNKNOWN_S - 1
        assert await orphan_ids(two) == []
        clock.now += 1
        assert await orphan_ids(two) == ["a"]


def forget_leases(path: Path) -> None:
    """As a release left it that knew none."""
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM leases")
