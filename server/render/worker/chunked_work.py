"""A long work in chunks, so that what is more urgent can run between them."""

from collections.abc import Generator
from typing import TypeVar

R = TypeVar("R")

# A generator and not a thread of its own for files: a third thread would take Python's lock from
# those that have deadlines.
ChunkedWork = Generator[None, None, R]
"""Yields after every chunk of some milliseconds; returns the result."""


def run_next_chunk(work: ChunkedWork[R]) -> tuple[R] | None:
    """Run to the next yield; after the last chunk, the result in a tuple."""
    try:
        next(work)
    except StopIteration as end:
        return (end.value,)
    return None


def run_all_chunks(work: ChunkedWork[R]) -> R:
    """Run every chunk at once; the result."""
    while (ended := run_next_chunk(work)) is None:
        pass
    return ended[0]
