"""The tests of the store, and every query of it, on PostgreSQL:

    python -m tests.soak.postgres

A test that looks into the file of SQLite itself is passed over, with a line.
"""

import os
import sqlite3
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from phosphene.store.connection import SqlConnection
from phosphene.store.schema import migrate
from tests.postgres import ADDRESS, PostgresServer, make_database, postgres_server, why_not
from tests.store.test_plans import Explained, every_call, fill

ROWS: Final = 1000
FOLDERS: Final = ("tests/store", "tests/social/test_topics.py", "tests/social/test_actions.py")
OF_FILES: Final = (
    "store/test_filesystem.py",
    "store/test_plans.py",
    "store/test_processes.py",
    "store/test_readers.py",
    "store/test_schema.py",
    "store/test_writer.py",
    "an_earlier_release",
    "an_older_release",
    "no_word_of_a_removed_clip_stays",
    "a_large_index_is_written_anew",
    "its_words_are_nowhere_in_the_file",
    "words_that_an_open_reader_kept",
    "other_words_stand_everywhere",
    "a_removed_comment_leaves_no_words",
    "nothing_is_left_of_who_leaves",
)
"""Tests of what only a file has: its pages, its log, its locks, dumps of earlier releases."""


class FilesLeftOut:
    """What looks into a file finds no tables there."""

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[Any]) -> None:
        left_out = [item for item in items if any(name in item.nodeid for name in OF_FILES)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        try:
            return (yield)
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            pytest.skip("looks into the file itself")


def check_every_query(server: PostgresServer) -> int:
    """Ask both databases everything that ``test_plans`` asks, with the same rows; how much it
    was. Raises what PostgreSQL says of it."""
    connection = import_module("phosphene.store.postgres_connection")
    url = make_database(server.url, Path("every query"))
    lite = sqlite3.connect(":memory:", factory=Explained, isolation_level=None)
    lite.plans = {}
    with closing(lite), connection.connect_postgres(url) as raw:
        migrate(lite)
        fill(lite, ROWS)
        cx: SqlConnection = connection.PostgresConnection(raw)
        raw.execute("BEGIN")
        copy_rows(lite, cx)
        count = len(list(every_call(cx)))
        raw.execute("ROLLBACK")
    return count


def copy_rows(lite: sqlite3.Connection, cx: SqlConnection) -> None:
    tables = lite.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_index%'"
    ).fetchall()
    for (table,) in tables:
        columns = [row[1] for row in lite.execute(f"PRAGMA table_info({table})")]
        rows: Iterable[Any] = lite.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        values = ", ".join("?" * len(columns))
        cx.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT DO NOTHING",
            rows,
        )
    cx.execute(
        "SELECT setval(pg_get_serial_sequence('events', 'id'), (SELECT max(id) FROM events))"
    )


def main() -> int:
    if why_not():
        print(f"left out: {why_not()}")
        return 0
    with postgres_server() as server:
        print(f"every query: {check_every_query(server)} on both")
        os.environ[ADDRESS] = server.url
        # Tests were imported above, before pytest could look at them.
        quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        return int(pytest.main(["-q", "-rs", *quiet, *FOLDERS], plugins=[FilesLeftOut()]))


if __name__ == "__main__":
    sys.exit(main())
