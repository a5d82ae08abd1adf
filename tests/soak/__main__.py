"""Chaos for as long as one says, by a seed that is printed; at the end everything is compared.

    python -m tests.soak --minutes 20 --seed 7

Two instances, a Redis, sockets that write everything down, people who like, comment and ask for
clips; every few seconds a fault. It ends with 0 when no event was lost, doubled or reordered, no
acknowledged write is missing, every clip has an end, both instances are well, and no process,
lease or file is left over.
"""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx

from phosphene.blobs.folder import Directory
from phosphene.disk_usage import Usage
from phosphene.settings import Settings
from phosphene.store.holder import LeaseHolder
from phosphene.store.sqlite import open_store
from phosphene.store.store import Removal
from phosphene.studio.housekeeper import YOUNG_S, Housekeeper
from tests.soak.clients import Writer, recorders
from tests.soak.cluster import Cluster, open_cluster
from tests.soak.database import Database
from tests.soak.faults import Fault, schedule
from tests.soak.verdict import (
    faults_of_clips,
    faults_of_promises,
    faults_of_segment,
    faults_of_tails,
)

WRITERS = 6
CLIPS_A_ROUND = 2
ROUND_S = 15.0
SETTLE_S = 240.0
"""So long nothing may happen before what is not done by then counts as stuck."""
SETTLE_MOST_S = 1200.0


class Soak:
    """One run: its people, and what they have to say at the end."""

    def __init__(self, cluster: Cluster, rng: Random) -> None:
        self._cluster, self._rng = cluster, rng
        self.recorders = list(recorders(cluster.nodes, Random(rng.random())))
        self.followings = [one.following for one in self.recorders]
        self.writers = [
            Writer(cluster.nodes, Random(rng.random()), f"writer-{number}-{secrets.token_hex(3)}")
            for number in range(WRITERS)
        ]
        self.clips: list[str] = []
        self.rounds: list[str] = []

    async def run(self, seconds: float) -> None:
        """Rounds until the time is over; then everybody falls silent and the rest settles."""
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as people:
            listening = [people.create_task(one.run()) for one in self.recorders]
            writing = [people.create_task(one.run(self.clips)) for one in self.writers]
            faults = schedule(self._rng)
            while time.monotonic() < end:
                await self._round(next(faults))
            for task in writing:
                task.cancel()
            await self._settle()
            for task in listening:
                task.cancel()

    async def _round(self, fault: Fault) -> None:
        name = getattr(fault, "__name__", "")
        self.rounds.append(name)
        began = time.monotonic()
        print(f"{len(self.rounds):4} {name}", flush=True)
        async with asyncio.TaskGroup() as work:
            for writer in self._rng.sample(self.writers, CLIPS_A_ROUND):
                work.create_task(writer.make(self.clips))
            await asyncio.sleep(self._rng.uniform(0.5, 3.5))
            work.create_task(fault(self._cluster, self._rng))
        await asyncio.sleep(max(0.0, began + ROUND_S - time.monotonic()))

    async def _settle(self) -> None:
        """Until both instances could draw, every clip has its end, and sockets are up to date; or
        until nothing happens any more. (On a machine that does much else a clip takes minutes.)"""
        await self._cluster.wait_until_ready()
        promised = {clip for writer in self.writers for clip in writer.clips}
        before, end = 0, time.monotonic() + SETTLE_S
        last = time.monotonic() + SETTLE_MOST_S
        while time.monotonic() < min(end, last):
            database = Database(self._cluster.data)
            open_ones = [one for each in self.followings for one in each.open_segments.values()]
            if not any(faults_of_clips(promised, database.status)) and not any(
                faults_of_tails(open_ones, database.log)
            ):
                return
            told = sum(len(events) for events in database.log.values())
            if told != before:
                before, end = told, time.monotonic() + SETTLE_S
            await asyncio.sleep(2)

    def faults(self) -> Iterator[str]:
        """Everything that is wrong."""
        database = Database(self._cluster.data)
        for following in self.followings:
            for segment in following.segments:
                yield from faults_of_segment(segment, database.log)
            yield from faults_of_tails(list(following.open_segments.values()), database.log)
        for writer in self.writers:
            yield from faults_of_clips(set(writer.clips), database.status)
            yield from faults_of_promises(writer.comments, database.comments, "comment")
            for clip, on in writer.likes.items():
                kept = (clip, writer.person) in database.likes
                if on != kept and (clip, kept) not in writer.unsure:
                    yield f"like of {clip} by {writer.person}: acknowledged as {on}"
        yield from database.faults()

    def figures(self) -> str:
        """What was done, in a few lines."""
        nodes, clips = self._cluster.nodes, Database(self._cluster.data).status
        return "\n".join((
            f"rounds {len(self.rounds)}",
            f"events compared {sum(len(s.events) for f in self.followings for s in f.segments)}",
            f"connections {sum(one.connections for one in self.recorders)}, "
            f"replays {sum(one.replays for one in self.followings)}, "
            f"snapshots {sum(one.snapshots for one in self.followings)}",
            f"comments {sum(len(writer.comments) for writer in self.writers)}, "
            f"likes {sum(len(writer.likes) for writer in self.writers)}",
            f"clips {len(self.clips)}: " + ", ".join(
                f"{sum(clips.get(clip) == how for clip in self.clips)} {how}"
                for how in ("done", "failed", "cancelled", "live", "queued")
            ),
            f"failed because: {Database(self._cluster.data).reasons}",
            f"restarts by the supervisor {[node.restarts for node in nodes]}, "
            f"exit codes {[node.codes for node in nodes]}",
        ))  # fmt: skip


async def main(minutes: float, seed: int, folder: Path) -> int:
    began, found = time.monotonic(), ["it did not come to its end"]
    async with open_cluster(folder) as cluster:
        soak = Soak(cluster, Random(seed))
        await soak.run(minutes * 60)
        print(soak.figures(), flush=True)
        async with httpx.AsyncClient(timeout=10.0) as client:
            for node in cluster.nodes:
                print(f"instance {node.name}: {await _lag(client, node.url)}", flush=True)
        found = list(soak.faults())
        pids = [worker for node in cluster.nodes for worker in node.workers()]
        await cluster.stop()
        found += [f"process {one.pid} is left over" for one in pids if one.is_running()]
        await sweep(cluster.data)
        found += Database(cluster.data).faults_at_rest()
        if found:
            shutil.copy(cluster.data / "phosphene.db", folder)
    print(f"{time.monotonic() - began:.0f} s, seed {seed}: {len(found)} faults")
    for line in found[:40]:
        print(f"  {line}")
    return bool(found)


async def sweep(data: Path) -> None:
    """What the instances' own sweeper does in its next turns: files are too new for it now."""
    blobs = Directory(data / "blobs")

    async def finish(removal: Removal) -> None:
        for name in removal.blobs:
            await blobs.delete_blob(name)

    def later() -> float:
        return time.time() + 2 * YOUNG_S

    settings = Settings(data=str(data))
    async with open_store(data / "phosphene.db", "sweeper", later) as store:
        holder = LeaseHolder(store, later, settings.lease, alone=True)
        await Housekeeper(store, holder, blobs, Usage(0), settings, finish, later).take_turn()


async def _lag(client: httpx.AsyncClient, url: str) -> str:
    """The figures of the event loop among its metrics."""
    lines = (await client.get(f"{url}/metrics")).text.splitlines()
    return "; ".join(line for line in lines if "loop" in line and not line.startswith("#"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    number = secrets.randbelow(10**6) if given.seed is None else given.seed
    print(f"seed {number}", flush=True)
    place = Path(tempfile.mkdtemp(prefix="phosphene-soak-"))
    failed = asyncio.run(main(given.minutes, number, place))
    if failed:
        print(f"the logs of both instances and their database are in {place}")
    else:
        shutil.rmtree(place)
    sys.exit(failed)
