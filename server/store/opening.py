"""Which database the store is in."""

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from types import ModuleType

from phosphene.errors import BadInput
from phosphene.store.row_copy import RowDatabase
from phosphene.store.sqlite import LEASE_S, SqliteStore, open_store


def open_store_at(
    url: str, path: Path, holder: str, clock: Callable[[], float], lease_s: float = LEASE_S
) -> AbstractAsyncContextManager[SqliteStore]:
    """The store in the PostgreSQL database at ``url``, or in the file ``path`` where that is empty;
    the rest as ``open_store``. Raises BadInput: psycopg is not installed."""
    if not url:
        return open_store(path, holder, clock, lease_s)
    opened: AbstractAsyncContextManager[SqliteStore] = _of_postgres("postgres").open_postgres_store(
        url, holder, clock, lease_s
    )
    return opened


def open_postgres_rows(url: str, *, target: bool) -> AbstractContextManager[RowDatabase]:
    """The database at ``url`` as one end of a copy. Raises BadInput: psycopg is not installed."""
    opened: AbstractContextManager[RowDatabase] = _of_postgres("postgres_rows").open_postgres_rows(
        url, target=target
    )
    return opened


def _of_postgres(name: str) -> ModuleType:
    """By name: who keeps a file needs no client of PostgreSQL."""
    if importlib.util.find_spec("psycopg") is None:
        raise BadInput("PostgreSQL needs psycopg: pip install 'phosphene[postgres]'")
    return importlib.import_module(f"phosphene.store.{name}")
