"""Likes, comments and views a second in SQLite and in PostgreSQL, in turns, and how long an event
takes from one instance to another without Redis.

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

import msgspec

from bench.machine import describe
from bench.social import PACE_S, a_clip, percentiles
from phosphene.bus.local import LocalBus
from phosphene.model import Comment, Person
from phosphene.social.protocol import MessageFormat
from phosphene.social.topic import Subscriber
from phosphene.social.topics import Topics
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


async def hops(url: str, seconds: float) -> str:
    """From the answer on one instance to the bytes for a connection of another, without Redis."""
    begun, waits = dict[str, float](), list[float]()

    def write(data: bytes) -> None:
        said = msgspec.json.decode(data)["event"]
        if said["type"] == "commented" and (at := begun.get(said["comment"]["id"])):
            waits.append(time.perf_counter() - at)

    nowhere = Path("nowhere")
    async with (
        open_store_at(url, nowhere, "one", time.time) as store,
        open_store_at(url, nowhere, "two", time.time) as other,
    ):
        await store.add_clip(a_clip())
        topics = Topics(other, LocalBus())
        running = asyncio.ensure_future(topics.run())
        async with topics.open_topic("clip:a") as topic:
            seq = (await other.topic_end("clip:a")).seq
            topics.start_topic(topic, seq)
            topic.add_subscriber(Subscriber(MessageFormat.JSON, write), seq)
        await asyncio.sleep(1.0)
        for number in range(int(seconds / PACE_S)):
            # Set before the answer and again with it: one that is heard sooner took no time.
            begun[f"k{number}"] = time.perf_counter()
            await comment(store, Person(f"p{number}", "somebody"), f"k{number}")
            begun[f"k{number}"] = time.perf_counter()
            await asyncio.sleep(PACE_S)
        await asyncio.sleep(2.0)
        running.cancel()
        await asyncio.wait([running])
    return f"{len(waits)} of {len(begun)} events, {percentiles(waits)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--callers", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as name, postgres_server(durable=True) as server:
        url = make_database(server.url, Path(name) / "hops")
        print(f"instance to instance, by NOTIFY: {asyncio.run(hops(url, asked.seconds))}")
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
