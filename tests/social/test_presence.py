from contextlib import ExitStack
from pathlib import Path

import pytest

from phosphene.bus.redis import open_bus
from phosphene.bus.redis_counters import open_counters
from phosphene.social.presence import PresenceTracker
from phosphene.social.topics import Topics
from tests.social.reading import Follower
from tests.social.serving import NOON, Site, a_clip, a_site, beside
from tests.store.making import a_store
from tests.support import RedisServer

pytestmark = pytest.mark.asyncio


async def counted(follower: Follower, viewers: int) -> None:
    """Wait until a number of viewers is said."""
    while not follower.said or follower.said[-1]["viewers"] != viewers:
        await follower.next()


async def test_people_are_counted_not_sockets(site: Site) -> None:
    assert await site.presence.count_viewers("a") == 0
    with ExitStack() as stack:
        for person in ("ben", "ben", "cleo"):
            stack.enter_context(site.presence.watching_clip(person, "a"))
        stack.enter_context(site.presence.watching_clip("ben", "b"))
        assert await site.presence.count_viewers("a") == 2
        assert await site.presence.count_viewers("b") == 1
        with site.presence.watching_clip("ben", "a"):
            pass
        assert await site.presence.count_viewers("a") == 2
    assert await site.presence.count_viewers("a") == 0


async def test_changes_are_said_when_they_are_changes(site: Site) -> None:
    follower = await Follower().follow(site.topics, site.store, "clip:a")
    with site.presence.watching_clip("ben", "a"):
        await counted(follower, 1)
        # Many come and go within a second: only where it ends is said.
        with ExitStack() as stack:
            for number in range(50):
                stack.enter_context(site.presence.watching_clip(f"p{number}", "a"))
        with site.presence.watching_clip("cleo", "a"):
            await counted(follower, 2)
    await counted(follower, 0)
    assert [said["viewers"] for said in follower.said] == [1, 2, 0]


async def test_viewers_are_summed_over_the_instances(tmp_path: Path, redis: RedisServer) -> None:
    path = tmp_path / "x.db"
    async with (
        a_site(path, redis_url=redis.url, instance="one") as here,
        a_site(path, redis_url=redis.url, instance="two") as there,
    ):
        await here.topics.publish_events(await here.store.add_clip(a_clip("a")))
        followers = [
            await Follower().follow(site.topics, site.store, "clip:a") for site in (here, there)
        ]
        with here.presence.watching_clip("ben", "a"), there.presence.watching_clip("cleo", "a"):
            for follower in followers:
                await counted(follower, 2)
            redis.kill()
            # Each instance knows at least its own.
            assert await here.presence.count_viewers("a") == 1
            redis.start()
            with (
                here.presence.watching_clip("dora", "a"),
                there.presence.watching_clip("emil", "a"),
            ):
                for follower in followers:
                    await counted(follower, 4)


async def test_a_dead_redis_does_not_end_it(tmp_path: Path, redis: RedisServer) -> None:
    redis.kill()
    async with (
        a_store(tmp_path / "x.db", "one", lambda: NOON) as store,
        open_bus(redis.url, "one") as bus,
        open_counters(redis.url, "one") as counters,
    ):
        await store.add_clip(a_clip("a"))
        topics = Topics(store, bus)
        presence = PresenceTracker(topics, counters)
        async with beside(topics.run(), presence.run()):
            follower = await Follower().follow(topics, store, "clip:a")
            with presence.watching_clip("ben", "a"):
                await counted(follower, 1)
            await counted(follower, 0)
