"""Opening the database file: connections and numbered migrations."""

import secrets
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from server.errors import Busy

BUSY_TIMEOUT_S = 5.0
EPOCH_BYTES = 8
DISK_RETRY_S = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """A connection that may write; every commit is on disk before it returns."""
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )


def migrate(connection: sqlite3.Connection) -> str:
    """Bring the schema up to date and return the epoch of the database.

    Several processes may open a new file at once: the first one does the work.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for number, script in _migrations():
            if number > version:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number:d}")
        connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('epoch', ?)", (secrets.token_hex(EPOCH_BYTES),)
        )
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    (epoch,) = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    return str(epoch)


def is_unusable(error: BaseException) -> bool:
    """Whether an error says that the database cannot be used now (locked, full, damaged, or no
    database), and nothing of what was asked of it."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def as_busy(error: BaseException) -> Busy:
    """What a caller is told when the database cannot be used now: locked, full, unreadable."""
    return Busy(f"the database cannot be used now: {error}", DISK_RETRY_S)


def _migrations() -> list[tuple[int, str]]:
    files = [file for file in resources.files(__package__).iterdir() if file.name.endswith(".sql")]
    return sorted((int(file.name.partition("_")[0]), file.read_text()) for file in files)


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: executescript would commit between them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
