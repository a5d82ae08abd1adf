"""A history that is cleared is empty, and no view counts twice."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import BEN, EVE, NOON, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio


async def history(store: SqliteStore) -> list[str]:
    page = await store.library.list_kept(BEN.id, "history", limit=9, cursor=None)
    return [clip.id for clip in page.clips]


async def test_one_clip_or_all_leave_the_history_and_the_counts_stay(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for name in "abc":
            await store.add_clip(a_clip(name))
            await store.add_view(name, BEN.id)
            await store.add_view(name, EVE.id)
            clock.now += 1
        await store.library.clear_history(BEN.id, "b")
        assert await history(store) == ["c", "a"]
        await store.library.clear_history(BEN.id, None)
        assert await history(store) == []
        assert (
            len((await store.library.list_kept(EVE.id, "history", limit=9, cursor=None)).clips) == 3
        )
        # Seen once more it is in the history again, and is the same view.
        for _ in range(2):
            await store.add_view("a", BEN.id)
        assert await history(store) == ["a"]
        assert (await store.get_clip("a")).counts.views == 2
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        rows = cx.execute("SELECT digest, clip, at FROM cleared_views ORDER BY clip").fetchall()
    assert [row[1:] for row in rows] == [("b", NOON + 1), ("c", NOON + 2)]
    assert BEN.id not in repr(rows)


async def test_what_is_known_of_a_cleared_view_goes_as_views_do(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        await store.add_clip(a_clip("a"))
        await store.add_view("a", BEN.id)
        await store.library.clear_history(BEN.id, None)
        clock.now += 100
        while (await store.tidy_some(Ages(views_s=90))).more:
            pass
    with closing(sqlite3.connect(tmp_path / "x.db")) as cx:
        assert cx.execute("SELECT count(*) FROM cleared_views").fetchone() == (0,)
