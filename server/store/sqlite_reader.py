"""Reading from SQLite beside its writer."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from phosphene.errors import Busy
from phosphene.store.connection import Outcome, SqlConnection, Work
from phosphene.store.filesystem import need_local
from phosphene.store.schema import (
    as_busy,
    check_release,
    connect_reader,
    is_unusable,
    newest_schema,
)

T = TypeVar("T")


def look(path: Path, query: Callable[[SqlConnection], T]) -> T:
    """One query to the database in ``path``, beside whoever writes. Raises Busy."""
    try:
        connection = connect_reader(path)
        try:
            return query(connection)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise as_busy(error) from error


def check_file(path: Path) -> None:
    """Whether this release may work on the database in ``path``, if there is one. Raises BadInput
    if it is for newer releases only, or would lie on a network file system."""
    need_local(path)
    if path.is_file():
        # What cannot be read, or was not made to its end, is told by who opens it to write.
        with suppress(Busy):
            look(path, lambda cx: check_release(cx, newest_schema()))


class SqliteReader:
    """Implements ``SnapshotReader``."""

    def __init__(self, path: Path) -> None:
        self._connection = connect_reader(path)

    def read_snapshot(self, query: Work) -> Outcome:
        connection = self._connection
        try:
            # A snapshot for several queries: a page and the counts on it are of one moment.
            connection.execute("BEGIN")
            return query(connection), None
        except sqlite3.DatabaseError as error:
            return None, as_busy(error) if is_unusable(error) else error
        # A boundary: whatever a query raises is raised to who asked, never in the thread.
        except Exception as error:
            return None, error
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()
