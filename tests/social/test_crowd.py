"""Many who listen at once, over a real server: each is told everything once, in order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.model import Person
from phosphene.social.crowd import MANY, Crowds, FanoutSubscriber
from phosphene.social.send_ring import open_send_ring
from tests.social.serving import Site, a_client, a_clip, a_site, until
from tests.social.test_fanout import LONG, a_slow_client

pytestmark = pytest.mark.asyncio
CLEO = Person("cleo-id", "cleo")


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    with open_send_ring() as ring:
        if ring is None:
            pytest.skip("this kernel has no io_uring, or does not let us have it")
        async with a_site(tmp_path / "x.db", ring=ring) as opened:
            await opened.topics.publish_events(await opened.store.add_clip(a_clip("a")))
            yield opened


async def test_a_crowd_is_told_everything_once_while_some_leave(site: Site) -> None:
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(a_client(site.url)) for _ in range(2 * MANY)]
        for one in crowd:
            await one.subscribe("clip:a")
        for number in range(20):
            await site.actions.add_comment("a", CLEO, f"number {number}")
            if number == 10:
                await crowd.pop().connection.close()
        for one in crowd:
            texts = [(await one.event("commented"))["event"]["comment"]["text"] for _ in range(20)]
            assert texts == [f"number {number}" for number in range(20)]


@pytest.mark.slow
async def test_who_does_not_read_has_whole_frames_in_order_when_it_does(site: Site) -> None:
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(a_client(site.url)) for _ in range(MANY)]
        for one in crowd:
            await one.subscribe("clip:a")
        slow = await stack.enter_async_context(a_slow_client(site))
        await slow.send(type="subscribe", id=1, topic="clip:a")
        while (await slow.message())["type"] != "subscribed":
            pass
        topic, sent = site.topics._topics["clip:a"], 0
        while not topic._lagging:
            await site.actions.add_comment("a", CLEO, f"{sent} {LONG}")
            sent += 1
        heard = [await slow.message() for _ in range(sent)]
        numbers = [int(one["event"]["comment"]["text"].partition(" ")[0]) for one in heard]
        assert numbers == list(range(sent))
        for one in crowd:
            seqs = [(await one.event("commented"))["seq"] for _ in range(sent)]
            assert seqs == [said["seq"] for said in heard]
        await until(lambda: not topic._lagging)


async def test_who_left_during_the_handshake_is_written_to_as_a_closed_one(site: Site) -> None:
    async with a_client(site.url) as ben:
        await ben.subscribe("clip:a")
        [there] = site.topics._topics["clip:a"]._keeping_up
        assert isinstance(there, FanoutSubscriber)
        there.transport.abort()
        with open_send_ring() as ring:
            late = FanoutSubscriber(there.format, there.fanout, Crowds(ring))
        assert late.together is None
        late.write(b"nobody reads it")
