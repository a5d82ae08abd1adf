import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest

from phosphene.errors import Busy, NotFound
from phosphene.store import event_log, reads
from phosphene.store.connection import SqlConnection
from phosphene.store.readers import AT_ONCE, THREADS, Readers
from phosphene.store.sqlite_reader import SqliteReader, look
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


@pytest.mark.asyncio
async def test_queries_that_wait_together_are_answered_each_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with a_store(file) as store:
        await store.add_clip(a_clip("a"))
    readers, go = Readers(partial(SqliteReader, file)), threading.Event()

    def wait(cx: SqlConnection) -> str:
        return threading.current_thread().name if go.wait() else ""

    def break_down(cx: SqlConnection) -> str:
        raise ValueError("of this one only")

    def read(cx: SqlConnection) -> str:
        return threading.current_thread().name + reads.clip(cx, "a").id

    asked = [wait] * THREADS + [read, break_down] * AT_ONCE
    waiting = [asyncio.ensure_future(readers.run_query(query)) for query in asked]
    await asyncio.sleep(0)
    waiting[-2].cancel()
    go.set()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    # Both threads were busy: those that waited were read by whichever was free, many at a time.
    assert all(str(one).endswith("a") for one in done[THREADS:-2:2])
    assert {type(one) for one in done[THREADS + 1 :: 2]} == {ValueError}
    assert isinstance(done[-2], asyncio.CancelledError)
    await readers.close()


@pytest.mark.asyncio
async def test_what_still_waits_when_the_store_closes_is_busy(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    async with a_store(file):
        pass
    readers, go = Readers(partial(SqliteReader, file)), threading.Event()
    reading = [asyncio.ensure_future(readers.run_query(lambda _: go.wait())) for _ in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(readers.close())
    with pytest.raises(Busy):
        await reading[THREADS]
    go.set()
    await closing
    assert await asyncio.gather(*reading[:THREADS]) == [True] * THREADS
