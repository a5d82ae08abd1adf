"""Reading from PostgreSQL, each query on one snapshot."""

import logging
from contextlib import suppress
from typing import Final

import psycopg

from phosphene.store.connection import Outcome, Work
from phosphene.store.postgres_connection import (
    PostgresConnection,
    as_not_opened,
    as_postgres_busy,
    connect_postgres,
    first_line,
    is_lost,
    reason_of,
)

BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

log = logging.getLogger("phosphene.store")


def open_reader(url: str) -> "PostgresReader":
    """One by itself. Raises BadInput, Busy."""
    try:
        return PostgresReader(url)
    except psycopg.Error as error:
        raise as_not_opened(error) from error


class PostgresReader:
    """Implements ``SnapshotReader``. A query of which the connection was lost is asked once more on
    another: it changes nothing. Raises BadInput, psycopg.Error as it is made."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._raw = connect_postgres(url)
        self._away = False

    def read_snapshot(self, query: Work) -> Outcome:
        try:
            if self._raw.closed:
                self._raw = connect_postgres(self._url)
            outcome, lost = self._read(query)
            if lost:
                self._raw.close()
                self._raw = connect_postgres(self._url)
                outcome, _ = self._read(query)
        except psycopg.Error as error:
            if not self._away:
                log.warning("PostgreSQL cannot be read, and is asked again: %s", first_line(error))
            self._away = True
            return None, as_postgres_busy(error)
        self._away = False
        return outcome

    def close(self) -> None:
        self._raw.close()

    def _read(self, query: Work) -> tuple[Outcome, bool]:
        """What it found or raised, and whether that is because the connection was lost."""
        raw = self._raw
        try:
            raw.execute(BEGIN)
            return (query(PostgresConnection(raw)), None), False
        # A boundary: whatever a query raises is raised to who asked, never in the thread.
        except Exception as error:
            return (None, reason_of(error)), is_lost(raw, error)
        finally:
            with suppress(psycopg.Error):
                raw.execute("ROLLBACK")
