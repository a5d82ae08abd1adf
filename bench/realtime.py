"""Real-time factor: ``python -m bench.realtime [--clips 4] [--seconds 5] [--threads 1]``.

Whole clips through a real worker, from the order to the finished files, as fast as it can: steps,
composing, H.264, MP4, poster and preview. Wall time and the worker's CPU time per second of clip,
and how much memory it holds after the last one.
"""

import argparse
import asyncio
import time
from statistics import median

import psutil

from bench.machine import describe
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings

PROMPTS = (
    "a red fox hopping in the forest at night",
    "a woman holding a balloon in the street in the rain",
    "fireworks over a castle",
    "five penguins in the snow",
)
"""The older drawings, nouns in weather, scenery alone, many of a kind."""


def cpu_s() -> float:
    """CPU seconds of all our child processes so far."""
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))


async def one(pool: Pool, number: int, seconds: int, steps: int) -> tuple[float, float]:
    """Wall and CPU seconds of one clip."""
    began, used = time.perf_counter(), cpu_s()
    order = messages.Render(
        clip=f"clip{number}",
        text=PROMPTS[number % len(PROMPTS)],
        seed=number,
        seconds=seconds,
        steps=steps,
        live=False,
    )
    async for _ in pool.render_clip(order):
        pass
    return time.perf_counter() - began, cpu_s() - used


def resident_mb() -> float:
    """Of the largest of our child processes: the worker."""
    children = psutil.Process().children(recursive=True)
    most: int = max(child.memory_info().rss for child in children)
    return most / 1e6


async def measure(options: argparse.Namespace) -> tuple[list[tuple[float, float]], float]:
    """Clip after clip in one warm worker, then its memory."""
    settings = Settings(model=options.model, worker_threads=options.threads, spares=0)
    async with open_pool(settings) as pool:
        await pool.wait_ready()
        assert pool.info is not None, "a pool that is ready knows its model"
        steps = options.steps or pool.info.steps
        made = [await one(pool, number, options.seconds, steps) for number in range(options.clips)]
        await asyncio.sleep(1)  # it trims its heap after a clip
        return made, resident_mb()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=0, help="0: as many as the model wants")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", default="embedded")
    options = parser.parse_args()
    found, memory = asyncio.run(measure(options))
    walls, cpus = zip(*found, strict=True)
    print(describe())
    print(f"{'per second of clip':<22}{'median':>8}{'worst':>8}")
    for name, values in (("wall s", walls), ("cpu s", cpus)):
        per_second = [value / options.seconds for value in values]
        print(f"{name:<22}{median(per_second):>8.2f}{max(per_second):>8.2f}")
    print(f"resident after {options.clips} clips: {memory:.0f} MB")


if __name__ == "__main__":
    main()
