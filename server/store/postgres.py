"""The store in a PostgreSQL database, which instances of many machines may share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import psycopg

from phosphene.store import comments, writes
from phosphene.store.connection import SetWork
from phosphene.store.postgres_comments import comment_many
from phosphene.store.postgres_committer import PostgresCommitter
from phosphene.store.postgres_connection import as_not_opened
from phosphene.store.postgres_likes import like_many
from phosphene.store.postgres_listener import receive_commits
from phosphene.store.postgres_reader import PostgresReader
from phosphene.store.postgres_schema import migrate_postgres
from phosphene.store.postgres_views import view_many
from phosphene.store.readers import Readers
from phosphene.store.sqlite import LEASE_S, SqliteStore
from phosphene.store.writer import Writer

Together = Mapping[Callable[..., Any], SetWork]
TOGETHER: Final[Together] = {
    writes.like: like_many,
    writes.add_view: view_many,
    comments.post_comment: comment_many,
}
"""What crowds do."""


@asynccontextmanager
async def open_postgres_store(
    url: str,
    holder: str,
    clock: Callable[[], float],
    lease_s: float = LEASE_S,
    together: Together = TOGETHER,
) -> AsyncIterator[SqliteStore]:
    """The store in the database at ``url`` (``postgresql://...``), whose tables are made when they
    are not there; the rest as ``open_store``. ``together``: what is done of many callers in one go.

    Raises:
        Busy: the server cannot be reached, or does not let us in. BadInput: the address is none, or
            the database is for newer releases only.
    """
    try:
        epoch = await asyncio.to_thread(migrate_postgres, url)
        committer = await asyncio.to_thread(PostgresCommitter, url, together)
        try:
            readers = await asyncio.to_thread(Readers, partial(PostgresReader, url))
        except (psycopg.Error, asyncio.CancelledError):
            committer.close()
            raise
    except psycopg.Error as error:
        raise as_not_opened(error) from error
    writer = Writer(committer)
    try:
        listen = partial(receive_commits, url, committer.is_own)
        yield SqliteStore(writer, readers, epoch, holder, clock, lease_s, listen)
    finally:
        await writer.close()
        await readers.close()
