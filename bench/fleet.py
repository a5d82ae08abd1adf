"""What Redis adds between a worker and an instance, and how soon another worker steps in.

    python -m bench.fleet [--clips 4] [--seconds 8] [--kills 3]

First the same units, stamped with the time of their sending, come from a worker without a model:
over its pipe, then from a lent worker over a redis-server of this machine. Then a clip of the
embedded model is drawn by one of two lent workers, which is killed (kill -9) after its first
second is final: how long until the next unit is here. Everything shares this machine's cores.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from bench.machine import describe
from phosphene.fleet.fleet import open_fleet
from phosphene.fleet.lend import Lender
from phosphene.render import messages
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.worker_handle import WorkerLimits
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from tests.support import RedisServer, lent_worker, redis_server

STAMPS = (sys.executable, "-m", "bench.stamp_worker")
ROOT = Path(__file__).parent.parent
TEXT = "a red balloon over the hills at sunset"


@asynccontextmanager
async def over_pipe(clips: int) -> AsyncIterator[Pool]:
    """A pool with a worker of its own."""
    async with open_pool(Settings(workers=1, spares=0, places=clips), STAMPS) as pool:
        await pool.wait_ready()
        yield pool


@asynccontextmanager
async def over_redis(url: str, blobs: Path, workers: int = 1) -> AsyncIterator[Pool]:
    """A pool of an instance with as many workers of other machines and none of its own."""
    async with (
        open_pool(Settings(workers=0), STAMPS) as pool,
        open_fleet(url, str(blobs), "bench", ModelPools([pool])),
    ):
        await pool.wait_for_workers(workers)
        yield pool


async def delays(pool: Pool, clips: int, seconds: int) -> list[float]:
    """Milliseconds from the sending of each unit to its arrival."""
    found: list[float] = []

    async def watch(clip: str) -> None:
        order = messages.Render(clip=clip, text="stamps", seed=1, seconds=seconds, steps=1)
        async for answer in pool.render_clip(order):
            if isinstance(answer, messages.Encoded):
                then = int.from_bytes(answer.unit.data[:8], "big")
                found.append((time.time_ns() - then) / 1e6)

    async with asyncio.TaskGroup() as tasks:
        for number in range(clips):
            tasks.create_task(watch(f"clip{number}"))
    return found


async def kill(redis: RedisServer, blobs: Path, whom: str) -> float:
    """Milliseconds from a kill to the next unit. ``whom``: the machine's process or its worker."""
    with ExitStack() as stack:
        lent = {
            name: stack.enter_context(lent_worker(redis.url, blobs, instance=name))
            for name in ("one", "two")
        }
        async with over_redis(redis.url, blobs, 2) as pool:
            order = messages.Render(clip=whom, text=TEXT, seed=1, seconds=5, steps=12)
            async with aclosing(pool.render_clip(order)) as answers:
                async for answer in answers:
                    if isinstance(answer, messages.ClipCheckpoint):
                        break
                (name,) = [one.link.name for one in pool.ready_workers if one.jobs]
                os.kill(victim(lent[name], whom), signal.SIGKILL)
                killed = time.perf_counter()
                return await next_unit(answers, killed)


def victim(lender: "subprocess.Popen[str]", whom: str) -> int:
    """The process that lends, or the one that draws."""
    if whom == "machine":
        return lender.pid
    tasks = Path(f"/proc/{lender.pid}/task").glob("*/children")
    (child,) = {int(pid) for file in tasks for pid in file.read_text().split()}
    return child


async def next_unit(answers: AsyncIterator[messages.ClipAnswer], killed: float) -> float:
    """Milliseconds from the kill to the end of the longest pause after it."""
    times = [killed]
    async for answer in answers:
        if isinstance(answer, messages.Encoded):
            times.append(time.perf_counter())
    pauses = [(after - before, after) for before, after in pairwise(times)]
    return (max(pauses)[1] - killed) * 1000


def row(what: str, figures: list[float]) -> str:
    """Count, p50, p99 and the largest, in ms."""
    cuts = quantiles(figures, n=100) if len(figures) > 1 else [figures[0]] * 99
    return f"{what:<42}{len(figures):>7}{cuts[49]:>9.2f}{cuts[98]:>9.2f}{max(figures):>9.2f}"


async def measure(clips: int, seconds: int, kills: int) -> None:
    """Print every figure as it comes."""
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as redis:
        blobs = Path(folder) / "blobs"
        print(f"{'ms':<42}{'count':>7}{'p50':>9}{'p99':>9}{'max':>9}")
        async with over_pipe(clips) as pool:
            print(row("unit over a pipe", await delays(pool, clips, seconds)), flush=True)
        options = ("--lend", redis.url, str(blobs), "--clips", str(clips))
        lender = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.fleet", *options), cwd=ROOT
        )
        async with over_redis(redis.url, blobs) as pool:
            print(row("unit over Redis", await delays(pool, clips, seconds)), flush=True)
        lender.terminate()
        await lender.wait()
        for whom in ("machine", "worker") if kills else ():
            waits = [await kill(redis, blobs, whom) for _ in range(kills)]
            print(row(f"kill -9 of a {whom} to the next unit", waits), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--lend", nargs=2, metavar=("REDIS", "BLOBS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lend:
        url, blobs = options.lend
        settings = Settings(redis_url=url, blobs=blobs, places=options.clips)
        asyncio.run(Lender(settings, STAMPS, WorkerLimits()).run())
        return
    print(describe())
    asyncio.run(measure(options.clips, options.seconds, options.kills))


if __name__ == "__main__":
    main()
