"""Which database the store is in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path

from phosphene.store.one_query import import_postgres
from phosphene.store.row_copy import RowDatabase
from phosphene.store.sqlite import LEASE_S, SqliteStore, open_store


def open_store_at(
    url: str, path: Path, holder: str, clock: Callable[[], float], lease_s: float = LEASE_S
) -> AbstractAsyncContextManager[SqliteStore]:
    """The store in the PostgreSQL database at ``url``, or in the file ``path`` where that is empty;
    the rest as ``open_store``. Raises BadInput: psycopg is not installed."""
    if not url:
        return open_store(path, holder, clock, lease_s)
    module = import_postgres("postgres")
    opened: AbstractAsyncContextManager[SqliteStore] = module.open_postgres_store(
        url, holder, clock, lease_s
    )
    return opened


def open_postgres_rows(url: str, *, target: bool) -> AbstractContextManager[RowDatabase]:
    """The database at ``url`` as one end of a copy. Raises BadInput: psycopg is not installed."""
    module = import_postgres("postgres_rows")
    opened: AbstractContextManager[RowDatabase] = module.open_postgres_rows(url, target=target)
    return opened
