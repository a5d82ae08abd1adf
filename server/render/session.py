"""One clip in the worker, from its order to Done: steps, canvas, playhead, encoder, files."""

import asyncio
import logging
import time
from collections.abc import Generator

from msgspec import Struct

from server.render import wire
from server.render.canvas import Broken, Canvas
from server.render.desk import Desk
from server.render.finish import JPEG, LATENTS, MP4, WEBP, Leftovers
from server.render.forecast import measured, progress
from server.render.playhead import Head, advance, over, shown_from
from server.render.renderer import Brief, Patch
from server.render.take import Take
from server.render.ticks import Beat

log = logging.getLogger(__name__)

LONGEST_REASON = 300


class _Cancelled(Exception):
    pass


class _Drawn(Struct, frozen=True):
    latents: bytes
    seconds: float


class Session:
    """Draws one clip and says how it goes; whatever happens, the last word is Done or Failed."""

    def __init__(self, desk: Desk, order: wire.Render) -> None:
        self._desk = desk
        self._order = order
        self._fps = desk.renderer.fps
        self._canvas = Canvas(order.seconds * self._fps, time.monotonic())
        self._take = Take(desk.renderer, desk.kbit)
        self._grown = asyncio.Event()
        self._cancelled = asyncio.Event()
        self._first_at: float | None = None

    def cancel(self) -> None:
        """Stop within one step."""
        self._cancelled.set()

    def keyframe(self) -> None:
        """A viewer needs a keyframe."""
        self._take.ask_key()

    async def run(self) -> None:
        """Draw the clip. Raises only when the pipe to the instance is broken."""
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._stop_when_cancelled())
                await self._perform(group)
                watch.cancel()
        except* ConnectionError:
            raise
        # A renderer is foreign code: however it fails, only its own clip may fail with it.
        except* Exception as errors:
            await self._desk.send(failure(self._order.clip, errors))

    async def _stop_when_cancelled(self) -> None:
        await self._cancelled.wait()
        raise _Cancelled

    async def _perform(self, group: asyncio.TaskGroup) -> None:
        clip, desk = self._order.clip, self._desk
        understood = await desk.on_device(desk.renderer.understand, self._order.text)
        await desk.send(wire.Started(clip=clip, understood=understood))
        drawing = group.create_task(self._draw())
        await (self._air() if self._order.live else self._film())
        drawn = await drawing
        view = self._canvas.view
        desk.speed = measured(view.marks, desk.speed)
        files = await desk.by_hand(self._take.finish, self._canvas)
        for artifact in artifacts(clip, files, drawn.latents):
            await desk.send(artifact)
        await desk.send(wire.Done(clip=clip, frames=view.frames, render_s=drawn.seconds))

    async def _draw(self) -> _Drawn:
        seconds = 0.0
        patches = self._desk.renderer.render(brief(self._order))
        try:
            while True:
                news, took = await self._desk.on_device(_step, patches)
                seconds += took
                if isinstance(news, bytes):
                    self._canvas.close()
                    return _Drawn(news, seconds)
                await self._receive(news)
        finally:
            # Comes after a step that is still going on: there is one device thread.
            await self._desk.on_device(patches.close)

    async def _receive(self, patch: Patch) -> None:
        now = time.monotonic()
        if self._first_at is None:
            self._first_at = now
        if self._order.live and patch.start == 0:
            seen = self._first_at + shown_from(patch.step, patch.steps, self._desk.pace)
            await asyncio.sleep(seen - now)
        if patch.sound is not None:
            await self._desk.by_hand(self._take.hear, patch.sound, self._order.seconds)
        view = self._canvas.put(patch, time.monotonic())
        self._grown.set()
        clip, speed = self._order.clip, self._desk.speed
        await self._desk.send(progress(clip, patch, view, self._fps, time.monotonic(), speed))

    async def _air(self) -> None:
        """Show the clip by the clock: the frames as they sharpen, then the final run."""
        await self._grown.wait()
        head, beat, took = Head(), Beat(self._fps), 0.0
        while not over(head, self._canvas.view):
            # While it forms the model goes first: pictures take no more than every other moment.
            tick = await beat.next(rest=0.0 if head.running else took)
            view, now = self._canvas.view, time.monotonic()
            step = advance(head, view, self._fps, now, self._desk.speed)
            if step is not None:
                head = step
                patch = self._canvas.best(head.frame)
                unit = await self._desk.by_hand(self._take.shoot, patch, head, tick)
                await self._desk.send(wire.Encoded(self._order.clip, unit))
                took = time.monotonic() - now

    async def _film(self) -> None:
        """Take the final run alone, as fast as it can be drawn; no unit is sent."""
        head = Head(running=True)
        while not over(head, self._canvas.view):
            step = advance(head, self._canvas.view, self._fps, time.monotonic(), None)
            if step is None:
                self._grown.clear()
                await self._grown.wait()
                continue
            head = step
            patch = self._canvas.best(head.frame)
            await self._desk.by_hand(self._take.shoot, patch, head, head.frame)


def brief(order: wire.Render) -> Brief:
    """What the renderer needs of an order."""
    return Brief(
        text=order.text,
        seed=order.seed,
        seconds=order.seconds,
        strength=order.strength,
        parent=order.parent,
        steps=order.steps,
    )


def artifacts(clip: str, files: Leftovers, latents: bytes) -> tuple[wire.Artifact, ...]:
    """The finished files as messages."""
    return (
        wire.Artifact(clip, "video", MP4, files.video),
        wire.Artifact(clip, "poster", JPEG, files.poster),
        wire.Artifact(clip, "preview", WEBP, files.preview),
        wire.Artifact(clip, "latents", LATENTS, latents),
    )


def failure(clip: str, errors: BaseExceptionGroup[Exception]) -> wire.Failed:
    """What to say of a clip that ended with ``errors``; a cancel outweighs what it caused."""
    if errors.subgroup(_Cancelled) is not None:
        return wire.Failed(clip=clip, reason="it was cancelled", cancelled=True)
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    log.error("clip %s failed", clip, exc_info=first)
    about = "the model broke a rule" if isinstance(first, Broken) else "the model failed"
    reason = f"{about}: {str(first) or type(first).__name__}"
    return wire.Failed(clip=clip, reason=reason[:LONGEST_REASON])


def _step(patches: Generator[Patch, None, bytes]) -> tuple[Patch | bytes, float]:
    """The next patch, or at the end the latents, and the seconds that it took."""
    began = time.perf_counter()
    try:
        news: Patch | bytes = next(patches)
    except StopIteration as end:
        news = end.value
    return news, time.perf_counter() - began
