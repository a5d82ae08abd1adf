"""What renditions cost: ``python -m bench.renditions [--clips 2] [--seconds 6]``.

Clips on air through a real worker of the embedded model, watched in no other rendition, in one, in
both. CPU time of the worker per second of clip, all in, and the bits a second of each rendition.
``taskset -c 1`` before it shows that one core is enough.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from statistics import median

from msgspec import Struct

from bench.machine import describe
from bench.realtime import PROMPTS, cpu_s
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from phosphene.units import RenditionName

MODES: tuple[tuple[RenditionName, ...], ...] = ((), ("half",), ("vp8",), ("half", "vp8"))


class Cost(Struct, frozen=True):
    """CPU seconds of a clip, and bytes of each rendition in its final run."""

    cpu_s: float
    octets: Counter[str]


async def one(pool: Pool, name: str, seconds: int, watched: Sequence[RenditionName]) -> Cost:
    """One clip on air whose other renditions are asked for as an instance does it."""
    used, octets = cpu_s(), Counter[str]()
    assert pool.info is not None, "a pool that is ready knows its model"
    order = messages.Render(
        clip=name, text=PROMPTS[0], seed=1, seconds=seconds, steps=pool.info.steps
    )
    async for answer in pool.render_clip(order):
        if isinstance(answer, messages.Started):
            ask(pool, name, watched)
        if isinstance(answer, messages.Encoded):
            octets[answer.rendition] += len(answer.unit.data) * answer.unit.final
            if answer.unit.key and answer.rendition == "full":
                ask(pool, name, watched)
    return Cost(cpu_s() - used, octets)


def ask(pool: Pool, clip: str, watched: Sequence[RenditionName]) -> None:
    for rendition in watched:
        pool.request_rendition(clip, rendition)


async def measure(options: argparse.Namespace) -> list[list[Cost]]:
    """For each mode its clips, the modes in turn, so that all have the same noise."""
    found: list[list[Cost]] = [[] for _ in MODES]
    async with open_pool(Settings(worker_threads=1, spares=0)) as pool:
        await pool.wait_ready()
        for number in range(options.clips):
            for watched, costs in zip(MODES, found, strict=True):
                name = "-".join((f"clip{number}", *watched))
                costs.append(await one(pool, name, options.seconds, watched))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=6)
    options = parser.parse_args()
    found = asyncio.run(measure(options))
    print(describe())
    print(f"{'watched':<18}{'CPU ms per s':>14}{'added':>8}{'kbit/s of each':>34}")
    alone = 0.0
    for watched, costs in zip(MODES, found, strict=True):
        cpu = median(cost.cpu_s for cost in costs) / options.seconds * 1000
        alone = alone or cpu
        rates = [
            f"{name} {octets * 8 / options.seconds / 1000:.0f}"
            for name, octets in costs[-1].octets.items()
        ]
        print(
            f"{' + '.join(('full', *watched)):<18}{cpu:>14.0f}{cpu - alone:>8.0f}"
            f"{', '.join(rates):>34}"
        )


if __name__ == "__main__":
    main()
