"""Boundaries: whatever foreign code raises ends the work that it belongs to, and nothing else.

What is held here is said in the log under ``phosphene.boundary``, with the part that failed, and
counted by part in a metric (``Metrics.counting_failures``).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

LOGGER: Final = "phosphene.boundary"
FIRST_S: Final = 0.25
MOST_S: Final = 30.0

log = logging.getLogger(LOGGER)
T = TypeVar("T")


class Backoff:
    """Seconds to wait after failures in a row: they double from ``first_s`` to ``most_s``."""

    def __init__(self, first_s: float = FIRST_S, most_s: float = MOST_S) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self.failures = 0

    def next_s(self) -> float:
        """How long to wait after one more failure."""
        self.failures += 1
        # Bounded before it is a power: a part that fails for days would overflow a float.
        return min(self._most_s, self._first_s * 2.0 ** min(self.failures - 1, 30))

    def reset(self) -> None:
        """It works."""
        self.failures = 0

    async def pause(self) -> None:
        """Wait after one more failure."""
        await asyncio.sleep(self.next_s())


@contextmanager
def boundary(part: str, about: str = "") -> Iterator[None]:
    """Whatever the block raises, but a cancellation of the task that it runs in, is said in the log
    and goes no further.

    ``part`` is one of a few names, for the metric; ``about`` says which one of its kind it was.
    """
    try:
        yield
    except Exception as error:
        report_failure(part, error, about)
    except asyncio.CancelledError as error:
        # Of something that the block waited for: it would end a part for good, and say nothing.
        heed_cancel()
        report_failure(part, error, about)


def report_failure(part: str, error: BaseException, about: str = "") -> None:
    """Say in the log, and thereby in the metric, that a part failed and is held."""
    which = f"{part} {about}".rstrip()
    log.error("%s failed: %s", which, _said(error), exc_info=error, extra={"part": part})


async def keep_running(
    part: str, work: Callable[[], Awaitable[None]], backoff: Backoff | None = None
) -> None:
    """Run ``work`` until it ends by itself; when it fails, again and again after a pause."""
    backoff, now = backoff or Backoff(), asyncio.get_running_loop().time
    while True:
        began = now()
        with boundary(part):
            await run_in_own_task(work())
            return
        # It has worked for a while: an old failure says nothing of a new one.
        if now() - began > MOST_S:
            backoff.reset()
        await backoff.pause()


async def run_in_own_task(work: Awaitable[T]) -> T:
    """Do ``work`` in a task that ends with this call. Raises what it raises, but CancelledError
    whenever the call was cancelled meanwhile."""
    # For what is done again when it fails. A TaskGroup whose child fails while the group is
    # cancelled raises the failure alone, and the loop would go on for ever; before Python 3.13 one
    # whose child fails while it waits for its end leaves ``cancelling()`` raised, and the loop
    # would end. Both happen to the task of the work, and not to that of the loop.
    task = asyncio.get_running_loop().create_task(_result_of(work))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
            task.cancel()
    if cancelled is None:
        return task.result()
    # What nobody has asked for would be said in the log as if it were news.
    if not task.cancelled():
        task.exception()
    raise cancelled


async def hold(part: str, work: Callable[[], Awaitable[object]], about: str = "") -> None:
    """Do ``work`` within a boundary: for what is given to a group of tasks."""
    with boundary(part, about):
        await work()


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A TaskGroup that leaves the error of its block, or the first of its tasks, as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as raised:
        # Callers catch Busy or ConnectionError, and not groups that hold one.
        raise raised.exceptions[0] from None


@asynccontextmanager
async def running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run ``works`` beside the block and end them with it. What the block raises leaves as it is;
    when one of the works raises, the block is cancelled and that is raised instead."""
    async with task_group() as group:
        tasks = [group.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def heed_cancel() -> None:
    """What runs for ever asks after each call of foreign code whether it was cancelled meanwhile:
    asyncio.wait_for, which many libraries use, loses before Python 3.12 a cancellation that comes
    in the moment in which what it waits for is done."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _result_of(work: Awaitable[T]) -> T:
    return await work


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
