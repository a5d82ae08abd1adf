"""Likes, comments and views a second in SQLite and in PostgreSQL, in turns.

    python -m bench.postgres [--seconds 3] [--callers 100 500] [--rounds 2]

The server of PostgreSQL is started by this command on the same disk, as durable as it is by
default; both engines and all callers share the cores.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.machine import describe
from bench.social import a_clip, percentiles
from phosphene.model import Comment, Person
from phosphene.store.opening import open_store_at
from phosphene.store.store import Store
from tests.postgres import make_database, postgres_server

Act = Callable[[Store, Person, str], Awaitable[object]]


async def like(store: Store, person: Person, id_: str) -> None:
    await store.set_like("a", person, True)


async def comment(store: Store, person: Person, id_: str) -> None:
    said = Comment(id=id_, clip="a", author=person, text="oh!", created_at=time.time())
    await store.add_comment(said)


async def view(store: Store, person: Person, id_: str) -> None:
    await store.add_view("a", person.id)


async def rate(url: str, path: Path, act: Act, callers: int, seconds: float) -> tuple[float, str]:
    """How often a second ``callers`` do it who each wait for the commit, and how long they wait."""
    waits, numbers = list[float](), itertools.count()
    async with open_store_at(url, path, "one", time.time) as store:
        await store.add_clip(a_clip())
        end = time.perf_counter() + seconds

        async def go_on() -> None:
            while (begun := time.perf_counter()) < end:
                id_ = f"x{next(numbers)}"
                await act(store, Person(id_, "somebody"), id_)
                waits.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(go_on() for _ in range(callers)))
        took = time.perf_counter() - begun
    return len(waits) / took, percentiles(waits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--callers", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as name, postgres_server(durable=True) as server:
        for act, callers in itertools.product((like, comment, view), asked.callers):
            rates: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
            for number, engine in itertools.product(range(asked.rounds), rates):
                path = Path(name) / f"{act.__name__}-{callers}-{number}.db"
                url = make_database(server.url, path) if engine == "PostgreSQL" else ""
                each, waits = asyncio.run(rate(url, path, act, callers, asked.seconds))
                rates[engine].append(each)
                print(f"{act.__name__}, {callers} callers, {engine}: {each:.0f}/s, {waits}")
            ours, theirs = (statistics.median(rates[engine]) for engine in rates)
            print(f"{act.__name__}, {callers} callers: {theirs / ours:.2f} of SQLite's")


if __name__ == "__main__":
    main()
