import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from phosphene.errors import Busy
from phosphene.store import writer as writer_module
from phosphene.store.connection import SqlConnection
from phosphene.store.schema import SqliteConnection
from phosphene.store.sqlite_committer import SqliteCommitter
from phosphene.store.writer import Writer

pytestmark = pytest.mark.asyncio


def connect(path: Path) -> SqliteConnection:
    connection = sqlite3.connect(
        path, timeout=0, isolation_level=None, check_same_thread=False, factory=SqliteConnection
    )
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


@asynccontextmanager
async def a_writer(path: Path, *pragmas: str, lock_s: float = 9.0) -> AsyncIterator[Writer]:
    connection = connect(path)
    connection.execute("CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY, data BLOB)")
    for pragma in pragmas:
        connection.execute(pragma)
    writer = Writer(SqliteCommitter(connection, patience_s=0.0, lock_s=lock_s))
    try:
        yield writer
    finally:
        await writer.close()


def keep(writer: Writer, number: int, size: int = 0) -> "asyncio.Future[int]":
    def work(connection: SqlConnection) -> int:
        connection.execute("INSERT INTO kept VALUES (?, zeroblob(?))", (number, size))
        return number

    return asyncio.ensure_future(writer.run_in_transaction(work))


def kept(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]
    finally:
        connection.close()


async def test_each_caller_gets_its_own_result_or_its_own_error(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "x.db") as writer:
        answers = await asyncio.gather(
            *(keep(writer, number % 10) for number in range(20)), return_exceptions=True
        )
    assert answers[:10] == list(range(10))
    assert all(isinstance(answer, sqlite3.IntegrityError) for answer in answers[10:])
    assert kept(tmp_path / "x.db") == list(range(10))


async def test_work_that_fails_late_is_undone_whole(tmp_path: Path) -> None:
    def work(connection: SqlConnection) -> None:
        connection.execute("INSERT INTO kept VALUES (1, NULL)")
        raise LookupError("changed my mind")

    async with a_writer(tmp_path / "x.db") as writer:
        failing, good = asyncio.ensure_future(writer.run_in_transaction(work)), keep(writer, 2)
        with pytest.raises(LookupError, match="changed my mind"):
            await failing
        assert await good == 2
    assert kept(tmp_path / "x.db") == [2]


async def test_a_full_disk_is_said_and_what_was_acknowledged_is_there(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "x.db", "PRAGMA max_page_count = 40") as writer:
        acknowledged, refused = set[int](), 0
        for first in range(0, 200, 20):
            answers = await asyncio.gather(
                *(keep(writer, first + offset, 1500) for offset in range(20)),
                return_exceptions=True,
            )
            acknowledged |= {answer for answer in answers if isinstance(answer, int)}
            refused += sum(isinstance(answer, Busy) and "full" in str(answer) for answer in answers)
        assert len(acknowledged) + refused == 200
        assert acknowledged
        assert refused
        assert kept(tmp_path / "x.db") == sorted(acknowledged)
        # Room again: everything goes on.
        await asyncio.ensure_future(
            writer.run_in_transaction(lambda cx: cx.execute("DELETE FROM kept").rowcount)
        )
        assert await keep(writer, 7) == 7


async def test_a_locked_database_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async with a_writer(tmp_path / "x.db") as writer:
        other = connect(tmp_path / "x.db")
        other.execute("BEGIN IMMEDIATE")
        for number in range(3):
            with pytest.raises(Busy, match="locked"):
                await keep(writer, number)
        other.execute("ROLLBACK")
        other.close()
        assert await keep(writer, 9) == 9
    assert kept(tmp_path / "x.db") == [9]


async def test_the_lock_is_given_away_between_long_pieces(tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    def look(_: SqlConnection) -> list[int]:
        return kept(path)

    def wait(event: threading.Event, _: SqlConnection) -> bool:
        return event.wait()

    for lock_s, seen in ((9.0, []), (0.0, [1])):
        async with a_writer(path, "DELETE FROM kept", lock_s=lock_s) as writer:
            # The first piece holds the writer until all of them wait.
            begun = threading.Event()
            first = asyncio.ensure_future(writer.run_in_transaction(partial(wait, begun)))
            second, third = keep(writer, 1), asyncio.ensure_future(writer.run_in_transaction(look))
            begun.set()
            await first
            assert await second == 1
            assert await third == seen


async def test_a_log_that_could_not_be_emptied_is_after_a_later_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "EMPTY_RETRY_S", 0.0)
    log = tmp_path / "x.db-wal"
    async with a_writer(tmp_path / "x.db") as writer:
        reader = connect(tmp_path / "x.db")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        await keep(writer, 1, 5000)
        assert not await writer.empty_log()
        assert log.stat().st_size > 0
        reader.close()
        # The second waits for the end of the first one's turn.
        for _ in range(2):
            await writer.run_in_transaction(lambda _: None)
        sizes = [log.stat().st_size]
        await keep(writer, 2, 5000)
        await writer.run_in_transaction(lambda _: None)
        sizes.append(log.stat().st_size)
        # Once it is empty it is left alone.
        assert sizes[0] == 0 < sizes[1]


async def test_an_emptied_log_holds_nothing_and_a_reader_hinders_it(tmp_path: Path) -> None:
    path, log = tmp_path / "x.db", tmp_path / "x.db-wal"
    async with a_writer(path) as writer:
        await keep(writer, 1, 5000)
        assert log.stat().st_size > 0
        reader = connect(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        await keep(writer, 2, 5000)
        assert not await writer.empty_log()
        reader.close()
        assert await writer.empty_log()
        assert log.stat().st_size == 0
        assert await keep(writer, 3) == 3
    assert not await writer.empty_log()
    assert kept(path) == [1, 2, 3]
