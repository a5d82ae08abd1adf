"""With a real Redis that is killed and started again."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any, TypeVar

import pytest
from redis.asyncio import Connection, Redis

from phosphene.bus.bus import Bus, Gap, Hint, StreamEntry
from phosphene.bus.redis import PREFIX, open_bus
from phosphene.errors import BadInput, NotFound
from tests.support import RedisServer, free_port

pytestmark = pytest.mark.asyncio
T = TypeVar("T")
SOON_S = 20.0


async def soon(generator: AsyncGenerator[T, None]) -> T:
    async with asyncio.timeout(SOON_S):
        return await anext(generator)


async def hint(heard: AsyncGenerator[Hint | Gap, None]) -> Hint:
    """The next hint, whatever gaps come before it."""
    while not isinstance(word := await soon(heard), Hint):
        pass
    return word


async def connected(bus: Bus, heard: AsyncGenerator[Hint | Gap, None]) -> None:
    """The bus is up and listening."""
    while await soon(heard) != Gap() or not bus.is_up:
        pass


async def round_trip(redis: RedisServer) -> None:
    async with Redis.from_url(redis.url) as client:
        await client.ping()


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Bus, Bus]]:
    async with open_bus(url, "one") as one, open_bus(url, "two") as other:
        yield one, other


async def test_others_hear_in_order_and_nobody_hears_itself(redis: RedisServer) -> None:
    async with AsyncExitStack() as stack:
        one, other = await stack.enter_async_context(two(redis.url))
        here = await stack.enter_async_context(aclosing(one.receive_hints("words")))
        there = await stack.enter_async_context(aclosing(other.receive_hints("numbers", "more")))
        await connected(one, here)
        await connected(other, there)
        assert one.is_shared
        for number in range(1000):
            await one.publish_hint("numbers", b"%d" % number)
        heard = [await hint(there) for _ in range(1000)]
        assert heard == [Hint("numbers", b"%d" % number) for number in range(1000)]
        # Of a channel that one does not listen to nothing is sent.
        await other.publish_hint("numbers", b"")
        await other.publish_hint("words", b"")
        assert await hint(here) == Hint("words", b"")
        await one.publish_hint("more", b"")
        assert await hint(there) == Hint("more", b"")


async def test_what_others_put_on_the_channel_is_ignored(redis: RedisServer) -> None:
    async with (
        two(redis.url) as (one, other),
        aclosing(one.receive_hints("channel")) as heard,
        Redis.from_url(redis.url) as stranger,
    ):
        await connected(one, heard)
        for junk in (b"", b"\xff\xff", b"hello", b"\x93\x01\x02\x03", b"\x91" * 10_000):
            await stranger.publish(f"{PREFIX}channel", junk)
        await stranger.ping()
        await other.publish_hint("channel", b"good")
        assert await hint(heard) == Hint("channel", b"good")


async def test_silence_is_not_an_outage(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other), aclosing(one.receive_hints("channel")) as heard:
        await connected(one, heard)
        silence = asyncio.ensure_future(anext(heard))
        # Longer than several questions and answers of the connection.
        done, _ = await asyncio.wait([silence], timeout=3.5)
        assert not done
        await other.publish_hint("channel", b"x")
        async with asyncio.timeout(SOON_S):
            assert await silence == Hint("channel", b"x")


async def test_redis_dies_and_comes_back(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other), aclosing(other.receive_hints("channel")) as heard:
        await connected(other, heard)
        await one.publish_hint("channel", b"before")
        assert await hint(heard) == Hint("channel", b"before")
        redis.kill()
        assert await soon(heard) == Gap()
        assert not other.is_up
        await one.publish_hint("channel", b"lost")
        assert not await one.append_entries("stream", StreamEntry(1, b"lost"))
        assert not one.is_up
        redis.start()
        await connected(other, heard)
        while not await one.append_entries("stream", StreamEntry(2, b"kept")):
            await round_trip(redis)
        await one.publish_hint("channel", b"after")
        assert await hint(heard) == Hint("channel", b"after")


async def test_redis_need_not_be_there_yet(redis: RedisServer) -> None:
    redis.kill()
    async with two(redis.url) as (one, other), aclosing(other.receive_hints("channel")) as heard:
        assert await soon(heard) == Gap()
        assert not other.is_up
        redis.start()
        await connected(other, heard)
        await one.publish_hint("channel", b"x")
        assert await hint(heard) == Hint("channel", b"x")


async def test_a_stream_is_followed_from_its_beginning_and_over_a_restart(
    redis: RedisServer,
) -> None:
    async with two(redis.url) as (one, other):
        for number in range(300):
            entry = StreamEntry(number, bytes([number % 256]) * 100)
            assert await one.append_entries("clip", entry)
        await one.append_entries("other", StreamEntry(0, b"other"))
        assert [entry.number for entry in await other.read_entries("clip")] == list(range(300))
        assert await other.read_entries("nothing") == []
        async with aclosing(other.follow_stream("clip")) as entries:
            for number in range(300):
                assert await soon(entries) == StreamEntry(number, bytes([number % 256]) * 100)
            following = asyncio.ensure_future(anext(entries))
            await one.append_entries("clip", StreamEntry(300, b""))
            async with asyncio.timeout(SOON_S):
                assert await following == StreamEntry(300, b"")
            redis.kill()
            following = asyncio.ensure_future(anext(entries))
            assert not await one.append_entries("clip", StreamEntry(301, b"lost"))
            assert await one.read_entries("clip") == []
            redis.start()
            # The writer says all again, as it was told that an entry was not written.
            while not await one.append_entries("clip", StreamEntry(301, b"again")):
                await round_trip(redis)
            async with asyncio.timeout(SOON_S):
                assert await following == StreamEntry(301, b"again")


async def test_what_others_append_to_a_stream_is_passed_over(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other), Redis.from_url(redis.url) as stranger:
        assert await one.append_entries("clip", StreamEntry(0, b"first"))
        (key,) = await stranger.keys("*clip")
        await stranger.xadd(key, {"foo": "bar"})
        await stranger.xadd(key, {"n": "x", "d": "y"})
        await stranger.xadd(key, {"n": "1"})
        assert await one.append_entries("clip", StreamEntry(1, b"second"))
        async with aclosing(other.follow_stream("clip")) as entries:
            assert [await soon(entries), await soon(entries)] == [
                StreamEntry(0, b"first"), StreamEntry(1, b"second")
            ]  # fmt: skip


async def test_a_connection_that_dies_in_an_odd_way_is_made_anew(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As uvloop does when a socket is closed while the connection is being made."""
    odd = [RuntimeError("unable to perform operation; the handler is closed") for _ in range(6)]
    sent = Connection.send_packed_command

    async def send(self: Connection, *arguments: Any, **options: Any) -> None:
        if odd:
            raise odd.pop()
        await sent(self, *arguments, **options)

    async with two(redis.url) as (one, other):
        monkeypatch.setattr(Connection, "send_packed_command", send)
        async with (
            aclosing(other.follow_stream("clip")) as entries,
            aclosing(other.receive_hints("channel")) as heard,
        ):
            following = asyncio.ensure_future(soon(entries))
            await connected(other, heard)
            await one.publish_hint("channel", b"x")
            while not await one.append_entries("clip", StreamEntry(0, b"x")):
                await round_trip(redis)
            assert await following == StreamEntry(0, b"x")
    assert odd == []


async def test_a_stream_expires(redis: RedisServer) -> None:
    async with open_bus(redis.url, "one") as bus, Redis.from_url(redis.url) as client:
        await bus.append_entries("clip", StreamEntry(0, b"x"))
        (key,) = await client.keys("*")
        assert 0 < await client.ttl(key) <= 120


async def test_a_url_of_something_else_is_refused() -> None:
    for url in ("http://127.0.0.1", "nonsense", "redis://127.0.0.1:port/0"):
        with pytest.raises(BadInput, match="redis_url"):
            async with open_bus(url, "one"):
                pass


async def test_an_error_of_the_caller_stays_what_it_is() -> None:
    with pytest.raises(NotFound):
        async with open_bus(f"redis://127.0.0.1:{free_port()}", "one"):
            raise NotFound("no clip")


@pytest.mark.parametrize("turns", range(1, 40))
async def test_who_listens_can_be_stopped_at_any_moment(redis: RedisServer, turns: int) -> None:
    async with open_bus(redis.url, "one") as bus, aclosing(bus.receive_hints("channel")) as heard:

        async def listen() -> None:
            async for _ in heard:
                pass

        listening = asyncio.create_task(listen())
        # The moment of the stop is so many turns of the loop: that is what is tried here.
        for _ in range(turns):
            await asyncio.sleep(0)
        listening.cancel()
        _, unheeding = await asyncio.wait([listening], timeout=SOON_S)
        assert not unheeding
        assert listening.cancelled()
