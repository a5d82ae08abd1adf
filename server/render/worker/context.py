"""What the clips of one worker share: the model, its device, hands for pictures, the way out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

from server.model import Conditions
from server.render import messages
from server.render.cores import cores
from server.render.schedule import Cost
from server.render.worker.chunked_work import Pieces
from server.render.worker.cost_model import Tally
from server.render.worker.engine import Engine, Trace
from server.render.worker.eta import Speed
from server.render.worker.renderer import Renderer
from server.render.worker.thread_pool import Hands
from server.status import Work

P = ParamSpec("P")
R = TypeVar("R")

PICTURE_THREADS: Final = 4
"""At most; more than there are cores would only take turns, and each other's caches."""

NOT_SAID: Final = Conditions()


class Desk:
    """One device thread, on which the engine lets clips step; hands that draw and encode."""

    def __init__(
        self,
        renderer: Renderer,
        send: Callable[[messages.Answer], Awaitable[None]],
        *,
        kbit: int,
        pace: float,
        conditions: Conditions,
        device: Executor,
        hands: Executor,
        trace: Trace,
    ) -> None:
        self.renderer = renderer
        self.send = send
        self.kbit = kbit
        self.pace = pace
        self.conditions = conditions
        self.speed: Speed | None = None
        self.tally = Tally()
        self.engine = Engine(device, rounds=self.tally.round, trace=trace)
        self._device = device
        self._hands = Hands(hands, _picture_threads())

    @property
    def cost(self) -> Cost | None:
        """What clips cost here, as far as it is known."""
        return self.tally.cost

    def work(self) -> Work:
        """What happens at this moment."""
        return Work(self.engine.standings(), self.tally.passes())

    async def on_device(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in the device thread, after everything that asked before."""
        return await asyncio.wrap_future(self._device.submit(call, *args, **kwargs))

    async def by_hand(
        self, due: float, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call in one of the threads that draw and encode pictures; ``due``: when on the clock of
        the event loop."""
        return await self._hands.call(due, call, *args, **kwargs)

    async def in_pieces(self, due: float, work: Pieces[R]) -> R:
        """A long work by the same threads, piece by piece, so that it makes no picture wait."""
        return await self._hands.in_pieces(due, work)

    @contextmanager
    def present(self, *, live: bool) -> Iterator[None]:
        """Inside the block a clip is drawn here."""
        self._count(live, 1)
        try:
            yield
        finally:
            self._count(live, -1)

    def _count(self, live: bool, by: int) -> None:
        now, cpu = time.monotonic(), time.process_time()
        self.tally.occupancy.change(now, cpu, live=live, by=by)


@contextmanager
def open_desk(
    renderer: Renderer,
    send: Callable[[messages.Answer], Awaitable[None]],
    *,
    kbit: int,
    pace: float,
    conditions: Conditions = NOT_SAID,
    trace: Trace = lambda clips: None,
) -> Iterator[Desk]:
    """A desk with its threads, which end with it."""
    with (
        ThreadPoolExecutor(1, "device") as device,
        ThreadPoolExecutor(_picture_threads(), "picture") as hands,
    ):
        yield Desk(
            renderer,
            send,
            kbit=kbit,
            pace=pace,
            conditions=conditions,
            device=device,
            hands=hands,
            trace=trace,
        )


def _picture_threads() -> int:
    return min(PICTURE_THREADS, max(2, cores()))
