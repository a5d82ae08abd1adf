"""From a deed to the mark on an inbox, among people who follow each other, over two instances.

    python -m bench.people [--people 5000] [--follows 50000] [--rate 1000] [--seconds 60]
                           [--highest] [--step-seconds 10]

Two servers share a database and a Redis that this command starts; half of the people are on each.
A process of its own holds a socket for everybody and sends the deeds at a steady rate, whether
those before are answered or not: half comments by somebody whom the clip's author follows, of
which each is a notice, half likes. A wait is counted from the moment at which the deed was to be
sent, so that a generator or a server that falls behind does not look fast. ``--highest`` then looks
for the rate up to which p95 is 300 ms.
"""

import argparse
import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from bench.machine import describe
from phosphene.model import Clip, Person
from phosphene.people.login_sessions import digest_of
from phosphene.store.logins import Login
from phosphene.store.sqlite import SqliteStore, open_store
from tests.support import Instance, instance, redis_server

GOAL_S: Final = 0.3
STEP: Final = 1.25
SEED: Final = 14
AT_ONCE: Final = 500
WATCHED_S: Final = 60.0
OPEN: Final[dict[str, Any]] = {
    "workers": 0,
    "sockets": 100_000,
    "sockets_per_address": 100_000,
    "connections_per_address": 100_000,
    "writes_per_minute": 1_000_000,
    "address_factor": 1000,
    "guest_likes_per_hour": 1_000_000,
}
"""All people come from one address here."""


async def settle(path: Path, people: int, follows: int) -> dict[str, Any]:
    """Fill a database: people with a token, a clip and whom they follow each; what of it the
    generator needs."""
    chance = random.Random(SEED)
    somebody = [Person(f"person-{one:06}", f"person_{one}") for one in range(people)]
    each = min(people - 1, max(1, follows // people))
    async with open_store(path, "bench", time.time) as store:
        await in_parts(move_in(store, one) for one in somebody)
        followed = [others(chance, one, people, each) for one in range(people)]
        await in_parts(
            store.people.set_relation(somebody[one], "follow", somebody[other], True)
            for one in range(people)
            for other in followed[one]
        )
    return {"tokens": [token_of(one) for one in somebody], "followed": followed}


def others(chance: random.Random, one: int, people: int, each: int) -> list[int]:
    """Different people who are not this one."""
    found = set[int]()
    while len(found) < each:
        found.add(chance.randrange(people))
        found.discard(one)
    return sorted(found)


def token_of(person: Person) -> str:
    return f"2.bench-{person.id}"


def clip_of(person_id: str, number: int, now: float) -> Clip:
    return Clip(
        id=f"clip-{number:06}",
        author=Person(person_id, f"person_{number}"),
        text="a red ball rolls over the sea",
        seconds=3,
        status="done",
        created_at=now,
    )


async def move_in(store: SqliteStore, person: Person) -> None:
    now = time.time()
    await store.set_handle(person)
    login = Login(person.id, person.id, now, now, now, "bench")
    await store.accounts.begin_login(digest_of(token_of(person)), login)
    # Who follows ten people has watched: else each like would be counted as one of a new guest.
    await store.add_watched({person.id: WATCHED_S}, {person.id: WATCHED_S})
    await store.add_clip(clip_of(person.id, int(person.id.rpartition("-")[2]), now))


async def in_parts(works: Iterator[Any]) -> None:
    """Many at a time: they share commits."""
    part = list[Any]()
    for work in works:
        part.append(work)
        if len(part) == AT_ONCE:
            await asyncio.gather(*part)
            part.clear()
    await asyncio.gather(*part)


@contextmanager
def two_instances(data: Path) -> Iterator[list[Instance]]:
    with (
        redis_server(data) as redis,
        instance(data / "x", redis_url=redis.url, instance="one", **OPEN) as one,
        instance(data / "x", redis_url=redis.url, instance="two", **OPEN) as two,
    ):
        yield [one, two]


class Generator:
    """The process that holds the sockets; runs as often as it is told a rate."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """Deeds at a rate; see ``people_load.Result``."""
        assert self._process.stdin
        self._process.stdin.write(f"{json.dumps([rate, seconds])}\n".encode())
        return await self.read()

    async def read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = await self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line)
        return found


async def measure(asked: argparse.Namespace, data: Path) -> None:
    (data / "x").mkdir()
    world = await settle(data / "x" / "phosphene.db", asked.people, asked.follows)
    with two_instances(data) as instances:
        world["urls"] = [one.socket_url for one in instances]
        (data / "world.json").write_text(json.dumps(world))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.people_load", str(data / "world.json")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            generator = Generator(process)
            print(f"{(await generator.read())['open']} sockets are open", flush=True)
            await report(generator, instances, asked.rate, asked.seconds)
            if asked.highest:
                await find_highest(generator, asked.rate, asked.step_seconds)
        finally:
            process.terminate()
            await process.wait()


async def report(
    generator: Generator, instances: list[Instance], rate: float, seconds: float
) -> None:
    processes = [psutil.Process(one.process.pid) for one in instances]
    before = [sum(one.cpu_times()[:2]) for one in processes]
    found = await generator.run(rate, seconds)
    print(f"{rate:.0f} deeds/s for {seconds:.0f} s: {told(found)}", flush=True)
    for one, process, cpu in zip(instances, processes, before, strict=True):
        share = (sum(process.cpu_times()[:2]) - cpu) / found["took_s"]
        memory = process.memory_info().rss / (1 << 20)
        print(f"{one.url}: {memory:.0f} MiB, {share:.0%} of a core", flush=True)


async def find_highest(generator: Generator, rate: float, seconds: float) -> None:
    """Up while it holds, down while it does not."""
    found = await generator.run(rate, seconds)
    up = holds(found)
    best = rate if up else 0.0
    while rate > 1:
        rate = rate * STEP if up else rate / STEP
        found = await generator.run(rate, seconds)
        print(f"  {rate:.0f} deeds/s: {told(found)}", flush=True)
        if holds(found):
            best = rate
        if holds(found) != up:
            break
    print(f"p95 of {GOAL_S * 1000:.0f} ms holds up to {best:.0f} deeds/s", flush=True)


def holds(found: dict[str, Any]) -> bool:
    return not found["lost"] and found["p95"] <= GOAL_S and not found["refused"]


def told(found: dict[str, Any]) -> str:
    waits = ", ".join(f"{name} {found[name] * 1000:.0f} ms" for name in ("p50", "p95", "p99"))
    return (
        f"deed to inbox {waits} ({found['notices']} notices, {found['lost']} lost,"
        f" {found['refused']} refused; the generator was late by {found['late'] * 1000:.0f} ms p95)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--follows", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--highest", action="store_true")
    parser.add_argument("--step-seconds", type=float, default=10.0)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(describe(), flush=True)
    print(f"{asked.people} people, {asked.follows} follows", flush=True)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(asked, Path(name)))


if __name__ == "__main__":
    main()
