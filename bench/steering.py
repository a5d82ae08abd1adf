"""Steering: ``python -m bench.steering [--clips 8]``.

A line is chosen for a clip on air, again and again at odd moments: how long until the first picture
that follows it is sent to the viewers? (A line that more than half of those who watch want is
chosen with the vote that makes it so.)
"""

import argparse
import asyncio
import random
import time
from itertools import cycle
from uuid import uuid4

from bench.machine import describe
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings

PROMPT = "a red balloon over the hills at day"
LINES = (
    "a red balloon over the sea at night",
    "a blue whale over the city at sunset in the snow",
    "a yellow bird over the desert at day",
)
SECONDS = 10
BETWEEN_S = (1.2, 2.0)


class Steered:
    """One clip that is steered while it runs; ``took`` are seconds from choice to picture."""

    def __init__(self, pool: Pool, seed: int) -> None:
        assert pool.info is not None
        self.took = list[float]()
        self._pool = pool
        self._dice = random.Random(seed)
        self._asked = 0.0
        self._frame: int | None = None
        self._runs = asyncio.Event()
        self._shown = asyncio.Event()
        self._order = messages.Render(
            clip=uuid4().hex, text=PROMPT, seed=seed, seconds=SECONDS, steps=pool.info.steps
        )

    async def run(self) -> None:
        """Draw the clip and steer it."""
        async with asyncio.TaskGroup() as group:
            steering = group.create_task(self._steer())
            async for answer in self._pool.render_clip(self._order):
                self._hear(answer)
            steering.cancel()

    async def _steer(self) -> None:
        await self._runs.wait()
        for line in cycle(LINES):
            await asyncio.sleep(self._dice.uniform(*BETWEEN_S))
            self._shown.clear()
            self._asked, self._frame = time.perf_counter(), None
            self._pool.steer_clip(self._order.clip, line)
            await self._shown.wait()

    def _hear(self, answer: messages.ClipAnswer) -> None:
        match answer:
            case messages.Steered(_, steer):
                self._frame = steer.frame
            case messages.Encoded(_, unit) if unit.final:
                self._runs.set()
                if self._frame is not None and unit.frame >= self._frame:
                    self.took.append(time.perf_counter() - self._asked)
                    self._frame = None
                    self._shown.set()


async def measure(options: argparse.Namespace) -> list[float]:
    """Clip after clip, or some together."""
    took = list[float]()
    async with open_pool(Settings(spares=0, places=options.together)) as pool:
        await pool.wait_ready()
        for number in range(0, options.clips, options.together):
            clips = [Steered(pool, number + at) for at in range(options.together)]
            await asyncio.gather(*(clip.run() for clip in clips))
            took += [one for clip in clips for one in clip.took]
    return sorted(took)


def main() -> None:
    """Print the quantiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--together", type=int, default=1, help="clips on air at once")
    took = asyncio.run(measure(parser.parse_args()))
    print(describe())
    p50, p95 = (took[round(part * (len(took) - 1))] for part in (0.5, 0.95))
    print(
        f"a chosen line to the first picture that follows it, {len(took)} lines: "
        f"p50 {p50:.2f} s, p95 {p95:.2f} s"
    )


if __name__ == "__main__":
    main()
