from pathlib import Path

import pytest
from msgspec.structs import replace

from phosphene.disk_usage import Usage
from phosphene.errors import BadInput, Busy, NotFound, QuotaReached, RemixTooEarly
from phosphene.events import ClipFailed, ClipFinished
from phosphene.studio.admission import check_admission, find_parent
from tests.store.making import ANNA, BEN, NOON, a_clip, a_store

pytestmark = pytest.mark.asyncio


async def test_a_person_keeps_so_many_clips_and_no_more(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        for name in "ab":
            await store.add_clip(a_clip(name))
        await check_admission(store, Usage(0), 3, ANNA)
        with pytest.raises(QuotaReached, match="2 clips"):
            await check_admission(store, Usage(0), 2, ANNA)
        await check_admission(store, Usage(0), 2, BEN)
        failed = a_clip("a", status="failed")
        await store.change_clip(failed, ClipFailed(failed))
        await check_admission(store, Usage(0), 2, ANNA)


async def test_a_full_folder_takes_no_new_clips(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        usage = Usage(0.000001)
        usage.measure_folder(tmp_path, NOON)
        with pytest.raises(Busy, match="no room"):
            await check_admission(store, usage, 9, ANNA)


async def test_a_parent_is_seen_finished_and_has_latents(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db") as store:
        assert await find_parent(store, None, ANNA) is None
        await store.add_clip(replace(a_clip("a"), visibility="private"))
        with pytest.raises(NotFound):
            await find_parent(store, "a", BEN)
        with pytest.raises(RemixTooEarly):
            await find_parent(store, "a", ANNA)
        done = a_clip("a", status="done")
        await store.change_clip(done, ClipFinished(done))
        with pytest.raises(BadInput, match="nothing of it was kept"):
            await find_parent(store, "a", ANNA)
