"""A copy of a database that may be in use."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import Struct

PRIVATE: Final = 0o600
PAGES: Final = 1024
"""After so many it is told how far the copy is."""
RESTORING: Final = "restoring.json"
"""In a data folder that is not restored to its end."""


class CopiedDatabase(Struct, frozen=True):
    """``schema``: its number; ``fault``: what is wrong with the copy, empty for nothing."""

    schema: int
    fault: str


def copy_database(source: Path, to: Path, tell_pages: Callable[[int, int], None]) -> CopiedDatabase:
    """Copy a database as it is at one moment, into one file. ``tell_pages`` is told how many of
    how many pages are copied. Raises OSError: the file cannot be made."""
    to.unlink(missing_ok=True)
    os.close(os.open(to, os.O_CREAT | os.O_WRONLY, PRIVATE))
    try:
        return _copy(source, to, tell_pages)
    except sqlite3.Error as error:
        return CopiedDatabase(0, str(error))


def _copy(source: Path, to: Path, tell_pages: Callable[[int, int], None]) -> CopiedDatabase:
    name = f"{source.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(name, uri=True, isolation_level=None)) as from_,
        closing(sqlite3.connect(to)) as copy,
    ):
        # Without a snapshot SQLite begins anew after each commit of somebody else: beside a server
        # that writes a copy came to no end.
        from_.execute("BEGIN")
        from_.execute("SELECT 1 FROM sqlite_master").fetchone()
        from_.backup(
            copy, pages=PAGES, progress=lambda _, left, total: tell_pages(total - left, total)
        )
        # One file: a write-ahead log beside it would have to be copied with it.
        copy.execute("PRAGMA journal_mode = DELETE")
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        (schema,) = copy.execute("PRAGMA user_version").fetchone()
    return CopiedDatabase(int(schema), "" if found == "ok" else str(found))


def forget_epoch(database: Path) -> None:
    """Let a database that was brought back have an epoch of its own when it is opened: its numbers
    begin again and mean other events, and clients that come with the old one are to be told all."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM meta WHERE key = 'epoch'")
        connection.commit()
