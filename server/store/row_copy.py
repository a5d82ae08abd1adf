"""All rows of one database into another, SQLite or PostgreSQL, begun again as often as one likes.

Table by table in the order of their keys, some rows at a time, each part is compared with what the
target has: what is other there goes, what is missing comes, what is the same stays. So a copy that
was cut off goes on where it was, and another one takes what was written meanwhile. The source is
read as it is at one moment; whoever writes to it goes on.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from phosphene.errors import BadInput
from phosphene.store.schema import (
    COPIED,
    UNFINISHED,
    connect,
    connect_reader,
    migrate,
    migrations,
    newest_schema,
    statements_of,
)

PART: Final = 1000
"""Rows that are compared, and written, at a time."""
_SHADOWS: Final = "search_index"

Tell = Callable[[str, int, int], None]
"""Is told of a table how many of how many of its rows were looked at."""
Row = tuple[Any, ...]


class CopiedTable(Struct, frozen=True):
    """``keys`` are those of its columns by which its rows are told apart; of a small one that has
    none all rows are taken out and written together."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    def key_of(self, row: Row) -> Row:
        return tuple(row[self.columns.index(key)] for key in self.keys)


class CopiedRows(Struct, frozen=True):
    """``rows`` that source and target have; ``written`` and ``taken_out`` of them this time."""

    tables: int
    rows: int
    written: int
    taken_out: int


class RowDatabase(Protocol):
    """One end of a copy; the two are ``SqliteRows`` here and ``PostgresRows``."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any: ...

    def read_schema(self) -> int:
        """The number of its last migration."""
        ...

    def begin_snapshot(self) -> None:
        """All that is read from now on is of one moment."""
        ...

    def begin_transaction(self) -> None: ...

    def insert_rows(self, table: CopiedTable, rows: Sequence[Row]) -> None:
        """Add many rows at once."""
        ...

    def commit_transaction(self) -> None: ...

    def finish_copy(self, tables: Sequence[CopiedTable]) -> None:
        """What else depends on the rows is made of them."""
        ...


class SqliteRows:
    """Implements ``RowDatabase`` on a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        return self._connection.execute(sql, values)

    def read_schema(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def begin_snapshot(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT 1 FROM sqlite_master").fetchone()

    def begin_transaction(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def commit_transaction(self) -> None:
        self._connection.execute("COMMIT")

    def insert_rows(self, table: CopiedTable, rows: Sequence[Row]) -> None:
        columns, places = ", ".join(table.columns), ", ".join("?" for _ in table.columns)
        insert = f"INSERT INTO {table.name} ({columns}) VALUES ({places})"
        self._connection.executemany(insert, rows)

    def finish_copy(self, tables: Sequence[CopiedTable]) -> None:
        self._connection.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")


@contextmanager
def open_sqlite_source(path: Path) -> Iterator[RowDatabase]:
    """Raises BadInput: there is no database, or it cannot be read."""
    if not path.is_file():
        raise BadInput(f"there is no database {path}")
    with _sqlite_errors(path), closing(connect_reader(path)) as connection:
        yield SqliteRows(connection)


@contextmanager
def open_sqlite_target(path: Path) -> Iterator[RowDatabase]:
    """A file that is made where there is none. Raises BadInput: it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _sqlite_errors(path), closing(connect(path)) as connection:
        migrate(connection, copying=True)
        yield SqliteRows(connection)


@contextmanager
def _sqlite_errors(path: Path) -> Iterator[None]:
    """What SQLite raises as BadInput."""
    try:
        yield
    except sqlite3.Error as error:
        raise BadInput(f"{path} cannot be used now: {error}") from None


def copied_tables() -> list[CopiedTable]:
    """All of the schema of this release, but for what is made of other rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        for migration in migrations():
            for statement in statements_of(migration.script):
                empty.execute(statement)
        names = [
            name
            for (name,) in empty.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith((_SHADOWS, "sqlite_"))
        ]
        return [_table(empty, name) for name in sorted(names)]


def _table(empty: sqlite3.Connection, name: str) -> CopiedTable:
    told = empty.execute(f"PRAGMA table_info({name})").fetchall()
    columns = tuple(column for _, column, *_ in told)
    keys = tuple(one[1] for one in sorted(told, key=lambda one: one[5]) if one[5])
    return CopiedTable(name, columns, keys)


def copy_rows(source: RowDatabase, target: RowDatabase, tell: Tell) -> CopiedRows:
    """Make the target the same as the source is now, and compare both as a whole.

    Raises:
        BadInput: they are of different releases, the target has rows of somebody else or is in use,
            or they are not the same afterwards.
    """
    every = copied_tables()
    source.begin_snapshot()
    _need_this_release(source, target)
    epoch = _claim(source, target)
    taken_out = written = rows = 0
    for table in every:
        taken_out += _take_out(source, target, table)
    for table in every:
        written += _write(source, target, table, tell)
    target.begin_transaction()
    target.finish_copy(every)
    target.commit_transaction()
    for table in every:
        count, digest = _digest(source, table)
        if (count, digest) != _digest(target, table):
            raise BadInput(f"{table.name} is not the same in both: is the target in use?")
        rows += count
    _mark(target, epoch)
    return CopiedRows(len(every), rows, written, taken_out)


def _need_this_release(source: RowDatabase, target: RowDatabase) -> None:
    """Whether both have the tables of this release, and no others: those it would leave out, and
    say that all is there. Raises BadInput."""
    known = newest_schema()
    for which, database in (("source", source), ("target", target)):
        if (found := database.read_schema()) != known:
            raise BadInput(
                f"the {which} has schema {found}, and this release {known}: copy by the release"
                " that both are of"
            )


def _claim(source: RowDatabase, target: RowDatabase) -> str:
    """Say in the target that it is a copy, of which nothing is sure yet; the source's epoch. Raises
    BadInput: it is none."""
    (epoch,) = source.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    marked = target.execute("SELECT value FROM meta WHERE key = ?", (COPIED,)).fetchone()
    if marked is None:
        used = target.execute("SELECT 1 FROM events LIMIT 1").fetchone()
        used = used or target.execute("SELECT 1 FROM people LIMIT 1").fetchone()
        if used:
            raise BadInput("the target is neither empty nor a copy that nobody has used yet")
    elif marked[0].removesuffix(UNFINISHED) != epoch:
        raise BadInput("the target is a copy of another database")
    _mark(target, epoch + UNFINISHED)
    return str(epoch)


def _mark(target: RowDatabase, what: str) -> None:
    target.begin_transaction()
    target.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key)"
        " DO UPDATE SET value = excluded.value",
        (COPIED, what),
    )
    target.commit_transaction()


def _take_out(source: RowDatabase, target: RowDatabase, table: CopiedTable) -> int:
    """Delete what the target has and the source has not so; all of it before anything is written,
    because a name that somebody gave up may be somebody else's now."""
    if not table.keys:
        return _take_all_out(source, target, table)
    count = 0
    for theirs, ours in _parts(source, target, table):
        same = set(map(_packed, theirs))
        gone = [row for row in ours if _packed(row) not in same]
        if gone:
            target.begin_transaction()
            fits = " AND ".join(f"{key} = ?" for key in table.keys)
            for row in gone:
                target.execute(f"DELETE FROM {table.name} WHERE {fits}", table.key_of(row))
            target.commit_transaction()
        count += len(gone)
    return count


def _take_all_out(source: RowDatabase, target: RowDatabase, table: CopiedTable) -> int:
    theirs, ours = (_rows(one, table, None, None, None) for one in (source, target))
    if theirs == ours:
        return 0
    target.begin_transaction()
    target.execute(f"DELETE FROM {table.name}")
    target.commit_transaction()
    return len(ours)


def _write(source: RowDatabase, target: RowDatabase, table: CopiedTable, tell: Tell) -> int:
    (total,) = source.execute(f"SELECT count(*) FROM {table.name}").fetchone()
    count = seen = 0
    for theirs, ours in _parts(source, target, table):
        missing = _missing(theirs, ours, table)
        if missing:
            target.begin_transaction()
            target.insert_rows(table, missing)
            target.commit_transaction()
        count, seen = count + len(missing), seen + len(theirs)
        tell(table.name, seen, total)
    return count


def _missing(theirs: Sequence[Row], ours: Sequence[Row], table: CopiedTable) -> Sequence[Row]:
    if not table.keys:
        return () if ours else theirs
    there = {table.key_of(row) for row in ours}
    return [row for row in theirs if table.key_of(row) not in there]


def _parts(
    source: RowDatabase, target: RowDatabase, table: CopiedTable
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of the source and those of the target between the same keys, from the first to the last
    of either."""
    for theirs, after, upto in _pages(source, table):
        yield theirs, _rows(target, table, after, upto, None)


def _pages(
    database: RowDatabase, table: CopiedTable
) -> Iterator[tuple[list[Row], Row | None, Row | None]]:
    """Rows by the part, and the keys between which they are; the last part has no end."""
    after: Row | None = None
    while True:
        found = _rows(database, table, after, None, PART if table.keys else None)
        last = table.key_of(found[-1]) if table.keys and len(found) == PART else None
        yield found, after, last
        if last is None:
            return
        after = last


def _rows(
    database: RowDatabase,
    table: CopiedTable,
    after: Row | None,
    upto: Row | None,
    limit: int | None,
) -> list[Row]:
    keys = ", ".join(table.keys or table.columns)
    places = ", ".join("?" for _ in table.keys)
    bounds, values = [], list[Any]()
    if table.name == "meta":  # what a copy says of itself is not copied
        bounds.append(f"key != '{COPIED}'")
    for sign, bound in ((">", after), ("<=", upto)):
        if bound is not None:
            bounds.append(f"({keys}) {sign} ({places})")
            values += bound
    where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
    most = f" LIMIT {limit:d}" if limit else ""
    sql = f"SELECT {', '.join(table.columns)} FROM {table.name}{where} ORDER BY {keys}{most}"
    return [tuple(row) for row in database.execute(sql, values)]


def _packed(row: Row) -> bytes:
    return msgspec.msgpack.encode(row)


def _digest(database: RowDatabase, table: CopiedTable) -> tuple[int, str]:
    """How many rows there are, and a hash of all of them."""
    count, digest = 0, hashlib.blake2b(digest_size=16)
    for rows, _, _ in _pages(database, table):
        for row in rows:
            digest.update(_packed(row))
        count += len(rows)
    return count, digest.hexdigest()
