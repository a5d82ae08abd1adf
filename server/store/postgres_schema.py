"""The schema in PostgreSQL: the same migrations, one instance after the other."""

import logging
import secrets
from typing import Any, Final

import psycopg

from phosphene.store.postgres_connection import PostgresConnection, connect_postgres
from phosphene.store.postgres_sql import migration_for_postgres
from phosphene.store.schema import (
    EPOCH_BYTES,
    Migration,
    begin_use,
    check_release,
    migrations,
    note_oldest,
    statements_of,
)

# As the first of two numbers of an advisory lock; the second is of the schema, so that sites that
# share a database do not wait for each other.
MIGRATING: Final = 1_885_892_467
WRITING: Final = 1_885_892_468
# Who waits for a migration of another waits until it is done; a migration itself does not wait for
# long, since everybody else queues behind it.
PATIENT: Final = "-c idle_in_transaction_session_timeout=10min"
OWN: Final = (
    "CREATE TABLE IF NOT EXISTS schema_number (number BIGINT NOT NULL)",
    # The number of the last batch that each writer committed.
    'CREATE TABLE IF NOT EXISTS writers (name TEXT COLLATE "C" PRIMARY KEY,'
    " batch BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now())",
)
"""What only PostgreSQL has."""

log = logging.getLogger("phosphene.store")


def lock_statement(kind: int) -> str:
    """Waits for a lock that is held until the transaction ends."""
    return f"SELECT pg_advisory_xact_lock({kind:d}, hashtext(current_schema()))"


def migrate_postgres(url: str, *, copying: bool = False) -> str:
    """Bring the schema up to date and return the epoch of the database; ``copying``: for one that
    is copied to, and used by nobody. Raises BadInput: it is for newer releases only, or a copy that
    has not come to its end; psycopg.Error."""
    raw = connect_postgres(url, PATIENT)
    try:
        with raw.transaction():
            raw.execute(lock_statement(MIGRATING))
            raw.execute("SET LOCAL lock_timeout = '10s'")
            changed = _catch_up(raw)
            cx = PostgresConnection(raw)
            cx.execute(
                "INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING",
                (secrets.token_hex(EPOCH_BYTES),),
            )
            if not copying:
                begin_use(cx)
        if changed:
            raw.execute("ANALYZE")
        return str(cx.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0])
    finally:
        raw.close()


def _catch_up(raw: "psycopg.Connection[Any]") -> bool:
    """Run what is missing, under the lock; whether there was anything."""
    for statement in OWN:
        raw.execute(statement)
    row = raw.execute("SELECT coalesce(max(number), 0) FROM schema_number").fetchone()
    schema, known = int(row[0]) if row else 0, migrations()
    if schema:
        check_release(PostgresConnection(raw), known[-1].number)
    missing = [one for one in known if one.number > schema]
    for migration in missing:
        _apply(raw, migration)
    return bool(missing)


def _apply(raw: "psycopg.Connection[Any]", migration: Migration) -> None:
    for statement in statements_of(migration.script):
        raw.execute(migration_for_postgres(statement))
    raw.execute("INSERT INTO schema_number (number) VALUES ($1)", (migration.number,))
    note_oldest(PostgresConnection(raw), migration)
