"""One clip in the worker, from its order to Done: steps, canvas, playhead, encoder, files."""

import asyncio
import time
from math import inf

from msgspec import Struct

from phosphene.render import messages
from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.clip_encoder import ClipEncoder
from phosphene.render.worker.context import WorkerContext
from phosphene.render.worker.engine import DeviceRequest
from phosphene.render.worker.eta import measure_speed, progress
from phosphene.render.worker.failure import Cancelled, failure_message
from phosphene.render.worker.output_files import JPEG, LATENTS, MP4, WEBP, OutputFiles
from phosphene.render.worker.pacing import FrameClock, LatenessCounter, PartGrid
from phosphene.render.worker.playhead import (
    Head,
    far_ahead,
    frame_due,
    is_over,
    next_head,
    shown_from,
)
from phosphene.render.worker.renderer import Brief, Patch
from phosphene.units import RenditionName, Unit

# First light is p50 91 ms on a quiet machine: what is due within 0.5 s goes before what is fair.
FIRST_PICTURE_S = 0.3
"""A clip that is new on the device should show something within this time."""

# So pictures of runs always come first: a forming that stutters is nearly not seen, a run that does
# is.
PREVIEW_LATE_S = 0.25
"""A picture of the forming may come so much later than one of a run."""

FILES_LATE_S = 2.0
"""The files of a clip may come so much later than its last picture."""


class _Drawn(Struct, frozen=True):
    latents: bytes
    seconds: float
    shared: bool


class ClipSession:
    """Draws one clip and says how it goes; whatever happens, the last word is Done or Failed."""

    def __init__(self, context: WorkerContext, order: messages.Render) -> None:
        self._context = context
        self._order = order
        self._fps = context.renderer.fps
        self._canvas = Canvas(order.seconds * self._fps, time.monotonic())
        shown = order.shown or messages.ShownSoFar(pts=-1)
        self._encoder = ClipEncoder(
            context.renderer, context.kbit, order.seconds, shown.run, context.marker_of(order.mark)
        )
        self._first_tick = shown.pts + 1
        self._grown = asyncio.Event()
        self._moved = asyncio.Event()
        self._shot = asyncio.Event()
        self._shot_all = False
        self._cancelled = asyncio.Event()
        self._head = Head(len(shown.run) - 1, running=True) if shown.run else Head()
        self._held = 0.0
        self._request: DeviceRequest | None = None
        self._text: str | None = None
        self._first: tuple[float, float] | None = None
        self._formed = 0.0
        self._first_s: float | None = None
        self._progress: messages.Progress | None = None
        self._shots_s = 0.0
        self._lateness = LatenessCounter(self._fps)
        self._grid = PartGrid(self._fps)

    def cancel(self) -> None:
        """Stop within one step."""
        self._cancelled.set()
        if self._request is not None:
            self._request.stop_stepping()

    def request_keyframe(self) -> None:
        """A viewer needs a keyframe."""
        self._encoder.request_keyframe()

    def request_rendition(self, rendition: RenditionName) -> None:
        """Somebody watches a rendition beside the full one."""
        self._encoder.renditions.request_rendition(rendition)

    def steer_to(self, text: str) -> None:
        """From the next chunk or step on the clip follows ``text``."""
        self._text = text
        if self._request is not None:
            self._request.steer_to(text)

    async def run(self) -> None:
        """Draw the clip. Raises only when the pipe to the instance is broken."""
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(self._stop_when_cancelled())
                await self._draw_and_send(group)
                watch.cancel()
        except* ConnectionError:
            raise
        # A renderer is foreign code: however it fails, only its own clip may fail with it.
        except* Exception as errors:
            await self._context.send(failure_message(self._order.clip, errors))

    async def _stop_when_cancelled(self) -> None:
        await self._cancelled.wait()
        raise Cancelled

    async def _draw_and_send(self, group: asyncio.TaskGroup) -> None:
        clip, context = self._order.clip, self._context
        understood = await context.on_device(context.renderer.understand, self._order.text)
        await context.send(messages.Started(clip=clip, understood=understood))
        with context.count_clip(live=self._order.live):
            drawing = group.create_task(self._draw())
            # While it is on air, by threads that are free: made at the end it would hold up the
            # file of every clip.
            halving = group.create_task(self._make_half())
            await (self._play_live() if self._order.live else self._encode_files(group))
            drawn = await drawing
            self._shot_all = True
            self._shot.set()
            await halving
            soon = time.monotonic() + FILES_LATE_S
            files = await context.run_chunked(soon, self._encoder.finish_files(self._canvas))
        # The last clip's and no average: the speed of one machine moved by 1.6 within a day with
        # what else ran there.
        context.speed = measure_speed(self._canvas.view.milestones, context.speed)
        for artifact in artifact_messages(clip, files, drawn.latents):
            await context.send(artifact)
        await self._tell_price(drawn)
        await context.send(self._done(drawn, files.hashes))

    def _done(self, drawn: _Drawn, hashes: bytes) -> messages.Done:
        order = self._order
        return messages.Done(
            clip=order.clip,
            frames=self._canvas.view.frames,
            render_s=drawn.seconds,
            conditions=self._context.conditions,
            alone=not drawn.shared and order.shown is None,
            hashes=hashes,
        )

    async def _tell_price(self, drawn: _Drawn) -> None:
        """Say what clips cost by now."""
        order, first, cost_model = self._order, self._first_s, self._context.cost_model
        before = cost_model.cost
        cost_model.update_load()
        cost_model.adapt_cores(self._lateness.pictures, self._lateness.late, time.monotonic())
        # Only of clips that had the device for themselves from their beginning: others cost less,
        # or were in line.
        if not (drawn.shared or order.kept or first is None or order.parent is not None):
            more = order.seconds - 1
            second = (drawn.seconds - first) / more if more else None
            cost_model.update_cost(first=first, second=second, shown=self._shots_s / order.seconds)
        if cost_model.cost is not None and cost_model.cost != before:
            await self._context.send(messages.Price(cost_model.cost))

    async def _draw(self) -> _Drawn:
        order, engine = self._order, self._context.engine
        drawing = self._context.renderer.render(brief_of(order))
        person = order.person or order.clip
        request = engine.add_clip(
            order.clip, person, drawing, lone=order.lone, eager=not order.live
        )
        self._request = request
        if self._text is not None:
            request.steer_to(self._text)
        try:
            engine.want_patch(request, time.monotonic() + FIRST_PICTURE_S if order.live else inf)
            while not isinstance(news := await request.next_news(), bytes):
                if isinstance(news, Patch):
                    await self._receive(news, request)
                else:
                    await self._context.send(messages.Steered(order.clip, news))
            self._canvas.close()
            return _Drawn(news, request.spent, request.shared)
        finally:
            await engine.remove_clip(request)

    async def _receive(self, patch: Patch, request: DeviceRequest) -> None:
        seen_before = self._order.kept or self._head.running
        forming = self._order.live and patch.start == 0 and not seen_before
        if forming:
            await self._pace(patch, request)
        if patch.sound is not None:
            soon = time.monotonic() + PREVIEW_LATE_S
            await self._context.on_picture_thread(soon, self._encoder.add_sound, patch.sound)
        view = self._canvas.put_patch(patch, self._now())
        if self._first_s is None and view.finals >= self._fps:
            self._first_s = request.spent
        self._grown.set()
        clip, speed = self._order.clip, self._context.speed
        self._progress = progress(clip, patch, view, self._fps, self._now(), speed)
        if not patch.part:
            await self._context.send(self._progress)
        if patch.keep is not None and self._order.live:
            await self._send_checkpoint(patch)
        if self._order.live and not forming:
            await self._hold_back()
            soon = frame_due(self._head, self._canvas.view, self._fps, time.monotonic())
            self._context.engine.want_patch(request, soon)

    async def _pace(self, patch: Patch, request: DeviceRequest) -> None:
        """While the first frames form each level is seen for its time, and the next one made."""
        done = (patch.step + patch.part) / patch.steps
        first_at, first = self._first = self._first or (time.monotonic(), done)
        # What comes next is as far again from this one as this is from the one before.
        following, self._formed = 2 * done - self._formed, done
        seen, due = (
            first_at + shown_from(at, first, self._context.pace) for at in (done, following)
        )
        self._context.engine.want_patch(request, due)
        # The embedded model forms a second in 0.13 s: unpaced nobody would see it come out of the
        # noise, which is what people come for.
        await asyncio.sleep(seen - time.monotonic())

    async def _send_checkpoint(self, patch: Patch) -> None:
        assert patch.keep is not None
        if seconds := patch.stop // self._fps:
            latents = await self._context.on_picture_thread(
                time.monotonic() + PREVIEW_LATE_S, patch.keep
            )
            await self._context.send(messages.ClipCheckpoint(self._order.clip, seconds, latents))

    async def _hold_back(self) -> None:
        """Wait while enough is final: what is drawn late can still be steered."""
        began = time.monotonic()
        # A model that is faster than its clip would have drawn all of it before anybody has read
        # the first proposal.
        while far_ahead(self._head, self._canvas.view, self._fps):
            self._moved.clear()
            await self._moved.wait()
        self._held += time.monotonic() - began

    def _now(self) -> float:
        """The clock of the drawing, which stands while it is held back."""
        return time.monotonic() - self._held

    async def _play_live(self) -> None:
        """Show the clip by the clock: the frames as they sharpen, then the final run."""
        await self._until_shown()
        clock, took = FrameClock(self._fps, self._first_tick), 0.0
        while not is_over(self._head, self._canvas.view):
            # While it forms the model goes first: pictures take no more than every other moment.
            # Previews are for looking: when they take 30 ms they come every 60, and the first light
            # of the next clip does not wait.
            tick = await clock.next_tick(rest=0.0 if self._head.running else took)
            view, now = self._canvas.view, time.monotonic()
            step = next_head(self._head, view, self._fps, now, self._context.speed)
            for missing in self._grid.missing_ticks(tick + (step is None)):
                await self._repeat(missing, clock.tick_time(missing) + PREVIEW_LATE_S)
            if step is not None:
                self._head = step
                self._moved.set()
                due = clock.tick_time(tick) + (0.0 if step.running else PREVIEW_LATE_S)
                await self._show(step, tick, due)
                if step.running:
                    self._lateness.count_picture(tick, time.monotonic() - due)
                took = time.monotonic() - now
                self._shots_s += took if step.running else 0.0

    async def _make_half(self) -> None:
        """Make the small file while the clip runs, so that its end needs to wait for little."""
        while not self._shot_all:
            await self._shot.wait()
            self._shot.clear()
            await self._context.run_chunked(
                time.monotonic() + FILES_LATE_S, self._encoder.catch_up_half()
            )

    async def _until_shown(self) -> None:
        """Until there is a first picture; a clip that comes from another worker goes on in its own
        time, however long that takes."""
        while not is_over(self._head, view := self._canvas.view):
            if next_head(self._head, view, self._fps, time.monotonic(), self._context.speed):
                return
            self._grown.clear()
            await self._grown.wait()

    async def _show(self, head: Head, tick: int, due: float) -> None:
        """One picture to the viewers, in the full rendition first: the others make nobody wait."""
        context, encoder = self._context, self._encoder
        unit = await context.on_picture_thread(
            due, encoder.encode_frame, self._canvas.best_patch(head.frame), head, tick
        )
        await self._send(unit, due)

    async def _repeat(self, tick: int, due: float) -> None:
        """The last picture again, where a part ends and no other has come."""
        unit = await self._context.on_picture_thread(due, self._encoder.repeat_last, tick)
        if unit is not None:
            await self._send(unit, due)

    async def _send(self, unit: Unit, due: float) -> None:
        clip, context, encoder = self._order.clip, self._context, self._encoder
        self._grid.add_unit(unit)
        await context.send(messages.Encoded(clip, unit))
        if unit.key and (not unit.final or unit.frame == 0):
            # What is asked for a picture of the clip is shown what there is of it.
            still = await context.on_picture_thread(due + PREVIEW_LATE_S, encoder.still_jpeg)
            if still is not None:
                await context.send(messages.Still(clip, still))
        if encoder.renditions.any_wanted:
            for name, other in await context.on_picture_thread(
                due + PREVIEW_LATE_S, encoder.encode_renditions
            ):
                await context.send(messages.Encoded(clip, other, name))
        if unit.final:
            self._shot.set()

    async def _encode_files(self, group: asyncio.TaskGroup) -> None:
        """Take the final run alone, as fast as it can be drawn; no unit is sent."""
        head, by_hand = Head(running=True), self._context.on_picture_thread
        encoded: asyncio.Task[Unit] | None = None
        while not is_over(head, self._canvas.view):
            step = next_head(head, self._canvas.view, self._fps, time.monotonic(), None)
            if step is None:
                self._grown.clear()
                await self._grown.wait()
                continue
            head = step
            patch, began = self._canvas.best_patch(head.frame), time.monotonic()
            # While one picture is encoded the next one is drawn.
            # With this, and files made in chunks, a lone clip is made at 1.3 times the speed of the
            # bare loop; before both it was 0.94.
            picture = await by_hand(inf, patch.draw, head.frame)
            if encoded is not None:
                await encoded
            shot = by_hand(inf, self._encoder.encode_picture, picture, patch, head, head.frame)
            encoded = group.create_task(shot)
            self._shots_s += time.monotonic() - began
            if self._progress is not None and head.frame % self._fps == 0:
                await self._context.send(self._progress)  # a sign of life
        if encoded is not None:
            await encoded


def brief_of(order: messages.Render) -> Brief:
    """What the renderer needs of an order."""
    return Brief(
        text=order.text,
        seed=order.seed,
        seconds=order.seconds,
        strength=order.strength,
        parent=order.parent,
        steps=order.steps,
        begun=order.begun,
        kept=order.kept,
        dropped=order.dropped,
        steering=order.steering,
        tune=order.tune,
        looks=order.looks,
        portraits=order.portraits,
    )


def artifact_messages(
    clip: str, files: OutputFiles, latents: bytes
) -> tuple[messages.Artifact, ...]:
    """The finished files as messages."""
    return (
        messages.Artifact(clip, "video", MP4, files.video),
        messages.Artifact(clip, "half", MP4, files.half),
        messages.Artifact(clip, "poster", JPEG, files.poster),
        messages.Artifact(clip, "preview", WEBP, files.preview),
        messages.Artifact(clip, "latents", LATENTS, latents),
    )
