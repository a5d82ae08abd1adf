"""Two writers like and comment while the server of PostgreSQL loses its connections, and falls:

    python -m tests.soak.postgres_chaos [--seconds 20] [--seed 1]

Afterwards all that was acknowledged is there, once, with its event and its place.
"""

import argparse
import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Final

from phosphene.errors import Busy
from phosphene.events import Commented, Liked
from phosphene.model import Person
from phosphene.store.opening import open_store_at
from phosphene.store.store import Store
from tests.postgres import PostgresServer, make_database, postgres_server, why_not
from tests.store.making import a_clip, a_comment

LIKERS: Final = 54
COMMENTERS: Final = 6
CUTS_S: Final = (0.02, 0.3)
"""Between two losses of all connections."""
FALLS: Final = 0.05
"""This share of them is a fall of the server."""


class Chaos:
    """Counts what was acknowledged."""

    def __init__(self, url: str, server: PostgresServer, random: Random) -> None:
        self._url = url
        self._server = server
        self._random = random
        self._numbers: Iterator[int] = itertools.count()
        self.acknowledged: Counter[str] = Counter()
        self.unsure: set[str] = set()
        self.without_event: list[str] = []
        self.losses: Counter[str] = Counter()

    async def write(self, store: Store, kind: str, until: float) -> None:
        while time.monotonic() < until:
            id_ = f"{kind}{next(self._numbers)}"
            person = Person(id_, id_)
            while True:
                try:
                    recorded = (
                        await store.add_comment(a_comment(id_, "a", author=person))
                        if kind == "k"
                        else (await store.set_like("a", person, True))[1]
                    )
                except Busy:
                    self.losses["busy"] += 1
                    self.unsure.add(id_)
                    continue
                break
            self.acknowledged[id_] += 1
            # Who was told Busy may find their deed done: nobody could say at the time.
            if not recorded and id_ not in self.unsure:
                self.without_event.append(id_)

    async def disturb(self, until: float) -> None:
        connection = import_module("phosphene.store.postgres_connection")
        while time.monotonic() < until:
            await asyncio.sleep(self._random.uniform(*CUTS_S))
            if self._random.random() < FALLS:
                self.losses["fall"] += 1
                await asyncio.to_thread(self._server.kill)
                await asyncio.to_thread(self._server.start)
                continue
            with connection.connect_postgres(self._url) as raw:
                gone = raw.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchone()
                self.losses["connection"] += gone[0]

    async def check(self, store: Store) -> list[str]:
        """What is wrong."""
        told, seqs = Counter[str](), list[int]()
        after = 0
        while found := await store.list_events("clip:a", after=after, limit=500):
            after = found[-1].seq
            seqs += [one.seq for one in found]
            for one in found:
                if isinstance(one.event, Liked):
                    told[one.event.by.id] += 1
                elif isinstance(one.event, Commented):
                    told[one.event.comment.id] += 1
        counts = (await store.get_clip("a")).counts
        faults: dict[str, set[str] | set[int]] = {
            "lost": set(self.acknowledged) - set(told),
            "told twice": {id_ for id_, count in told.items() if count > 1},
            "places with gaps": set(range(1, len(seqs) + 1)) ^ set(seqs),
            "likes": {counts.likes} - {sum(id_.startswith("l") for id_ in told)},
            "comments": {counts.comments} - {sum(id_.startswith("k") for id_ in told)},
        }
        return [
            f"{name}: {sorted(str(one) for one in some)[:9]}"
            for name, some in faults.items()
            if some
        ]


async def run(server: PostgresServer, seconds: float, seed: int) -> list[str]:
    url = make_database(server.url, Path("chaos"))
    chaos, until = Chaos(url, server, Random(seed)), time.monotonic() + seconds
    nowhere = Path("nowhere")
    async with (
        open_store_at(url, nowhere, "one", time.time) as one,
        open_store_at(url, nowhere, "two", time.time) as two,
    ):
        await one.add_clip(a_clip("a"))
        async with asyncio.TaskGroup() as tasks:
            for number in range(LIKERS + COMMENTERS):
                kind = "k" if number < COMMENTERS else "l"
                tasks.create_task(chaos.write((one, two)[number % 2], kind, until))
            tasks.create_task(chaos.disturb(until))
        faults = await chaos.check(one)
    print(f"acknowledged {len(chaos.acknowledged)}, {dict(chaos.losses)}")
    if chaos.without_event:
        faults.append(f"acknowledged without an event: {chaos.without_event[:9]}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    if why_not():
        print(f"left out: {why_not()}")
        return 0
    print(f"seed {asked.seed}")
    with postgres_server() as server:
        faults = asyncio.run(run(server, asked.seconds, asked.seed))
    print("\n".join(faults) or "nothing lost, nothing doubled")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
