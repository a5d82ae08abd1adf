"""Strangers ask for a core: nobody has all of them, and nobody waits for ever."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from phosphene.children.fair_semaphore import FairSemaphore
from phosphene.errors import Busy

pytestmark = pytest.mark.asyncio


class Line:
    """Askers at two places, each of whom stays until told; ``let_in``: who came in, in order."""

    def __init__(self, patience_s: float = 60.0) -> None:
        self.semaphore = FairSemaphore(
            2, most=4, most_each=2, patience_s=patience_s, busy="others come first"
        )
        self.let_in: list[str] = []
        self._asked = defaultdict[str, asyncio.Event](asyncio.Event)
        self._leave = dict[str, asyncio.Event]()
        self._came = asyncio.Condition()

    async def ask(self, asker: str, name: str) -> None:
        leave = self._leave[name] = asyncio.Event()
        # Whoever waits for this goes on once this task waits: until then nothing else runs.
        self._asked[name].set()
        async with self.semaphore.hold_place(asker):
            async with self._came:
                self.let_in.append(name)
                self._came.notify_all()
            await leave.wait()

    async def wait_for(self, *names: str) -> None:
        async with self._came:
            await self._came.wait_for(lambda: self.let_in == [*names])

    async def wait_asked(self, name: str) -> None:
        await self._asked[name].wait()

    def end(self, name: str) -> None:
        self._leave[name].set()

    def end_all(self) -> None:
        for leave in self._leave.values():
            leave.set()


@asynccontextmanager
async def line() -> AsyncIterator[tuple[Line, asyncio.TaskGroup]]:
    made = Line()
    async with AsyncExitStack() as stack:
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(made.end_all)
        yield made, tasks


async def test_one_asker_never_has_all_places() -> None:
    async with line() as (asked, tasks):
        for name in ("a1", "a2"):
            tasks.create_task(asked.ask("a", name))
        await asked.wait_for("a1")
        tasks.create_task(asked.ask("b", "b1"))
        await asked.wait_for("a1", "b1")
        # Who came later and has nothing goes before the second file of who came first.
        tasks.create_task(asked.ask("c", "c1"))
        asked.end("b1")
        await asked.wait_for("a1", "b1", "c1")
        asked.end("a1")
        await asked.wait_for("a1", "b1", "c1", "a2")


async def test_more_than_may_wait_are_told_so() -> None:
    async with line() as (asked, tasks):
        for name in ("a1", "a2", "a3"):
            tasks.create_task(asked.ask("a", name))
        await asked.wait_for("a1")
        with pytest.raises(Busy):
            await asked.ask("a", "a4")
        for asker in ("b", "c", "d"):
            tasks.create_task(asked.ask(asker, asker))
        await asked.wait_for("a1", "b")
        with pytest.raises(Busy):
            await asked.ask("e", "e")
        for ended, let_in in (("a1", "a2"), ("b", "c"), ("a2", "a3"), ("c", "d")):
            asked.end(ended)
            await asked.wait_for(*asked.let_in, let_in)


async def test_nobody_waits_for_ever_and_who_leaves_takes_no_place() -> None:
    hasty = Line(patience_s=0.0)
    holding = asyncio.create_task(hasty.ask("a", "a1"))
    await hasty.wait_for("a1")
    with pytest.raises(Busy):
        await hasty.ask("a", "a2")
    hasty.end("a1")
    await holding
    async with line() as (asked, tasks):
        for name in ("a1", "a2"):
            tasks.create_task(asked.ask("a", name))
        await asked.wait_for("a1")
        gone = asyncio.create_task(asked.ask("a", "a3"))
        await asked.wait_asked("a3")
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        asked.end("a1")
        await asked.wait_for("a1", "a2")
        tasks.create_task(asked.ask("b", "b1"))
        await asked.wait_for("a1", "a2", "b1")


async def test_a_place_that_comes_free_as_somebody_leaves_goes_to_the_next() -> None:
    async with line() as (asked, tasks):
        first = tasks.create_task(asked.ask("a", "a1"))
        await asked.wait_for("a1")
        gone, _ = (tasks.create_task(asked.ask("a", name)) for name in ("a2", "a3"))
        await asked.wait_asked("a3")
        asked.end("a1")
        gone.cancel()
        await asked.wait_for("a1", "a3")
        await first
