"""One query to a database, for commands that open no store."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from phosphene.errors import BadInput
from phosphene.store.connection import SnapshotReader, SqlConnection
from phosphene.store.sqlite_reader import look

T = TypeVar("T")


def look_once(database: str | Path, query: Callable[[SqlConnection], T]) -> T:
    """What one moment has of an SQLite file, or of what is at ``postgresql://...``, beside whoever
    writes. Raises BadInput, Busy."""
    if isinstance(database, Path):
        return look(database, query)
    reader: SnapshotReader = import_postgres("postgres_reader").open_reader(database)
    try:
        found, error = reader.read_snapshot(query)
    finally:
        reader.close()
    if error is not None:
        raise error
    answer: T = found
    return answer


def import_postgres(name: str) -> ModuleType:
    """A module of the store that needs psycopg, by its name: who keeps a file needs no client of
    PostgreSQL. Raises BadInput: it is not installed."""
    if importlib.util.find_spec("psycopg") is None:
        raise BadInput("PostgreSQL needs psycopg: pip install 'phosphene[postgres]'")
    return importlib.import_module(f"phosphene.store.{name}")
