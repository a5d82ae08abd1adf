"""All rows of one database into another."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.store import row_copy
from phosphene.store.opening import open_postgres_rows
from phosphene.store.row_copy import (
    RowDatabase,
    copied_tables,
    copy_rows,
    open_sqlite_source,
    open_sqlite_target,
)
from phosphene.store.schema import COPIED, connect, connect_reader, migrate, newest_schema
from tests.postgres import make_database, postgres_server, why_not

pytestmark = pytest.mark.slow

Open = Callable[[bool], AbstractContextManager[RowDatabase]]


def nobody_hears(table: str, done: int, total: int) -> None:
    """Progress is looked at by hand."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A database with some of everything: one row in every table, and more events than a part."""
    file = tmp_path / "source.db"
    connection = connect(file)
    migrate(connection)
    for table in copied_tables():
        types = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        values = {"INTEGER": 7, "REAL": 1790000000.125, "BLOB": b"\x00\xff", "TEXT": "naïve 漢字"}
        row = [values[types[column]] for column in table.columns]
        connection.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' for _ in row)})", row)
    row = connection.execute("SELECT * FROM events").fetchone()
    connection.executemany(
        f"INSERT INTO events VALUES ({', '.join('?' for _ in row)})",
        [(100 + number, f"clip:{number}", number, *row[3:]) for number in range(row_copy.PART + 5)],
    )
    connection.close()
    return file


def sqlite_at(path: Path) -> Open:
    return lambda target: open_sqlite_target(path) if target else open_sqlite_source(path)


def contents(opened: RowDatabase) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted(map(tuple, opened.execute(_all_of(table))), key=repr)
        for table in copied_tables()
    }


def _all_of(table: row_copy.CopiedTable) -> str:
    where = f" WHERE key != '{COPIED}'" if table.name == "meta" else ""
    return f"SELECT {', '.join(table.columns)} FROM {table.name}{where}"


def same(source: Path, target: Open) -> bool:
    with open_sqlite_source(source) as one, target(False) as other:
        return contents(one) == contents(other)


def check_copying(source: Path, target: Open) -> None:
    with open_sqlite_source(source) as one, target(True) as other:
        made = copy_rows(one, other, nobody_hears)
    assert made.written > row_copy.PART
    assert same(source, target)
    # Again: only what is new, changed or gone.
    connection = connect(source)
    connection.execute("DELETE FROM events WHERE id = 100")
    connection.execute("UPDATE people SET handle = 'another'")
    connection.execute("INSERT INTO meta VALUES ('new', 'value')")
    connection.close()
    with open_sqlite_source(source) as one, target(True) as other:
        again = copy_rows(one, other, nobody_hears)
    assert (again.taken_out, again.written, again.rows) == (2, 2, made.rows)
    assert same(source, target)


def test_a_copy_has_the_same_rows_and_the_next_one_what_is_new(
    source: Path, tmp_path: Path
) -> None:
    check_copying(source, sqlite_at(tmp_path / "target.db"))


def test_one_that_was_cut_off_goes_on(source: Path, tmp_path: Path) -> None:
    target = sqlite_at(tmp_path / "target.db")

    def stop(table: str, done: int, total: int) -> None:
        if table == "events":
            raise KeyboardInterrupt

    with open_sqlite_source(source) as one, target(True) as other, pytest.raises(KeyboardInterrupt):
        copy_rows(one, other, stop)
    unfinished = connect(tmp_path / "target.db")
    with pytest.raises(BadInput, match="not whole"):
        migrate(unfinished)
    unfinished.close()
    with open_sqlite_source(source) as one, target(True) as other:
        copy_rows(one, other, nobody_hears)
    assert same(source, target)


def test_a_copy_that_somebody_uses_is_nobodys_copy_any_more(source: Path, tmp_path: Path) -> None:
    target = sqlite_at(tmp_path / "target.db")
    with open_sqlite_source(source) as one, target(True) as other:
        copy_rows(one, other, nobody_hears)
    used = connect(tmp_path / "target.db")
    migrate(used)
    used.close()
    with (
        open_sqlite_source(source) as one,
        target(True) as other,
        pytest.raises(BadInput, match="neither empty"),
    ):
        copy_rows(one, other, nobody_hears)


def test_words_are_found_in_a_copy(source: Path, tmp_path: Path) -> None:
    connection = connect(source)
    connection.execute("UPDATE search_documents SET words = 'zorble flux'")
    connection.close()
    target = tmp_path / "target.db"
    with open_sqlite_source(source) as one, open_sqlite_target(target) as other:
        copy_rows(one, other, nobody_hears)
    found = connect_reader(target).execute(
        "SELECT count(*) FROM search_index WHERE search_index MATCH 'zorble'"
    )
    assert found.fetchone() == (1,)


@pytest.mark.parametrize(
    ("marked", "why"), [(None, "neither empty"), ("somebody else", "another database")]
)
def test_a_target_of_somebody_else_is_refused(
    source: Path, tmp_path: Path, marked: str | None, why: str
) -> None:
    target = tmp_path / "target.db"
    connection = connect(target)
    migrate(connection)
    row = connect_reader(source).execute("SELECT * FROM people").fetchone()
    connection.execute(f"INSERT INTO people VALUES ({', '.join('?' for _ in row)})", row)
    if marked:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (COPIED, marked))
    connection.close()
    with (
        open_sqlite_source(source) as one,
        open_sqlite_target(target) as other,
        pytest.raises(BadInput, match=why),
    ):
        copy_rows(one, other, nobody_hears)
    assert connect_reader(target).execute("SELECT count(*) FROM people").fetchone() == (1,)


@pytest.mark.parametrize("newer", [-1, 1])
def test_a_source_of_another_release_is_refused(source: Path, tmp_path: Path, newer: int) -> None:
    connection = connect(source)
    # A newer one may have tables that would be left out of what is called the same in both.
    connection.execute(f"PRAGMA user_version = {newest_schema() + newer}")
    connection.close()
    with (
        open_sqlite_source(source) as one,
        open_sqlite_target(tmp_path / "target.db") as other,
        pytest.raises(BadInput, match="source has schema"),
    ):
        copy_rows(one, other, nobody_hears)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database" * 100)
    for opened in (open_sqlite_source, open_sqlite_target):
        with (
            pytest.raises(BadInput, match="cannot be used"),
            opened(tmp_path / "x.db") as rows,
        ):
            rows.begin_snapshot()


def test_there_is_no_source(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInput, match=r"no database .*none\.db"),
        open_sqlite_source(tmp_path / "none.db"),
    ):
        pass


@contextmanager
def empty_postgres(tmp_path: Path) -> Iterator[Open]:
    if missing := why_not():
        pytest.skip(missing)
    with postgres_server() as server:
        url = make_database(server.url, tmp_path / "target")
        yield lambda target: open_postgres_rows(url, target=target)


@pytest.mark.breadth
@pytest.mark.breadth
@pytest.mark.process
def test_postgresql_has_the_same_rows_and_gives_them_back(source: Path, tmp_path: Path) -> None:
    with empty_postgres(tmp_path) as target:
        check_copying(source, target)
        back = tmp_path / "back.db"
        with target(False) as one, open_sqlite_target(back) as other:
            copy_rows(one, other, nobody_hears)
        assert same(back, target)
        with target(True) as other:
            added = "INSERT INTO events (topic, seq, event) VALUES ('new', 1, ?)"
            fresh = other.execute(f"{added} RETURNING id", (b"",))
            assert fresh.fetchone()[0] > 100 + row_copy.PART
