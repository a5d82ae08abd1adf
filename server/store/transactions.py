"""How the parts of the store have their work done."""

from collections.abc import Awaitable, Callable
from sqlite3 import Connection
from typing import Protocol, TypeVar

T = TypeVar("T")
IndexPerson = Callable[[Connection, str], None]
"""Lets a person be found by name and words as they are, within a transaction."""


class TransactionRunner(Protocol):
    """Runs a piece of work with its arguments, in a transaction or on a snapshot."""

    def __call__(self, work: Callable[..., T], /, *arguments: object) -> Awaitable[T]: ...
