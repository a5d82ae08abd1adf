"""One end of a copy of all rows (``row_copy``) in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import psycopg

from phosphene.errors import BadInput
from phosphene.store.postgres_connection import (
    PostgresConnection,
    connect_postgres,
    first_line,
)
from phosphene.store.postgres_schema import migrate_postgres
from phosphene.store.postgres_sql import value_for_postgres
from phosphene.store.row_copy import CopiedTable, Row, RowDatabase

PATIENT: Final = "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0"


class PostgresRows:
    """Implements ``RowDatabase``."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        return self._connection.execute(sql, values)

    def read_schema(self) -> int:
        found = self.execute("SELECT coalesce(max(number), 0) FROM schema_number").fetchone()
        return int(found[0])

    def begin_snapshot(self) -> None:
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def begin_transaction(self) -> None:
        self._connection.execute("BEGIN")

    def commit_transaction(self) -> None:
        self._connection.execute("COMMIT")

    def insert_rows(self, table: CopiedTable, rows: Sequence[Row]) -> None:
        # Row by row each waits for an answer: a million took minutes.
        copy = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with self._connection.raw.cursor() as cursor, cursor.copy(copy) as lines:
            for row in rows:
                lines.write_row([value_for_postgres(value) for value in row])

    def finish_copy(self, tables: Sequence[CopiedTable]) -> None:
        """Numbers go on after those that were copied, and the planner knows how many they are."""
        for table in tables:
            if table.keys == ("id",):
                found = self.execute("SELECT pg_get_serial_sequence(?, 'id')", (table.name,))
                (sequence,) = found.fetchone()
                if sequence:
                    last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                    self.execute(f"SELECT setval('{sequence}', {last}, false)")
        self.execute("ANALYZE")


@contextmanager
def open_postgres_rows(url: str, *, target: bool) -> Iterator[RowDatabase]:
    """A ``target`` is given its tables where it has none. Raises BadInput: it cannot be used."""
    try:
        if target:
            migrate_postgres(url, copying=True)
        with closing(connect_postgres(url, PATIENT)) as raw:
            yield PostgresRows(PostgresConnection(raw))
    except psycopg.Error as error:
        raise BadInput(f"PostgreSQL: {first_line(error)}; started again it goes on") from None
