"""Commands reach Redis in order, whatever happens to it meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from phosphene.bus.connection import connect
from phosphene.fleet import outbox as outboxes
from phosphene.fleet.outbox import Outbox
from tests.support import RedisServer


@asynccontextmanager
async def an_outbox(redis: RedisServer) -> AsyncIterator[tuple[Outbox, Redis]]:
    client = connect(redis.url)
    outbox = Outbox(client)
    sending = asyncio.create_task(outbox.run())
    try:
        yield outbox, client
    finally:
        sending.cancel()
        await asyncio.wait([sending])
        await client.aclose()


async def listed(client: Redis) -> list[int]:
    return [int(one) for one in await client.lrange("list", 0, -1)]


@pytest.mark.asyncio
async def test_what_is_posted_is_sent_in_order(redis: RedisServer) -> None:
    async with an_outbox(redis) as (outbox, client):
        for number in range(3 * outboxes.BATCH):
            outbox.post_command("RPUSH", "list", number)
            await outbox.wait_until_short()
        await outbox.wait_until_empty(10)
        assert await listed(client) == list(range(3 * outboxes.BATCH))
        assert outbox.stalled_s == 0
        await client.delete("list")


@pytest.mark.asyncio
async def test_an_outage_only_makes_it_wait(redis: RedisServer) -> None:
    async with an_outbox(redis) as (outbox, client):
        redis.kill()
        for number in range(5):
            outbox.post_command("RPUSH", "list", number)
        await outbox.wait_until_empty(0.1)
        assert len(outbox) == 5
        assert outbox.stalled_s > 0
        redis.start()
        await outbox.wait_until_empty(10)
        assert await listed(client) == list(range(5))
        await client.delete("list")


@pytest.mark.asyncio
async def test_what_redis_refuses_does_not_hold_up_the_rest(redis: RedisServer) -> None:
    async with an_outbox(redis) as (outbox, client):
        outbox.post_command("XACK", "nothing")
        outbox.post_command("RPUSH", "list", 7)
        await outbox.wait_until_empty(10)
        assert await listed(client) == [7]
        await client.delete("list")


@pytest.mark.asyncio
async def test_what_waits_is_bounded(redis: RedisServer) -> None:
    client = connect(redis.url)
    outbox = Outbox(client)
    for number in range(outboxes.MOST + 10):
        outbox.post_command("RPUSH", "list", number)
    assert len(outbox) == outboxes.MOST
    await client.aclose()
