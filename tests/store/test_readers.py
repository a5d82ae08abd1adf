import sqlite3
from pathlib import Path

import pytest

from phosphene.errors import Busy, NotFound
from phosphene.store import event_log, reads
from phosphene.store.readers import look
from tests.store.making import a_clip, a_store


@pytest.mark.asyncio
async def test_a_look_beside_the_writer_sees_what_is_committed(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with a_store(file) as store:
        await store.add_clip(a_clip("a"))
        assert look(file, lambda cx: reads.clip(cx, "a")).id == "a"
        with pytest.raises(NotFound):
            look(file, lambda cx: reads.clip(cx, "b"))
    (tmp_path / "other").write_bytes(b"no database" * 99)
    with pytest.raises(Busy):
        look(tmp_path / "other", event_log.newest)


@pytest.mark.asyncio
async def test_a_damaged_page_is_said_to_be_busy_like_a_lock(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with a_store(file):
        pass
    with sqlite3.connect(file) as cx:
        (page,) = cx.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
        (size,) = cx.execute("PRAGMA page_size").fetchone()
    cx.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xff" * size)
    async with a_store(file) as store:
        with pytest.raises(Busy, match="malformed"):
            await store.last_event_id()
        with pytest.raises(Busy, match="malformed"):
            await store.add_clip(a_clip("a"))
