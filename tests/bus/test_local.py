import asyncio
from contextlib import aclosing

import pytest

from phosphene.bus.bus import Bus, StreamEntry
from phosphene.bus.local import LocalBus
from phosphene.bus.redis import open_bus

pytestmark = pytest.mark.asyncio


@pytest.fixture
def bus() -> Bus:
    return LocalBus()


async def test_one_instance_alone_has_nobody_to_tell_or_hear(bus: Bus) -> None:
    assert not bus.is_shared
    assert bus.is_up
    await bus.publish_hint("channel", b"data")
    assert not await bus.append_entries("stream", StreamEntry(1, b"data"))
    async with (
        aclosing(bus.receive_hints("channel")) as heard,
        aclosing(bus.follow_stream("stream")) as entries,
    ):
        waiting = [asyncio.ensure_future(anext(heard)), asyncio.ensure_future(anext(entries))]
        done, _ = await asyncio.wait(waiting, timeout=0)
        assert not done
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)


async def test_an_empty_url_means_alone() -> None:
    async with open_bus("", "one") as bus:
        assert not bus.is_shared
