"""Stored work is begun when it is due, and nothing is taken before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phosphene.due_work import DueWork
from phosphene.errors import Busy

pytestmark = pytest.mark.asyncio
NOON = 1000.0


class Pieces:
    """What is due when; ``taken`` gets the times at which some were taken, ``looked`` what was
    found to be due next."""

    def __init__(self, *due: float) -> None:
        self.now = NOON
        self.due = list(due)
        self.wake = asyncio.Event()
        self.taken: asyncio.Queue[float] = asyncio.Queue()
        self.looked: asyncio.Queue[float | None] = asyncio.Queue()
        self.work = DueWork(self.next_due, self.take_due, lambda: self.now, self.wake)

    async def next_due(self) -> float | None:
        at = min(self.due, default=None)
        self.looked.put_nowait(at)
        return at

    async def take_due(self, tasks: asyncio.TaskGroup) -> None:
        self.due.remove(min(self.due))
        self.taken.put_nowait(self.now)

    async def see(self, at: float | None) -> None:
        """Wait until it has looked, and found this to be due next."""
        while await self.looked.get() != at:
            continue


@asynccontextmanager
async def running(pieces: Pieces) -> AsyncIterator[None]:
    task = asyncio.create_task(pieces.work.run())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_all_that_is_due_is_begun_and_nothing_else_is_taken() -> None:
    pieces = Pieces(NOON - 1, NOON, NOON + 1)
    async with asyncio.TaskGroup() as tasks:
        await pieces.work.start_due(tasks)
    assert pieces.due == [NOON + 1]
    assert pieces.taken.qsize() == 2


async def test_what_is_stored_meanwhile_is_begun_when_it_wakes() -> None:
    pieces = Pieces()
    async with running(pieces):
        await pieces.see(None)
        pieces.due.append(NOON)
        pieces.wake.set()
        assert await pieces.taken.get() == NOON


async def test_what_is_due_later_is_begun_then() -> None:
    pieces = Pieces(NOON + 0.01)
    async with running(pieces):
        await pieces.see(NOON + 0.01)
        pieces.now += 1
        assert await pieces.taken.get() == NOON + 1


async def test_a_database_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phosphene.due_work.BUSY_S", 0.0)
    pieces = Pieces(NOON)
    failures = [Busy("not now")]
    take_due = pieces.take_due

    async def busy_once(tasks: asyncio.TaskGroup) -> None:
        if failures:
            raise failures.pop()
        await take_due(tasks)

    pieces.work = DueWork(pieces.next_due, busy_once, lambda: pieces.now, pieces.wake)
    async with running(pieces):
        assert await pieces.taken.get() == NOON
