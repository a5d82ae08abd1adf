"""The main loop of a worker: orders in, a session for each clip, answers out. Knows no model."""

import asyncio
import faulthandler
import logging
import os
import resource
import sys
from functools import partial
from math import inf
from typing import BinaryIO, Final

import msgspec

from phosphene.children.frames import read_frame
from phosphene.render import messages
from phosphene.render.cores import usable_cores
from phosphene.render.inflight import INFLIGHT_VARIABLE, write_inflight
from phosphene.render.worker.context import WorkerContext, open_context
from phosphene.render.worker.cost_model import warm_up
from phosphene.render.worker.engine import MarkInflight
from phosphene.render.worker.failure import failure_reason
from phosphene.render.worker.heap import return_freed_memory
from phosphene.render.worker.renderer import Renderer
from phosphene.render.worker.session import ClipSession

LAST_STEP_S: Final = 10.0
"""How long a step that is going on may still take when the instance has gone."""

log = logging.getLogger(__name__)


async def run(
    renderer: Renderer,
    ready: messages.Ready,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    kbit: int = 2500,
    pace: float = 0.0,
    mark_inflight: MarkInflight = lambda clips: None,
) -> None:
    """Warm up, say ``ready``, then draw what is ordered until the reader ends. Of a model that
    cannot draw it says so, and raises what that raised.

    ``kbit`` caps the bitrate in kbit/s, ``pace`` is the least time in seconds that the first
    frames of a clip take to form.

    Raises:
        ConnectionError (in a group): nobody reads the answers any more.
        ValueError, msgspec.ValidationError: what came is no order.
    """

    async def send(answer: messages.Answer) -> None:
        # A pipe and not shared memory: encoded pictures have a few kilobytes, and a message crosses
        # in 0.2 ms (p99 0.9).
        writer.write(messages.frame_message(answer))
        await writer.drain()

    try:
        settings = {**ready.conditions.settings, "bitrate": str(kbit)}
        conditions = msgspec.structs.replace(ready.conditions, settings=settings)
        with open_context(
            renderer,
            send,
            kbit=kbit,
            pace=pace,
            conditions=conditions,
            mark_inflight=mark_inflight,
            lifelike=ready.lifelike,
        ) as context:
            try:
                context.speed, cost = await context.on_device(
                    warm_up, renderer, kbit, float(usable_cores())
                )
            # However a renderer fails at its first clip, what it says of that is worth hearing.
            except Exception as error:
                await send(messages.Unfit(f"it cannot draw a short clip: {failure_reason(error)}"))
                raise
            context.cost_model.cost = cost
            await send(msgspec.structs.replace(ready, steers=renderer.steers, cost=cost))
            await _serve(context, reader)
    finally:
        faulthandler.cancel_dump_traceback_later()


async def run_on_pipes(
    renderer: Renderer, ready: messages.Ready, *, kbit: int = 2500, pace: float = 0.0
) -> None:
    """``run`` on standard input and output, which nothing else can reach from then on."""
    # What it draws from may be somebody's portrait: no core dump is to hold it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    orders, answers = _take_pipes()
    mark_inflight = _inflight_marker()
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    inward, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), orders)
    outward, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), answers
    )
    writer = asyncio.StreamWriter(outward, protocol, None, loop)
    try:
        await run(
            renderer, ready, reader, writer, kbit=kbit, pace=pace, mark_inflight=mark_inflight
        )
    finally:
        inward.close()
        outward.close()


async def _serve(context: WorkerContext, reader: asyncio.StreamReader) -> None:
    sessions: dict[str, ClipSession] = {}
    async with asyncio.TaskGroup() as group:
        while (body := await read_frame(reader)) is not None:
            order = messages.decode_order(body)
            match order:
                case messages.WorkerPing(number):
                    await context.send(messages.WorkerPong(number, context.current_work()))
                case messages.ReadPrompt(number, text):
                    group.create_task(_read(context, number, text), name="reading")
                case messages.Render(clip=clip) if clip not in sessions:
                    sessions[clip] = ClipSession(context, order)
                    group.create_task(_draw(context, sessions, clip), name=f"clip {clip}")
                case messages.Cancel(clip) if clip in sessions:
                    sessions[clip].cancel()
                case messages.SteerClip(clip, text) if clip in sessions:
                    sessions[clip].steer_to(text)
                case messages.Keyframe(clip) if clip in sessions:
                    sessions[clip].request_keyframe()
                case messages.RequestRendition(clip, rendition) if clip in sessions:
                    sessions[clip].request_rendition(rendition)
                case _:  # it crossed with the last word of its clip
                    log.debug("nothing to do for %s", order)
        # Without the instance nobody would end a worker whose step hangs.
        # By the C library's clock, because Python may never run again: a step in CUDA holds its
        # lock and hears no signal.
        faulthandler.dump_traceback_later(LAST_STEP_S, exit=True)
        for session in sessions.values():
            session.cancel()


async def _read(context: WorkerContext, number: int, text: str) -> None:
    """In the device thread, as a clip's own reading: tokenizers of libraries are not for several
    threads at once (tokenizers raises "Already borrowed")."""
    try:
        understood = await context.on_device(context.renderer.understand, text)
    # However a renderer fails at a text, those who type it must not end everybody's clips.
    except Exception:
        log.exception("a text could not be read")
        understood = None
    await context.send(messages.PromptRead(number, understood))


async def _draw(context: WorkerContext, sessions: dict[str, ClipSession], clip: str) -> None:
    try:
        await sessions[clip].run()
    finally:
        del sessions[clip]
    if not sessions:  # while others draw it would be taken again at once
        await context.on_picture_thread(inf, return_freed_memory)


def _inflight_marker() -> MarkInflight:
    file = os.environ.get(INFLIGHT_VARIABLE)
    return partial(write_inflight, int(file)) if file else lambda clips: None


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output as files of their own.

    What the process prints goes to standard error from now on: a stray line would be taken for
    a message.
    """
    sys.stdout.flush()
    orders, answers = os.fdopen(os.dup(0), "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return orders, answers
