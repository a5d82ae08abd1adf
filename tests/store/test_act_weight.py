from pathlib import Path

import pytest

from phosphene.model import Counts
from phosphene.store.store import Store
from tests.store.making import BEN, EVE, a_clip, a_store

pytestmark = pytest.mark.asyncio
OLD = {BEN.id: 1000.0, EVE.id: 1000.0}


async def weighed(store: Store, clip_id: str = "a") -> Counts:
    """What counts of a clip in the ranking."""
    return next(one.counts for one in await store.list_candidates(limit=10) if one.id == clip_id)


async def test_who_was_sent_too_little_counts_and_does_not_weigh(store: Store) -> None:
    await store.add_clip(a_clip("a", status="live"))
    await store.add_clip(a_clip("b", parent="a", author=EVE))
    await store.set_like("a", EVE, True)
    await store.add_view("a", EVE.id)
    assert (await store.get_clip("a")).counts == Counts(likes=1, remixes=1, views=1)
    assert await weighed(store) == Counts()
    assert not await store.has_standing(EVE.id)
    assert await store.add_watched({EVE.id: 29.0}, OLD) == frozenset()
    assert await weighed(store) == Counts()
    assert await store.add_watched({EVE.id: 1.0}, OLD) == {EVE.id}
    assert await store.has_standing(EVE.id)
    assert await weighed(store) == Counts(likes=1, remixes=1, views=1)
    assert await store.add_watched({EVE.id: 40.0}, OLD) == {EVE.id}
    assert await weighed(store) == Counts(likes=1, remixes=1, views=1)


async def test_a_like_that_weighs_is_taken_back_whole(store: Store) -> None:
    await store.add_clip(a_clip("a", status="live"))
    await store.add_watched({BEN.id: 30.0}, OLD)
    for on, likes in ((True, 1), (True, 1), (False, 0), (False, 0), (True, 1)):
        await store.set_like("a", BEN, on)
        assert (await weighed(store)).likes == likes
    await store.set_like("a", EVE, True)
    await store.set_like("a", EVE, False)
    assert (await weighed(store)).likes == 1


async def test_nobody_was_sent_more_than_there_was_time_for(store: Store) -> None:
    assert await store.add_watched({BEN.id: 500.0}, {BEN.id: 12.0}) == frozenset()
    assert await store.add_watched({BEN.id: 500.0}, {BEN.id: 29.0}) == frozenset()
    assert await store.add_watched({BEN.id: 0.5}, {BEN.id: 29.5}) == frozenset()
    assert await store.add_watched({BEN.id: 500.0}, {BEN.id: 31.0}) == {BEN.id}


async def test_a_removed_clip_weighs_nothing(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        await store.add_watched({EVE.id: 30.0}, OLD)
        await store.add_clip(a_clip("a", status="live"))
        await store.add_clip(a_clip("b", parent="a", author=EVE, status="failed"))
        assert (await weighed(store)).remixes == 1
        await store.remove_clip("b")
        assert (await weighed(store)).remixes == 0
