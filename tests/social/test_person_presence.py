"""Two instances and a real Redis: one asks whether the other has somebody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phosphene.bus.bus import Bus
from phosphene.bus.local import LocalBus
from phosphene.bus.local_counters import LocalCounters
from phosphene.bus.redis import open_bus
from phosphene.social import person_presence
from phosphene.social.person_presence import QUESTIONS, PersonPresence
from phosphene.social.presence import PresenceTracker
from tests.social.serving import Site
from tests.support import RedisServer

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def asked(bus: Bus, presence: PresenceTracker) -> AsyncIterator[PersonPresence]:
    one = PersonPresence(bus, presence)
    running = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_alone_it_is_known_here(site: Site) -> None:
    one = PersonPresence(LocalBus(), site.presence)
    with site.presence.watching_clip("ben", "a"), site.presence.watching_clip("ben", "b"):
        assert await one.has_page("ben")
        assert not await one.has_page("cleo")
    assert not await one.has_page("ben")


async def test_the_other_instances_are_asked(
    site: Site, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = PresenceTracker(site.topics, LocalCounters())
    monkeypatch.setattr(person_presence, "PATIENCE_S", 5.0)
    async with (
        open_bus(redis.url, "a") as a,
        open_bus(redis.url, "b") as b,
        asked(a, nobody) as here,
        asked(b, site.presence),
    ):
        with site.presence.watching_clip("ben", "a"):
            # Until both hear each other.
            while not await here.has_page("ben"):
                continue
            await a.publish_hint(QUESTIONS, b"what is this")
            assert await here.has_page("ben")
        monkeypatch.setattr(person_presence, "PATIENCE_S", 0.1)
        assert not await here.has_page("ben")
        redis.kill()
        with site.presence.watching_clip("ben", "a"):
            assert not await here.has_page("ben")
