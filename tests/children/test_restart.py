import asyncio
import logging
from collections.abc import Callable

import pytest

from phosphene.children import restart
from phosphene.children.process import ProcessLost
from phosphene.children.restart import keep_process

pytestmark = pytest.mark.asyncio
Ready = Callable[[], None]


class Child:
    """Ends in each of these ways, one after the other; ``ready`` are the runs that were ready."""

    def __init__(self, *ends: BaseException | None, ready: tuple[int, ...] = ()) -> None:
        self.ends = list(ends)
        self.ready = ready
        self.runs = 0
        self.losses: list[tuple[str, int]] = []

    async def run_once(self, ready: Ready) -> None:
        self.runs += 1
        if self.runs in self.ready:
            ready()
        end = self.ends.pop(0)
        if end is not None:
            raise end

    def on_loss(self, reason: str, failures: int) -> None:
        self.losses.append((reason, failures))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart, "LONGEST_PAUSE_S", 0.001)


async def test_it_is_started_again_until_it_ends_by_itself() -> None:
    child = Child(ProcessLost("one"), ExceptionGroup("tasks", [ProcessLost("two")]), None)
    await keep_process("child", child.run_once, child.on_loss)
    assert child.losses == [("one", 1), ("two", 2)]


async def test_losses_are_counted_anew_after_one_that_was_ready() -> None:
    child = Child(*(ProcessLost(str(run)) for run in range(1, 4)), None, ready=(3,))
    await keep_process("child", child.run_once, child.on_loss)
    assert child.losses == [("1", 1), ("2", 2), ("3", 1)]


async def test_what_nobody_thought_of_is_a_loss_too_and_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    child = Child(KeyError("why"), None)
    with caplog.at_level(logging.ERROR):
        await keep_process("child", child.run_once, child.on_loss)
    assert child.losses == [("'why'", 1)]
    assert "child failed" in caplog.text


async def test_what_the_listener_raises_ends_it() -> None:
    def give_up(reason: str, failures: int) -> None:
        if failures == 2:
            raise RuntimeError(reason)

    child = Child(*(ProcessLost("no use") for _ in range(5)))
    with pytest.raises(RuntimeError, match="no use"):
        await keep_process("child", child.run_once, give_up)
    assert child.runs == 2


class Grouped:
    """Each run is a group of two tasks; one of them fails when ``failing`` is set, and when it is
    cancelled."""

    def __init__(self) -> None:
        self.runs = 0
        self.begun, self.failing = asyncio.Queue[int](), asyncio.Event()

    async def run_once(self, ready: Ready) -> None:
        self.runs += 1
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fail())
            group.create_task(asyncio.Event().wait())

    async def _fail(self) -> None:
        self.begun.put_nowait(self.runs)
        try:
            await self.failing.wait()
        finally:
            self.failing.clear()
            raise ProcessLost("it ended first")


async def test_who_cancels_is_heeded_though_the_process_is_lost_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restart, "FIRST_PAUSE_S", 0.0)
    grouped, losses = Grouped(), list[str]()
    keeping = asyncio.ensure_future(
        keep_process("child", grouped.run_once, lambda why, _: losses.append(why))
    )
    assert await grouped.begun.get() == 1
    grouped.failing.set()
    assert await grouped.begun.get() == 2
    keeping.cancel()
    await asyncio.wait((keeping,), timeout=10)
    assert keeping.cancelled()
    assert (grouped.runs, losses) == (2, ["it ended first"])
