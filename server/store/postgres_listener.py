"""What other instances commit to PostgreSQL, as it happens (LISTEN)."""

from collections.abc import AsyncGenerator, Callable

import psycopg

from phosphene.store.postgres_committer import CHANNEL
from phosphene.store.postgres_connection import address_of, as_postgres_busy


async def receive_commits(url: str, is_own: Callable[[int], bool]) -> AsyncGenerator[None, None]:
    """One for each commit of another writer, and one as it begins: what was told while nobody
    listened is in the log only. ``is_own``: whether a process of the server is our own writer's.
    Raises Busy: the server is gone."""
    try:
        raw = await psycopg.AsyncConnection.connect(address_of(url), autocommit=True)
        async with raw:
            await raw.execute(f"LISTEN {CHANNEL}")
            yield
            async for told in raw.notifies():
                if not is_own(told.pid):
                    yield
    except psycopg.Error as error:
        raise as_postgres_busy(error) from error
