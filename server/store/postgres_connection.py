"""Connections to PostgreSQL; needs the extra ``phosphene[postgres]``."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from phosphene.errors import BadInput, Busy
from phosphene.store.connection import AWAY, Rows
from phosphene.store.postgres_sql import statement_for_postgres, value_for_postgres
from phosphene.store.word_index import LexemeIndex

RETRY_S: Final = 5.0
"""When somebody who was refused may ask again."""
STATEMENTS: Final = 400
"""Statements that the server keeps the plans of, for each connection."""
# A server that is gone without a word is noticed within half a minute, and no instance that stands
# still within a transaction holds the others for longer.
GIVEN: Final = {
    "application_name": "phosphene",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    # Of several hosts the one that may be written to: after a failover that is another.
    "target_session_attrs": "read-write",
}
LIMITS: Final = (
    "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
)


def address_of(url: str, limits: str = LIMITS) -> str:
    """The address with what holds where it says nothing else. Raises BadInput: it is none."""
    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # Without what psycopg says: that may have the password in it.
        raise BadInput("database_url is no address of a PostgreSQL database") from None
    given: dict[str, Any] = {**GIVEN, **told}
    given["options"] = f"{limits} {told.get('options') or ''}".strip()
    return str(make_conninfo(**given))


def connect_postgres(url: str, limits: str = LIMITS) -> "psycopg.Connection[Any]":
    """A connection without transactions of its own. Raises BadInput: the address is none;
    psycopg.Error."""
    address = address_of(url, limits)
    raw = psycopg.connect(address, autocommit=True, cursor_factory=psycopg.RawCursor)
    raw.prepared_max = STATEMENTS
    return raw


class PostgresConnection:
    """Implements ``SqlConnection``. ``wrote``: whether anything but a SELECT was asked since it was
    set."""

    words = LexemeIndex()

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self.raw = raw
        self.wrote = False

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        self.wrote = self.wrote or not sql.startswith("SELECT")
        # Binary: numbers and msgpack as they are.
        cursor: Any = self.raw.cursor(binary=True)
        cursor.execute(statement_for_postgres(sql), [value_for_postgres(value) for value in values])
        found: Rows = cursor
        return found

    # One by one: in psycopg's pipelines, which its own ``executemany`` uses, a connection that was
    # lost hung the thread three times in eleven.
    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        for values in rows:
            self.execute(sql, values)


def is_lost(raw: "psycopg.Connection[Any]", error: BaseException) -> bool:
    """Whether the connection is of no use any more, or leads to a server that became a replica."""
    return (
        raw.closed
        or raw.broken
        or isinstance(error, psycopg.errors.ReadOnlySqlTransaction | psycopg.InterfaceError)
    )


def as_postgres_busy(error: BaseException) -> Busy:
    """What a caller is told when the database cannot be used now; why is for the log."""
    busy = Busy(AWAY, RETRY_S)
    busy.__cause__ = error
    return busy


def as_not_opened(error: BaseException) -> Busy:
    """What an operator is told who opens it."""
    return Busy(f"PostgreSQL cannot be used now: {first_line(error)}", RETRY_S)


def first_line(error: BaseException) -> str:
    """What it says, without the values that PostgreSQL may tell of in lines below."""
    return str(error).strip().partition("\n")[0]


def reason_of(error: Exception) -> Exception:
    """What is raised to who asked."""
    unusable = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return as_postgres_busy(error) if unusable else error
