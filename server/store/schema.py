"""Opening the database file: connections and numbered migrations.

A database says two numbers: its schema, which is that of the last migration that ran on it, and
the oldest schema whose release may still work on it. A migration only adds, so that an instance of
the release before goes on beside the one that ran it; where that cannot be, its first line says
``-- Oldest: N``, and releases of an older schema refuse the file from then on.
"""

import logging
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from msgspec import Struct

from phosphene.errors import BadInput, Busy
from phosphene.store.connection import SqlConnection
from phosphene.store.filesystem import need_local
from phosphene.store.word_index import Fts5Index

# Only while opening and migrating, and of readers; the writer has a way of waiting of its own.
BUSY_TIMEOUT_S = 5.0
# By chance and not by time: a database that is made anew counts its events from 1 again, and places
# in the one before must not be taken for places in it.
EPOCH_BYTES = 8
DISK_RETRY_S = 5.0
# A VACUUM rewrites the whole file under a lock, while everybody waits: a larger one is left to its
# operator.
SCRUB_BYTES = 256 << 20
PRIVATE = 0o600
OTHERS = 0o077
COPIED = "copied_from"
"""In ``meta`` of a copy (``row_copy``): the epoch of what it was copied from, until it is used."""
UNFINISHED = " unfinished"
OLDEST = re.compile(r"-- Oldest: (\d+)\n")

log = logging.getLogger("phosphene.store")


class SqliteConnection(sqlite3.Connection):
    """What pieces of work are given."""

    words = Fts5Index()


def open_for_writing(path: Path) -> tuple[SqliteConnection, str]:
    """The connection that writes to a file, made and brought up to date where it has to be, and its
    epoch. Raises BadInput, sqlite3.Error."""
    need_local(path)
    connection = connect(path)
    try:
        epoch = migrate(connection)
        scrub(connection, path)
        # From here on the writer waits for the lock itself.
        connection.execute("PRAGMA busy_timeout = 0")
    except (sqlite3.Error, BadInput):
        connection.close()
        raise
    return connection, epoch


def connect(path: Path) -> SqliteConnection:
    """A connection that may write; every commit is on disk before it returns. The file, and those
    that SQLite makes beside it, can be read by their owner only."""
    _keep_private(path)
    connection = sqlite3.connect(
        # Python's own transactions would begin and commit where they think fit.
        path,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        factory=SqliteConnection,
    )
    # Readers do not wait for the writer, nor it for them. The log's index is memory that processes
    # share, which is why no network file system will do.
    _keep_log(connection)
    # Every acknowledged like survives a power cut. Alone that is dear (148 likes a second, 323 us
    # each); with many to a commit it costs nothing that could be measured (55,000 a second either
    # way).
    connection.execute("PRAGMA synchronous = FULL")
    # 32 MiB: the pages of the indexes that every like and every page of the feed touch.
    connection.execute("PRAGMA cache_size = -32768")
    # The journal of a savepoint would be a file in the temporary folder, if there is one.
    connection.execute("PRAGMA temp_store = MEMORY")
    # What is deleted or changed is overwritten, so that removed words are not in the file.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _keep_log(connection: SqliteConnection) -> None:
    """Have a file written by way of a log. Of a new file that another instance writes at this
    moment SQLite says at once that it is locked, without the wait that it was told; where a
    transaction begins it does wait. Raises sqlite3.OperationalError."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return


def _keep_private(path: Path) -> None:
    """Made like this before SQLite makes it, so that nobody can open it in between."""
    try:
        # Of a file that is there whoever closes a descriptor drops all locks of this process on it.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE))
        for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            if one.exists() and one.stat().st_mode & OTHERS:
                one.chmod(PRIVATE)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path.name}: {error.strerror}") from error


def connect_reader(path: Path) -> SqliteConnection:
    """A connection that cannot write."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        factory=SqliteConnection,
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class Migration(Struct, frozen=True):
    """One step of the schema; ``oldest`` is None where it leaves that number as it is."""

    number: int
    oldest: int | None
    script: str


def migrate(connection: SqliteConnection, *, copying: bool = False) -> str:
    """Bring the schema up to date and return the epoch of the database; ``copying``: for one that
    is copied to, and used by nobody.

    Several processes may open a new file at once: the first one does the work. A schema newer than
    this release is left alone.

    Raises:
        BadInput: the file is for newer releases only, or a copy that has not come to its end.
    """
    # The write lock first: two instances that start at once on a new file must not both migrate.
    connection.execute("BEGIN IMMEDIATE")
    try:
        _catch_up(connection)
        connection.execute(
            "INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING",
            (secrets.token_hex(EPOCH_BYTES),),
        )
        if not copying:
            begin_use(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    (epoch,) = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    return str(epoch)


def scrub(connection: SqliteConnection, path: Path) -> None:
    """Rewrite, once, a file in which releases without secure_delete may have left deleted words.
    One that would be locked for long by that is left to its operator."""
    done = connection.execute("SELECT 1 FROM meta WHERE key = 'scrubbed'").fetchone()
    if done is not None:
        return
    if path.stat().st_size > SCRUB_BYTES:
        log.warning("deleted words of earlier releases may be in %s: stop and VACUUM it once", path)
        return
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        _note_scrubbed(connection)
    except sqlite3.OperationalError as error:  # locked, or no room: at the next start
        log.warning("deleted words of earlier releases may be in the file: %s", error)


def is_unusable(error: BaseException) -> bool:
    """Whether an error says that the database cannot be used now (locked, full, damaged, or no
    database), and nothing of what was asked of it."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def check_release(connection: SqlConnection, known: int) -> None:
    """Whether a release whose own schema is ``known`` may work on the database. Raises BadInput."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'oldest_schema'").fetchone()
    if row is not None and int(row[0]) > known:
        raise BadInput(
            f"the database is for newer releases only: it wants one of schema {row[0]} or later,"
            f" this one has {known}"
        )


def begin_use(connection: SqlConnection) -> None:
    """From now on a copy has rows of its own, and is copied to no more. Raises BadInput: it has not
    come to its end."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (COPIED,)).fetchone()
    if row is not None and row[0].endswith(UNFINISHED):
        raise BadInput("this database is a copy that is not whole: run `phosphene copy` again")
    connection.execute("DELETE FROM meta WHERE key = ?", (COPIED,))


def newest_schema() -> int:
    """The schema of this release."""
    return migrations()[-1].number


def as_busy(error: BaseException) -> Busy:
    """What a caller is told when the database cannot be used now: locked, full, unreadable."""
    return Busy(f"the database cannot be used now: {error}", DISK_RETRY_S)


def migrations() -> list[Migration]:
    """All migrations of this release, in order."""
    files = [file for file in resources.files(__package__).iterdir() if file.name.endswith(".sql")]
    return sorted(
        (_migration(file.name, file.read_text()) for file in files), key=lambda one: one.number
    )


def _migration(name: str, script: str) -> Migration:
    said = OLDEST.match(script)
    return Migration(int(name.partition("_")[0]), int(said[1]) if said else None, script)


def _catch_up(connection: SqliteConnection) -> None:
    """Run what is missing, under the write lock."""
    known = migrations()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if schema:
        check_release(connection, known[-1].number)
    for migration in known:
        if migration.number > schema:
            _apply(connection, migration)
    if not schema:
        _note_scrubbed(connection)


def _note_scrubbed(connection: SqliteConnection) -> None:
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('scrubbed', '1') ON CONFLICT DO NOTHING"
    )


def _apply(connection: SqliteConnection, migration: Migration) -> None:
    for statement in statements_of(migration.script):
        connection.execute(statement)
    # Within the transaction, with which SQLite rolls it back: no half of a migration counts as
    # done.
    connection.execute(f"PRAGMA user_version = {migration.number:d}")
    note_oldest(connection, migration)


def note_oldest(cx: SqlConnection, migration: Migration) -> None:
    """Let releases that are older than the migration allows refuse the database."""
    if migration.oldest is not None:
        cx.execute(
            "INSERT INTO meta (key, value) VALUES ('oldest_schema', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (str(migration.oldest),),
        )


def statements_of(script: str) -> Iterator[str]:
    """The statements one by one: executescript would commit between them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
