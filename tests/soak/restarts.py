"""Redis restarted as often as one says, under two instances that must not notice more than a pause.

    python -m tests.soak.restarts --times 1000 --seed 7

People like and comment all the while. Ends with 0 when neither instance ended, both are well, and
what crosses from one to the other still does.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from phosphene.store.sqlite import open_store
from tests.soak.clients import Recorder, Writer
from tests.soak.cluster import Cluster, open_cluster
from tests.soak.database import Database
from tests.soak.verdict import faults_of_segment, faults_of_tails
from tests.social.serving import a_clip as made

SETTLE_S = 60.0


async def restart(cluster: Cluster, rng: Random, times: int) -> None:
    for number in range(1, times + 1):
        cluster.redis.kill()
        await asyncio.sleep(rng.choice((0.0, 0.0, 0.05, 0.3)))
        await asyncio.to_thread(cluster.redis.start)
        await asyncio.sleep(rng.uniform(0.0, 0.5))
        if number % 100 == 0:
            print(f"{number} restarts, instances ended: {_ended(cluster)}", flush=True)


async def main(times: int, seed: int, folder: Path) -> int:
    rng = Random(seed)
    async with open_cluster(folder, workers=0) as cluster:
        recorders = [Recorder(lambda node=node: node, "clip:restarted") for node in cluster.nodes]  # type: ignore[misc]
        writers = [Writer(cluster.nodes, Random(rng.random()), f"w{n}-{seed}") for n in range(3)]
        clips = [await a_clip(cluster.data)]
        async with asyncio.TaskGroup() as people:
            tasks = [people.create_task(one.run()) for one in recorders]
            writing = [people.create_task(one.run(clips)) for one in writers]
            await restart(cluster, rng, times)
            for task in writing:
                task.cancel()
            faults = await settle(cluster, recorders)
            for task in tasks:
                task.cancel()
        ended = _ended(cluster)
    heard = sum(len(one.events) for each in recorders for one in each.following.segments)
    print(f"{times} restarts, seed {seed}: {ended} instances ended, {heard} events compared")
    for fault in faults[:20]:
        print(f"  {fault}")
    return int(ended > 0 or bool(faults))


async def settle(cluster: Cluster, recorders: list[Recorder]) -> list[str]:
    """What is wrong once everybody has had time to hear everything."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_S):
            while _tails(cluster, recorders):  # noqa: ASYNC110  other processes
                await asyncio.sleep(1.0)
    log = Database(cluster.data).log
    segments = [one for each in recorders for one in each.following.segments]
    found = [fault for one in segments for fault in faults_of_segment(one, log)]
    return found + _tails(cluster, recorders)


async def a_clip(data: Path) -> str:
    """A finished clip to like and comment."""
    async with open_store(data / "phosphene.db", "test", time.time) as store:
        await store.add_clip(made("restarted", status="done"))
    return "restarted"


def _tails(cluster: Cluster, recorders: list[Recorder]) -> list[str]:
    log = Database(cluster.data).log
    still_open = [one for each in recorders for one in each.following.open_segments.values()]
    return list(faults_of_tails(still_open, log))


def _ended(cluster: Cluster) -> int:
    return sum(node.restarts for node in cluster.nodes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.soak.restarts")
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    number = secrets.randbelow(10**6) if given.seed is None else given.seed
    with tempfile.TemporaryDirectory(prefix="phosphene-restarts-") as place:
        sys.exit(asyncio.run(main(given.times, number, Path(place))))
