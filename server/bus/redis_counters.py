"""The numbers that instances keep together over Redis, which may die and come back at any moment:
then each counts for itself."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from phosphene.bus import scripts
from phosphene.bus.connection import RestingClient, close
from phosphene.bus.counters import SharedCounters
from phosphene.bus.local_counters import LocalCounters
from phosphene.errors import BadInput
from phosphene.ratelimit_headers import Allowance


class RedisCounters:
    """Implements ``SharedCounters``; made by ``open_counters``."""

    def __init__(self, redis: RestingClient, instance: str) -> None:
        self._redis = redis
        self._instance = instance
        self._local = LocalCounters()
        self._set_share = redis.client.register_script(scripts.SET_SHARE)
        self._sum_shares = redis.client.register_script(scripts.SUM_SHARES)
        self._take_allowance = redis.client.register_script(scripts.TAKE_ALLOWANCE)

    @property
    def is_shared(self) -> bool:
        return True

    async def set_share(self, key: str, value: int, ttl_s: float) -> None:
        # Here first, so that the sum without Redis is not nothing.
        await self._local.set_share(key, value, ttl_s)
        arguments = (self._instance, value, ttl_s)
        await self._redis.try_command(
            lambda: self._set_share(keys=[f"phosphene:number:{key}"], args=arguments)
        )

    async def sum_shares(self, key: str) -> int:
        total = await self._redis.try_command(
            lambda: self._sum_shares(keys=[f"phosphene:number:{key}"])
        )
        return await self._local.sum_shares(key) if total is None else int(total)

    async def take_allowance(self, key: str, *, limit: int, window_s: float) -> Allowance:
        # A name of its own for each grant: two alike would be one member of the sorted set, and the
        # second would cost nothing.
        arguments = (limit, window_s, secrets.token_hex(8))
        found = await self._redis.try_command(
            lambda: self._take_allowance(keys=[f"phosphene:take:{key}"], args=arguments)
        )
        # Redis is away: each counts for itself, since to refuse everybody would be worse than n
        # times the limit.
        if found is None:
            return await self._local.take_allowance(key, limit=limit, window_s=window_s)
        wait, remaining, window = found
        return Allowance(float(wait), int(remaining), float(window))


@asynccontextmanager
async def open_counters(url: str, instance: str) -> AsyncIterator[SharedCounters]:
    """The counters at ``url`` (redis://...), or those of one instance alone when it is empty.

    ``instance`` must differ between the instances. Redis need not be there yet.

    Raises:
        BadInput: ``url`` is not a Redis URL.
    """
    if not url:
        yield LocalCounters()
        return
    try:
        redis = RestingClient(url)
    except ValueError as error:
        raise BadInput(f"redis_url: {error}") from None
    try:
        yield RedisCounters(redis, instance)
    finally:
        await close(redis.client)
