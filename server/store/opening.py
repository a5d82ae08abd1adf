"""Which database the store is in."""

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from phosphene.errors import BadInput
from phosphene.store.sqlite import LEASE_S, SqliteStore, open_store


def open_store_at(
    url: str, path: Path, holder: str, clock: Callable[[], float], lease_s: float = LEASE_S
) -> AbstractAsyncContextManager[SqliteStore]:
    """The store in the PostgreSQL database at ``url``, or in the file ``path`` where that is empty;
    the rest as ``open_store``. Raises BadInput: psycopg is not installed."""
    if not url:
        return open_store(path, holder, clock, lease_s)
    # By name: who keeps a file needs no client of PostgreSQL.
    if importlib.util.find_spec("psycopg") is None:
        raise BadInput("database_url needs psycopg: pip install 'phosphene[postgres]'")
    module = importlib.import_module("phosphene.store.postgres")
    opened: AbstractAsyncContextManager[SqliteStore] = module.open_postgres_store(
        url, holder, clock, lease_s
    )
    return opened
