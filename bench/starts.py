"""Is the expected start true? ``python -m bench.starts [--clips 12] [--places 2]``.

More clips than the worker has places, of 2 to 8 seconds, all asked for at once and of as many
persons. Each is told when it should begin; how far is that from when it does? Of what is told when
a clip joins the line, and of all that is told later; a wait of less than a second counts as one.
"""

import argparse
import asyncio
import random
import time
from statistics import median
from uuid import uuid4

from msgspec import Struct

from bench.machine import describe
from bench.realtime import PROMPTS
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings

NEAR = 0.25
SHORT_S = 1.0


class Told(Struct, frozen=True):
    """What was told of a start, and how it was, in seconds from then."""

    expected: float
    true: float
    first: bool

    @property
    def off(self) -> float:
        """The part of the true wait by which the expected one was wrong."""
        return abs(self.expected - self.true) / max(self.true, SHORT_S)


async def follow(pool: Pool, number: int, seconds: int) -> list[Told]:
    """Draw one clip and note what is told of its start."""
    assert pool.info is not None
    order = messages.Render(
        clip=uuid4().hex,
        text=PROMPTS[0],
        seed=number,
        seconds=seconds,
        steps=pool.info.steps,
        person=str(number),
    )
    said, began = list[tuple[float, float]](), 0.0
    async for answer in pool.render_clip(order):
        match answer:
            case messages.Waiting(_, _, wait_s):
                said.append((time.perf_counter(), wait_s))
            case messages.Started():
                began = time.perf_counter()
    return [Told(wait_s, began - at, not place) for place, (at, wait_s) in enumerate(said)]


async def measure(options: argparse.Namespace) -> list[Told]:
    """All clips at once."""
    dice = random.Random(options.seed)
    settings = Settings(spares=0, places=options.places, queue=options.clips)
    async with open_pool(settings) as pool:
        await pool.wait_ready()
        await follow(pool, 0, 4)
        lengths = [dice.randint(2, 8) for _ in range(options.clips)]
        told = await asyncio.gather(*(follow(pool, at, long) for at, long in enumerate(lengths)))
    return [one for clip in told for one in clip]


def main() -> None:
    """Print how true it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--places", type=int, default=2, help="0: as many as it can in time")
    parser.add_argument("--seed", type=int, default=1)
    told = asyncio.run(measure(parser.parse_args()))
    print(describe())
    print(f"{'':<24}{'told':>6}{'off by p50':>12}{'most':>8}{'within 25 %':>13}")
    for name, some in (("joining the line", [one for one in told if one.first]), ("all", told)):
        off = sorted(one.off for one in some)
        near = 100 * sum(one <= NEAR for one in off) / len(off)
        print(
            f"{name:<24}{len(off):>6}{100 * median(off):>10.0f} %{100 * off[-1]:>6.0f} %"
            f"{near:>11.0f} %"
        )


if __name__ == "__main__":
    main()
