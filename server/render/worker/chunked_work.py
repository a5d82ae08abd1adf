"""A long work in pieces, so that what is more urgent can come between them."""

from collections.abc import Generator
from typing import TypeVar

R = TypeVar("R")

Pieces = Generator[None, None, R]
"""Stops after every piece, which takes some milliseconds; returns what it comes to."""


def piece(work: Pieces[R]) -> tuple[R] | None:
    """Do the next piece; after the last one, what the work comes to."""
    try:
        next(work)
    except StopIteration as end:
        return (end.value,)
    return None


def at_once(work: Pieces[R]) -> R:
    """Do all of it."""
    while (ended := piece(work)) is None:
        pass
    return ended[0]
