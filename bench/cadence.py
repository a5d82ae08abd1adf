"""Many clips on one device: ``python -m bench.cadence [--clips 1 2 4 8 0] [--seconds 5]``.

0 clips are as many as a worker admits by itself. ``--model`` and ``--pixels`` are the settings of
these names; ``tests.render.worker.diffusers.tiny.save("wan", folder)`` makes a tiny Wan of random
weights.

The bare loop (the model's own passes, drawing, encoding and files, one thread, no engine) and the
engine in its worker, in one run. Made as files the clips are as fast as the machine allows: clips
a second, and CPU seconds a clip, which other load on the machine disturbs less. On air a simulated
viewer looks at each clip: when its first picture comes, how many pictures of the run come at their
time, and for how long it stands still.
"""

import argparse
import asyncio
import os
import time
from statistics import median
from uuid import uuid4

import torch
from msgspec import Struct

from bench.machine import describe
from bench.realtime import PROMPTS, cpu_s
from phosphene.render import messages
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.render.worker.__main__ import load
from phosphene.render.worker.canvas import Canvas
from phosphene.render.worker.chunked_work import run_all_chunks
from phosphene.render.worker.clip_encoder import ClipEncoder
from phosphene.render.worker.playhead import Head
from phosphene.render.worker.renderer import Brief, Renderer, patches_alone
from phosphene.settings import Settings
from phosphene.stream.simulated_viewer import SimulatedViewer


class Made(Struct, frozen=True):
    """Clips that were made: how many, in which wall and CPU seconds."""

    clips: int
    wall: float
    cpu: float


class Seen(Struct, frozen=True):
    """What a viewer saw of one clip: seconds to the first picture, pictures of the run, those of
    them that were late, seconds of standing still."""

    first: float
    pictures: int
    late: int
    stalled: float


def bare(renderer: Renderer, seconds: int, steps: int, kbit: int, seed: int) -> None:
    """One clip from its brief to its files, with nothing around."""
    canvas, encoder = Canvas(seconds * renderer.fps, 0.0), ClipEncoder(renderer, kbit, seconds)
    brief, shown = Brief(PROMPTS[0], seed, seconds, steps=steps), 0
    for number, patch in enumerate(patches_alone(renderer.render(brief))):
        view = canvas.put_patch(patch, float(number))
        for frame in range(shown, view.finals):
            encoder.encode_frame(canvas.best_patch(frame), Head(frame, running=True), frame)
        shown = view.finals
    canvas.close()
    run_all_chunks(encoder.finish_files(canvas))


def bare_loop(options: argparse.Namespace) -> Made:
    """Clip after clip in this process."""
    renderer, ready = load(ModelOptions(model=options.model, pixels=options.pixels))
    steps = options.steps or ready.steps
    bare(renderer, options.seconds, steps, Settings().bitrate, 0)
    began, used = time.perf_counter(), time.process_time()
    for seed in range(options.loops):
        bare(renderer, options.seconds, steps, Settings().bitrate, seed)
    return Made(options.loops, time.perf_counter() - began, time.process_time() - used)


async def together(pool: Pool, options: argparse.Namespace, count: int) -> Made:
    """``count`` clips at once, made as files."""
    began, used = time.perf_counter(), cpu_s()
    await asyncio.gather(*(made(pool, options, seed) for seed in range(count)))
    return Made(count, time.perf_counter() - began, cpu_s() - used)


async def made(pool: Pool, options: argparse.Namespace, seed: int) -> None:
    async for _ in pool.render_clip(order(pool, options, seed, live=False)):
        pass


async def watched(pool: Pool, options: argparse.Namespace, seed: int) -> Seen:
    """One clip on air, as a viewer gets it."""
    assert pool.info is not None
    began, first, viewer = time.perf_counter(), 0.0, SimulatedViewer(pool.info.fps)
    async for answer in pool.render_clip(order(pool, options, seed, live=True)):
        if isinstance(answer, messages.Encoded):
            now = time.perf_counter()
            first = first or now - began
            viewer.see_unit(answer.unit, now)
    return Seen(first, viewer.pictures, viewer.late, viewer.stalled_s)


def order(pool: Pool, options: argparse.Namespace, seed: int, *, live: bool) -> messages.Render:
    assert pool.info is not None
    return messages.Render(
        clip=uuid4().hex,
        text=PROMPTS[0],
        seed=seed,
        seconds=options.seconds,
        steps=options.steps or pool.info.steps,
        person=str(seed),
        live=live,
    )


async def engine(options: argparse.Namespace, count: int) -> tuple[Made, list[Seen]]:
    """One worker that draws ``count`` clips at once, first as files, then on air."""
    settings = Settings(
        model=options.model,
        pixels=options.pixels,
        worker_threads=options.threads,
        places=count,
        spares=0,
    )
    async with open_pool(settings) as pool:
        await pool.wait_ready()
        await made(pool, options, 0)
        await watched(pool, options, 0)
        count = count or pool.capacity_of(pool.ready_workers[0])
        rounds = [
            await together(pool, options, count) for _ in range(max(1, options.loops // count))
        ]
        files = Made(
            sum(one.clips for one in rounds),
            sum(one.wall for one in rounds),
            sum(one.cpu for one in rounds),
        )
        return files, await asyncio.gather(*(watched(pool, options, at) for at in range(count)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, nargs="+", default=[1, 2, 4, 8, 0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=0, help="0: as many as the model wants")
    parser.add_argument("--loops", type=int, default=4, help="clips of the bare loop")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--pixels", type=int, default=0, help="about how many in a picture")
    options = parser.parse_args()
    os.nice(5)  # as the worker does
    torch.set_num_threads(options.threads)
    loop = bare_loop(options)
    print(describe())
    print(
        f"{'':<12}{'clips/s':>9}{'x bare':>8}{'cpu s/clip':>12}{'x bare':>8}"
        f"{'first s':>9}{'in time':>9}{'stalled s':>11}"
    )
    print(f"{'bare loop':<12}{loop.clips / loop.wall:>9.3f}{'':>8}{loop.cpu / loop.clips:>12.2f}")
    for count in options.clips:
        print(line(count, loop, *asyncio.run(engine(options, count))))


def line(count: int, loop: Made, files: Made, air: list[Seen]) -> str:
    """What ``count`` clips at once come to; 0: as many as were admitted."""
    name = f"{count} at once" if count else f"admitted: {len(air)}"
    speed, bare_speed = files.clips / files.wall, loop.clips / loop.wall
    cpu, bare_cpu = files.cpu / files.clips, loop.cpu / loop.clips
    pictures, late = (sum(getattr(one, name) for one in air) for name in ("pictures", "late"))
    return (
        f"{name:<12}{speed:>9.3f}{speed / bare_speed:>8.2f}{cpu:>12.2f}"
        f"{bare_cpu / cpu:>8.2f}{median(one.first for one in air):>9.2f}"
        f"{100 * (1 - late / pictures):>8.1f}%{sum(one.stalled for one in air):>11.2f}"
    )


if __name__ == "__main__":
    main()
