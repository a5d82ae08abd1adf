"""Topics of one instance and of two, with a real store and a real Redis that dies."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from phosphene.bus.bus import Bus
from phosphene.bus.redis import PREFIX, open_bus
from phosphene.events import ClipFinished, ClipProgress, Recorded, ViewersChanged
from phosphene.model import Comment, Person
from phosphene.reports import Decider, NewDecision
from phosphene.social.topics import CHANNEL, Topics
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Store
from tests.social.reading import Follower
from tests.social.serving import NOON, a_clip, beside
from tests.store.making import a_store
from tests.support import RedisServer, free_port

pytestmark = pytest.mark.asyncio
BEN = Person("ben-id", "ben")


@dataclass
class Instance:
    name: str
    store: Store
    bus: Bus
    topics: Topics
    removed: asyncio.Queue[str]

    async def comment(self, number: int) -> None:
        await self.topics.publish_events(await self.record(number))

    async def record(self, number: int) -> list[Recorded]:
        """Store a comment, but tell nobody."""
        said = Comment(
            id=f"{self.name}{number}", clip="a", author=BEN, text="oh", created_at=NOON + number
        )
        return list(await self.store.add_comment(said))

    async def like(self, number: int) -> None:
        _, recorded = await self.store.set_like("a", Person(f"p{number}", f"h{number}"), True)
        await self.topics.publish_events(recorded)

    async def follow(self, topic: str = "clip:a") -> Follower:
        return await Follower().follow(self.topics, self.store, topic)


@asynccontextmanager
async def an_instance(
    path: Path, name: str = "one", redis_url: str = ""
) -> AsyncIterator[Instance]:
    async with a_store(path, name, lambda: NOON) as store, open_bus(redis_url, name) as bus:
        removed: asyncio.Queue[str] = asyncio.Queue()
        topics = Topics(store, bus, at_removed=removed.put_nowait)
        async with beside(topics.run()):
            yield Instance(name, store, bus, topics, removed)


@asynccontextmanager
async def one(tmp_path: Path) -> AsyncIterator[Instance]:
    """An instance alone with a clip ``a``."""
    async with an_instance(tmp_path / "x.db") as instance:
        await instance.topics.publish_events(await instance.store.add_clip(a_clip("a")))
        yield instance


@asynccontextmanager
async def two(tmp_path: Path, redis_url: str) -> AsyncIterator[tuple[Instance, Instance]]:
    path = tmp_path / "x.db"
    async with (
        an_instance(path, "one", redis_url) as here,
        an_instance(path, "two", redis_url) as there,
    ):
        await here.topics.publish_events(await here.store.add_clip(a_clip("a")))
        yield here, there


async def both_hear(redis_url: str) -> None:
    """Until Redis has two that hear hints: whom nobody follows anything at is told by one alone."""
    async with Redis.from_url(redis_url) as redis:
        while (await redis.pubsub_numsub(PREFIX + CHANNEL))[0][1] < 2:
            pass


async def test_what_is_published_is_delivered_at_once(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        follower, feed = await here.follow(), await here.follow("feed")
        await here.comment(1)
        assert follower.seqs == [2]
        assert feed.seqs == []
        await here.topics.publish_events(await here.store.add_clip(a_clip("b", parent="a")))
        assert follower.messages[-1]["event"]["type"] == "remixed"
        assert feed.messages[-1]["event"]["type"] == "clip_queued"


async def test_publishing_in_the_wrong_order_is_mended_from_the_store(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        follower = await here.follow()
        records = [await here.record(number) for number in range(5)]
        for record in reversed(records):
            await here.topics.publish_events(record)
        await follower.reached(6)
        assert follower.seqs == [2, 3, 4, 5, 6]


async def test_an_event_that_nobody_published_comes_with_the_next(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        follower = await here.follow()
        await here.record(1)
        await here.comment(2)
        await follower.reached(3)
        assert follower.seqs == [2, 3]


async def test_a_long_silence_is_mended_page_by_page(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        follower = await here.follow()
        await asyncio.gather(*(here.record(number) for number in range(1200)))
        await here.comment(5000)
        await follower.reached(1202)
        assert follower.seqs == list(range(2, 1203))


async def test_followers_that_come_in_the_middle_miss_nothing(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        followers: list[Follower] = []

        async def write(first: int) -> None:
            for number in range(first, first + 50):
                await here.comment(number)

        writing = asyncio.ensure_future(asyncio.gather(write(0), write(50)))
        while not writing.done():
            followers.append(await here.follow())
        await here.comment(1000)
        for follower in followers:
            await follower.reached(102)
            assert follower.seqs == list(range(follower.at + 1, 103))
        assert followers


async def test_the_last_count_of_a_storm_of_likes_arrives(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        follower = await here.follow()
        await asyncio.gather(*(here.like(number) for number in range(200)))
        await follower.reached(201)
        likes = [message["event"]["likes"] for message in follower.messages]
        assert likes == sorted(set(likes))
        assert likes[-1] == 200
        assert len(likes) < 50


async def test_topics_that_nobody_follows_are_dropped(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        first, second, feed = await here.follow(), await here.follow(), await here.follow("feed")
        assert len(here.topics) == 2
        here.topics.leave_topic(first.subscriber, "clip:a")
        here.topics.leave_topic(first.subscriber, "clip:a")
        assert len(here.topics) == 2
        # A held count of likes goes with its topic.
        await asyncio.gather(here.like(1), here.like(2))
        here.topics.leave_topics(second.subscriber)
        here.topics.leave_topics(feed.subscriber)
        assert len(here.topics) == 0
        await here.comment(1)
        assert first.seqs == []
        with pytest.raises(LookupError):
            async with here.topics.open_topic("clip:a"):
                raise LookupError("no such clip")
        assert len(here.topics) == 0


async def test_progress_is_known_until_the_clip_ends(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        assert here.topics.progress_of("a") is None
        progress = ClipProgress("a", 3, 8, 0, 5, 10.0, 0.5, 1.0)
        await here.topics.emit_volatile(progress)
        assert here.topics.progress_of("a") == progress
        done = a_clip("a", status="done")
        await here.topics.publish_events(await here.store.change_clip(done, ClipFinished(done)))
        assert here.topics.progress_of("a") is None
        for number in range(2000):
            await here.topics.emit_volatile(ClipProgress(f"c{number}", 3, 8, 0, 5, 10.0, 0.5, 1.0))
        assert here.topics.progress_of("c0") is None
        assert here.topics.progress_of("c1999") is not None


async def test_who_draws_a_clip_no_more_is_not_heard_of(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        first, second, late = (
            ClipProgress("a", step, 8, 0, 5, percent, 0.5, 1.0)
            for step, percent in ((3, 10.0), (2, 8.0), (6, 20.0))
        )
        for progress, lease, known in ((first, 1, first), (second, 2, second), (late, 1, second)):
            await here.topics.emit_volatile(progress, lease)
            assert here.topics.progress_of("a") is known
        await here.topics.emit_volatile(ViewersChanged("a", 4))


async def test_a_store_that_cannot_be_read_does_not_end_the_topics(tmp_path: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}"
    async with a_store(tmp_path / "x.db", "one", lambda: NOON) as store:
        await store.add_clip(a_clip("a"))
    async with open_bus(url, "one") as bus:
        # The store is closed: every read raises Busy; ``beside`` fails if ``run`` ends with it.
        topics = Topics(store, bus)
        async with beside(topics.run()):
            opening = asyncio.ensure_future(topics.open_topic("feed").__aenter__())
            done, _ = await asyncio.wait([opening], timeout=0.5)
            assert not done
            opening.cancel()
            await asyncio.wait([opening])


async def test_an_event_of_a_newer_release_is_passed_over(
    tmp_path: Path, redis: RedisServer
) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        followers = [await one.follow() for one in (here, there)]
        with closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
            event = msgspec.msgpack.encode({"type": "clip_boosted", "clip": "a"})
            (seq,) = database.execute(
                "SELECT max(seq) + 1 FROM events WHERE topic = 'clip:a'"
            ).fetchone()
            database.execute(
                "INSERT INTO events (topic, seq, event) VALUES ('clip:a', ?, ?)", (seq, event)
            )
        await here.comment(1)
        for follower in followers:
            await follower.reached(seq + 1)
            assert follower.seqs == [seq + 1]
        late = await Follower().follow(here.topics, here.store, "clip:a")
        await here.comment(2)
        await late.reached(seq + 2)
        assert late.seqs == [seq + 2]


async def test_another_instance_hears_it(tmp_path: Path, redis: RedisServer) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        follower = await there.follow()
        await asyncio.gather(*(here.comment(number) for number in range(200)))
        await follower.reached(201)
        assert follower.seqs == list(range(2, 202))


async def test_two_instances_that_both_write_agree(tmp_path: Path, redis: RedisServer) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        followers = [await here.follow(), await there.follow()]
        await asyncio.gather(*(one.comment(i) for i in range(100) for one in (here, there)))
        for follower in followers:
            await follower.reached(201)
            assert follower.seqs == list(range(2, 202))
        ids = [[one["event"]["comment"]["id"] for one in f.messages] for f in followers]
        assert ids[0] == ids[1]


async def test_redis_dies_and_comes_back_in_the_middle(tmp_path: Path, redis: RedisServer) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        follower, local = await there.follow(), await here.follow()
        for number in range(20):
            await here.comment(number)
        await follower.reached(21)
        redis.kill()
        for number in range(20, 40):
            await here.comment(number)
        await follower.reached(41)
        redis.start()
        for number in range(40, 60):
            await here.comment(number)
        await follower.reached(61)
        redis.kill()
        redis.start()
        for number in range(60, 80):
            await here.comment(number)
        await follower.reached(81)
        assert follower.seqs == local.seqs == list(range(2, 82))


async def test_without_any_redis_the_store_is_asked(tmp_path: Path) -> None:
    async with two(tmp_path, f"redis://127.0.0.1:{free_port()}") as (here, there):
        follower = await there.follow()
        for number in range(20):
            await here.comment(number)
        await follower.reached(21)
        assert follower.seqs == list(range(2, 22))


async def test_what_is_not_stored_reaches_the_others_too(
    tmp_path: Path, redis: RedisServer
) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        follower = await there.follow()
        # A stored event first: when it comes, the instances hear each other.
        await here.comment(1)
        await follower.reached(2)
        progress = ClipProgress("a", 3, 8, 0, 5, 10.0, 0.5, 1.0)
        while not follower.said:
            await here.topics.emit_volatile(progress)
            await here.topics.emit_volatile(ViewersChanged("a", 4))
            await asyncio.wait([asyncio.ensure_future(follower.next())], timeout=1.0)
        assert follower.said[0]["type"] == "clip_progress"
        assert there.topics.progress_of("a") == progress
        while there.topics.viewers_of("a") is None:
            await follower.next()
        assert there.topics.viewers_of("a") == 4
        assert there.topics.viewers_of("b") is None
        newer = ClipProgress("a", 5, 8, 0, 5, 15.0, 0.5, 1.0)
        await there.topics.emit_volatile(newer, 2)
        await here.topics.emit_volatile(progress, 1)
        await here.comment(2)
        await follower.reached(3)
        assert there.topics.progress_of("a") == newer


async def test_a_clip_that_is_withheld_is_told_where_nobody_follows_it(
    tmp_path: Path, redis: RedisServer
) -> None:
    """Whoever sends it ends it, though no socket there has asked for its topic."""
    async with two(tmp_path, redis.url) as (here, there):
        assert len(there.topics) == 0
        assert isinstance(here.store, SqliteStore)
        await both_hear(redis.url)
        by, hide = Decider(None, "operator"), NewDecision("clip", "a", "hide")
        decided = await here.store.moderation.decide(hide, by)
        await here.topics.publish_events(decided.recorded)
        assert await here.removed.get() == "a"
        assert await there.removed.get() == "a"


async def test_hints_that_cannot_be_read_do_no_harm(tmp_path: Path, redis: RedisServer) -> None:
    async with two(tmp_path, redis.url) as (here, there):
        follower = await there.follow()
        for junk in (b"", b"\xff", b"\x93\xa6clip:a\x02\x80", b"\x93\xa6clip:a\xc0\x80"):
            await here.bus.publish_hint(CHANNEL, junk)
            await here.bus.publish_hint("another channel", junk)
        for number in range(10):
            await here.comment(number)
        await follower.reached(11)
        assert follower.seqs == list(range(2, 12))
