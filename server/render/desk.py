"""What the clips of one worker share: the model, its device, hands for pictures, the way out."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from server.render import wire
from server.render.canvas import Canvas
from server.render.encode import Encoder
from server.render.forecast import Speed, measured
from server.render.renderer import Brief, Renderer

P = ParamSpec("P")
R = TypeVar("R")

PICTURE_THREADS = 4
WARM_UP = Brief("a red balloon over the hills at sunset", seed=1, seconds=2)


class Desk:
    """One device thread, so that clips take turns on it step by step, first come, first served."""

    def __init__(
        self,
        renderer: Renderer,
        send: Callable[[wire.Answer], Awaitable[None]],
        *,
        kbit: int,
        pace: float,
        device: Executor,
        hands: Executor,
    ) -> None:
        self.renderer = renderer
        self.send = send
        self.kbit = kbit
        self.pace = pace
        self.speed: Speed | None = None
        self._device = device
        self._hands = hands

    async def on_device(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in the device thread, after everything that asked before."""
        return await _in(self._device, call, *args, **kwargs)

    async def by_hand(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call in one of the threads that draw and encode pictures."""
        return await _in(self._hands, call, *args, **kwargs)


@contextmanager
def open_desk(
    renderer: Renderer,
    send: Callable[[wire.Answer], Awaitable[None]],
    *,
    kbit: int,
    pace: float,
) -> Iterator[Desk]:
    """A desk with its threads, which end with it."""
    with (
        ThreadPoolExecutor(1, "device") as device,
        ThreadPoolExecutor(PICTURE_THREADS, "picture") as hands,
    ):
        yield Desk(renderer, send, kbit=kbit, pace=pace, device=device, hands=hands)


def warm_up(renderer: Renderer, kbit: int) -> Speed:
    """Draw a short clip to nowhere: the first real one then meets no cold start.

    Raises whatever the renderer raises: a model that cannot draw this cannot draw anything.
    """
    canvas = Canvas(WARM_UP.seconds * renderer.fps, time.monotonic())
    encoder = Encoder(renderer.width, renderer.height, renderer.fps, kbit)
    for patch in renderer.render(WARM_UP):
        canvas.put(patch, time.monotonic())
        encoder.encode(patch.draw(patch.start), patch.revision)
    canvas.close()
    return measured(canvas.view.marks, None)


def _in(
    threads: Executor, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> asyncio.Future[R]:
    return asyncio.wrap_future(threads.submit(call, *args, **kwargs))
