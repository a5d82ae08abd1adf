"""A worker is killed: ``python -m bench.loss [--clips 3] [--rounds 3]``.

Clips are on air, their worker gets SIGKILL, and the spare one goes on with them. How long until
the next unit of each reaches its log, and does every clip end whole?
"""

import argparse
import asyncio
import os
import signal
import time
from collections.abc import Callable
from statistics import median
from uuid import uuid4

from bench.machine import describe
from bench.realtime import PROMPTS
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings

SECONDS = 8
KILLED_AFTER_S = 3.0


class Watched:
    """One clip on air: when its units came, and how it ended."""

    def __init__(self) -> None:
        self.units = list[tuple[float, bool]]()
        self.frames = 0

    async def follow(self, pool: Pool, number: int, running: Callable[[], None]) -> None:
        assert pool.info is not None
        order = messages.Render(
            clip=uuid4().hex,
            text=PROMPTS[0],
            seed=number,
            seconds=SECONDS,
            steps=pool.info.steps,
            person=str(number),
        )
        async for answer in pool.render_clip(order):
            match answer:
                case messages.Encoded(_, unit):
                    self.units.append((time.perf_counter(), unit.final))
                    if unit.final and not self.frames:
                        running()
                    self.frames += unit.final


async def one_round(pool: Pool, clips: int) -> tuple[list[float], bool]:
    """Seconds from the kill to the next unit of each clip, and whether all are whole."""
    await pool.wait_for_workers(2)
    running = asyncio.Semaphore(0)
    watched = [Watched() for _ in range(clips)]
    async with asyncio.TaskGroup() as group:
        for number, one in enumerate(watched):
            group.create_task(one.follow(pool, number, running.release))
        for _ in watched:
            await running.acquire()
        await asyncio.sleep(KILLED_AFTER_S)
        killed = time.perf_counter()
        os.kill(int(pool.ready_workers[0].link.name), signal.SIGKILL)
    gaps = [next(at for at, _ in one.units if at > killed) - killed for one in watched]
    assert pool.info is not None
    return gaps, all(one.frames == SECONDS * pool.info.fps for one in watched)


async def measure(options: argparse.Namespace) -> tuple[list[float], bool]:
    """Round after round in one pool."""
    settings = Settings(spares=1, places=options.clips)
    async with open_pool(settings) as pool:
        rounds = [await one_round(pool, options.clips) for _ in range(options.rounds)]
    return [gap for gaps, _ in rounds for gap in gaps], all(whole for _, whole in rounds)


def main() -> None:
    """Print the gaps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    gaps, whole = asyncio.run(measure(parser.parse_args()))
    print(describe())
    print(f"kill -9 to the next unit: p50 {median(gaps):.2f} s, longest {max(gaps):.2f} s")
    print("every picture of every run came" if whole else "PICTURES ARE MISSING")


if __name__ == "__main__":
    main()
