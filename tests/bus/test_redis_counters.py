"""With a real Redis that is killed and started again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from phosphene.bus.counters import AllowanceRequest, SharedCounters
from phosphene.bus.redis_counters import open_counters
from phosphene.ratelimit_headers import Allowance
from tests.bus.taking import take_one
from tests.support import RedisServer

pytestmark = pytest.mark.asyncio
SOON_S = 20.0


async def round_trip(redis: RedisServer) -> None:
    async with Redis.from_url(redis.url) as client:
        await client.ping()


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[SharedCounters, SharedCounters]]:
    async with open_counters(url, "one") as one, open_counters(url, "two") as other:
        yield one, other


async def test_shares_add_up(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other):
        await one.set_share("clip", 3, 60.0)
        await other.set_share("clip", 4, 60.0)
        assert (await one.sum_shares("clip"), await other.sum_shares("clip")) == (7, 7)
        await one.set_share("clip", 1, 60.0)
        assert await other.sum_shares("clip") == 5
        await other.set_share("clip", 0, 60.0)
        assert await one.sum_shares("clip") == 1
        assert await one.sum_shares("nothing") == 0
        redis.kill()
        assert await one.sum_shares("clip") == 1
        assert await other.sum_shares("clip") == 0
        await one.set_share("clip", 2, 60.0)
        assert await one.sum_shares("clip") == 2


async def test_the_share_of_a_dead_instance_expires(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other):
        await one.set_share("clip", 3, 0.05)
        await other.set_share("clip", 4, 60.0)
        async with asyncio.timeout(SOON_S):
            while await other.sum_shares("clip") != 4:
                await round_trip(redis)
        async with Redis.from_url(redis.url) as client:
            (key,) = await client.keys("*")
            assert 50 < await client.ttl(key) <= 60


async def test_an_allowance_is_shared_by_the_instances(redis: RedisServer) -> None:
    async with two(redis.url) as (one, other):
        took = [
            await take_one(one_of, "anna", limit=4, window_s=60.0) for one_of in (one, other) * 3
        ]
        assert [one.wait_s for one in took[:4]] == [0.0] * 4
        assert all(0 < one.wait_s == one.window_s <= 60.0 for one in took[4:])
        assert [one.remaining for one in took] == [3, 2, 1, 0, 0, 0]
        assert took[0].window_s == 60.0
        assert all(50 < one.window_s <= 60.0 for one in took[1:])
        assert await take_one(one, "ben", limit=4, window_s=60.0) == Allowance(0.0, 3, 60.0)
        assert await take_one(one, "carl", limit=0, window_s=60.0) == Allowance(60.0, 0, 60.0)


async def test_an_allowance_comes_back(redis: RedisServer) -> None:
    async with open_counters(redis.url, "one") as counters:
        assert (await take_one(counters, "anna", limit=1, window_s=0.2)).wait_s == 0.0
        async with asyncio.timeout(SOON_S):
            while (await take_one(counters, "anna", limit=1, window_s=0.2)).wait_s:
                await round_trip(redis)


async def test_without_redis_an_instance_counts_for_itself(redis: RedisServer) -> None:
    async with open_counters(redis.url, "one") as counters:
        redis.kill()
        took = [await take_one(counters, "anna", limit=2, window_s=60.0) for _ in range(3)]
        waits = [one.wait_s for one in took]
        assert waits[:2] == [0.0, 0.0]
        assert 0 < waits[2] <= 60.0


async def test_who_asks_at_the_same_time_is_answered_for_themselves(redis: RedisServer) -> None:
    async with open_counters(redis.url, "one") as counters:

        def ask(person: str) -> Awaitable[Sequence[Allowance]]:
            return counters.take_allowances(
                AllowanceRequest(person, 2, 60.0), AllowanceRequest("address", 7, 60.0)
            )

        took = await asyncio.gather(*map(ask, ("anna", "ben") * 4))
        # Of each the first two; what is refused to one takes nothing from the address.
        assert [[one.remaining for one in answers] for answers in took] == [
            *([1, 6], [1, 5], [0, 4], [0, 3]),
            *([0],) * 4,
        ]
        assert all(answers[0].wait_s > 0 for answers in took[4:])
        took = await asyncio.gather(*map(ask, ("carl", "dora", "carl", "dora")))
        assert [answers[1].wait_s > 0 for answers in took] == [False, False, False, True]


async def test_who_goes_away_while_redis_is_asked_keeps_nobody_waiting(redis: RedisServer) -> None:
    async with open_counters(redis.url, "one") as counters:
        gone = asyncio.ensure_future(take_one(counters, "anna", limit=5, window_s=60.0))
        stays = asyncio.ensure_future(take_one(counters, "ben", limit=5, window_s=60.0))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays).remaining == 4
