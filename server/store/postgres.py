"""The store in a PostgreSQL database, which instances of many machines may share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import psycopg

from phosphene.store.postgres_committer import PostgresCommitter
from phosphene.store.postgres_connection import as_postgres_busy
from phosphene.store.postgres_listener import receive_commits
from phosphene.store.postgres_reader import PostgresReader
from phosphene.store.postgres_schema import migrate_postgres
from phosphene.store.readers import Readers
from phosphene.store.sqlite import LEASE_S, SqliteStore
from phosphene.store.writer import Writer


@asynccontextmanager
async def open_postgres_store(
    url: str, holder: str, clock: Callable[[], float], lease_s: float = LEASE_S
) -> AsyncIterator[SqliteStore]:
    """The store in the database at ``url`` (``postgresql://...``), whose tables are made when they
    are not there; the rest as ``open_store``.

    Raises:
        Busy: the server cannot be reached, or does not let us in. BadInput: the address is none, or
            the database is for newer releases only.
    """
    try:
        epoch = await asyncio.to_thread(migrate_postgres, url)
        readers = Readers(partial(PostgresReader, url))
        committer = await asyncio.to_thread(PostgresCommitter, url)
    except psycopg.Error as error:
        raise as_postgres_busy(error) from error
    writer = Writer(committer)
    try:
        listen = partial(receive_commits, url, committer.is_own)
        yield SqliteStore(writer, readers, epoch, holder, clock, lease_s, listen)
    finally:
        await writer.close()
        await readers.close()
