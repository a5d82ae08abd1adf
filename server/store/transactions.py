"""How the parts of the store have their work done."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from phosphene.store.connection import SqlConnection

T = TypeVar("T")
IndexPerson = Callable[[SqlConnection, str], None]
"""Lets a person be found by name and words as they are, within a transaction."""


class TransactionRunner(Protocol):
    """Runs a piece of work with its arguments, in a transaction or on a snapshot."""

    def __call__(self, work: Callable[..., T], /, *arguments: object) -> Awaitable[T]: ...
