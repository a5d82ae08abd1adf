"""What the clips of one worker share: the model, its device, the threads for pictures, the pipe."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

from phosphene.model import Conditions, PictureMark
from phosphene.render import messages
from phosphene.render.schedule import Cost
from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.clip_encoder import MarkPicture, unmarked
from phosphene.render.worker.cost_model import CostModel
from phosphene.render.worker.engine import Engine, MarkInflight
from phosphene.render.worker.eta import Speed
from phosphene.render.worker.renderer import Renderer
from phosphene.render.worker.thread_pool import PriorityThreadPool, picture_threads
from phosphene.status import Work
from phosphene.watermark.embedding import PictureMarker

P = ParamSpec("P")
R = TypeVar("R")


NO_CONDITIONS: Final = Conditions()


class WorkerContext:
    """One device thread, on which the engine lets clips step; a pool that draws and encodes."""

    def __init__(
        self,
        renderer: Renderer,
        send: Callable[[messages.Answer], Awaitable[None]],
        *,
        kbit: int,
        pace: float,
        conditions: Conditions,
        device: Executor,
        pictures: Executor,
        mark_inflight: MarkInflight,
        lifelike: bool,
    ) -> None:
        self._lifelike = lifelike
        self.renderer = renderer
        self.send = send
        self.kbit = kbit
        self.pace = pace
        self.conditions = conditions
        self.speed: Speed | None = None
        self.cost_model = CostModel()
        self.engine = Engine(
            device, count_pass=self.cost_model.count_pass, mark_inflight=mark_inflight
        )
        self._device = device
        self._pool = PriorityThreadPool(pictures, picture_threads())

    def marker_of(self, mark: PictureMark | None) -> MarkPicture:
        """What lays a mark on the pictures of a clip."""
        if mark is None:
            return unmarked
        size, textured = (self.renderer.width, self.renderer.height), self._lifelike
        return PictureMarker(mark.key, mark.word, mark.strength, size, textured=textured).marked

    @property
    def cost(self) -> Cost | None:
        """What clips cost here, as far as it is known."""
        return self.cost_model.cost

    def current_work(self) -> Work:
        """The clips on the device and the forward passes so far."""
        return Work(self.engine.clip_standings(), self.cost_model.pass_counts())

    async def on_device(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in the device thread, after everything that asked before."""
        return await asyncio.wrap_future(self._device.submit(call, *args, **kwargs))

    async def on_picture_thread(
        self, due: float, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call in one of the threads that draw and encode pictures; ``due``: when on the clock of
        the event loop."""
        return await self._pool.call_in_thread(due, call, *args, **kwargs)

    async def run_chunked(self, due: float, work: ChunkedWork[R]) -> R:
        """A long work by the same threads, chunk by chunk, so that it makes no picture wait."""
        return await self._pool.run_chunked(due, work)

    @contextmanager
    def count_clip(self, *, live: bool) -> Iterator[None]:
        """Inside the block a clip is drawn here; only ``live`` ones tell what the cores carry."""
        self._count(live, 1)
        try:
            yield
        finally:
            self._count(live, -1)

    def _count(self, live: bool, by: int) -> None:
        now, cpu = time.monotonic(), time.process_time()
        self.cost_model.cpu_load.count_clip(now, cpu, live=live, by=by)


@contextmanager
def open_context(
    renderer: Renderer,
    send: Callable[[messages.Answer], Awaitable[None]],
    *,
    kbit: int,
    pace: float,
    conditions: Conditions = NO_CONDITIONS,
    mark_inflight: MarkInflight = lambda clips: None,
    lifelike: bool = False,
) -> Iterator[WorkerContext]:
    """A context with its threads, which end with it; ``lifelike``: what the worker says of its
    pictures (``Ready``)."""
    with (
        # One thread: a GPU has one queue anyway, and torch on a CPU takes the cores by itself.
        # Pipelines keep state in their schedulers, so two calls at once would mix.
        ThreadPoolExecutor(1, "device") as device,
        ThreadPoolExecutor(picture_threads(), "picture") as pictures,
    ):
        yield WorkerContext(
            renderer,
            send,
            kbit=kbit,
            pace=pace,
            conditions=conditions,
            device=device,
            pictures=pictures,
            mark_inflight=mark_inflight,
            lifelike=lifelike,
        )
