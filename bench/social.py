"""Likes a second of the store, and how long an event takes from one instance to another.

    python -m bench.social [--seconds 3]

Two instances in one process share a SQLite file and a redis-server that this command starts.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from bench.machine import describe
from phosphene.bus.redis import open_bus
from phosphene.model import Clip, Comment, Person
from phosphene.social.protocol import MessageFormat
from phosphene.social.topic import Subscriber
from phosphene.social.topics import Topics
from phosphene.store.sqlite import open_store
from phosphene.store.store import Store
from tests.support import redis_server

ANNA = Person("anna-id", "anna")
PACE_S = 0.005


def a_clip() -> Clip:
    return Clip(
        id="a", author=ANNA, text="a red ball", seconds=5, status="queued", created_at=time.time()
    )


async def likes(path: Path, seconds: float, callers: int) -> str:
    """As many likes as ``callers`` that each wait for the commit can make."""
    async with open_store(path, "one", time.time) as store:
        await store.add_clip(a_clip())
        waits: list[float] = []
        end, cpu = time.perf_counter() + seconds, time.process_time()

        async def like(caller: int) -> None:
            number = 0
            while (begun := time.perf_counter()) < end:
                await store.set_like("a", Person(f"{caller}-{number}", "somebody"), True)
                waits.append(time.perf_counter() - begun)
                number += 1

        await asyncio.gather(*map(like, range(callers)))
        assert (await store.get_clip("a")).counts.likes == len(waits)
        cost = (time.process_time() - cpu) / len(waits)
    rate = f"{len(waits) / seconds:.0f} likes/s, {cost * 1e6:.0f} us of CPU each"
    return f"{rate}, {percentiles(waits)}"


async def hops(path: Path, redis_url: str, seconds: float) -> str:
    """From ``publish`` on one instance to the bytes for a connection of the other."""
    begun: dict[str, float] = {}
    waits: list[float] = []

    def write(data: bytes) -> None:
        comment = msgspec.json.decode(data)["event"]["comment"]["id"]
        waits.append(time.perf_counter() - begun[comment])

    async with an_instance(path, redis_url, "one") as (store, topics):
        await store.add_clip(a_clip())
        async with an_instance(path, redis_url, "two") as (other_store, other):
            async with other.open_topic("clip:a") as topic:
                other.start_topic(topic, (await other_store.topic_end("clip:a")).seq)
                topic.add_subscriber(
                    Subscriber(MessageFormat.JSON, write),
                    (await other_store.topic_end("clip:a")).seq,
                )
            for number in range(int(seconds / PACE_S)):
                comment = Comment(
                    id=f"k{number}", clip="a", author=ANNA, text="oh", created_at=time.time()
                )
                recorded = await store.add_comment(comment)
                begun[comment.id] = time.perf_counter()
                await topics.publish_events(recorded)
                await asyncio.sleep(PACE_S)
            await asyncio.sleep(1.0)
    assert len(waits) == len(begun)
    return f"{len(waits)} events, none lost, {percentiles(waits)}"


@asynccontextmanager
async def an_instance(path: Path, url: str, name: str) -> AsyncIterator[tuple[Store, Topics]]:
    async with open_store(path, name, time.time) as store, open_bus(url, name) as bus:
        topics = Topics(store, bus)
        running = asyncio.ensure_future(topics.run())
        await asyncio.sleep(0.5)
        try:
            yield store, topics
        finally:
            running.cancel()
            await asyncio.wait([running])


def percentiles(waits: list[float]) -> str:
    cuts = statistics.quantiles(waits, n=100)
    return (
        f"p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    print(describe())
    with tempfile.TemporaryDirectory() as name, redis_server(Path(name)) as redis:
        folder = Path(name)
        for callers in (1, 100, 500):
            result = asyncio.run(likes(folder / f"{callers}.db", seconds, callers))
            print(f"store, {callers} callers: {result}")
        print(f"instance to instance: {asyncio.run(hops(folder / 'x.db', redis.url, seconds))}")


if __name__ == "__main__":
    main()
