"""The numbers that instances keep together over Redis, which may die and come back at any moment:
then each counts for itself."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from phosphene.bus import scripts
from phosphene.bus.connection import RestingClient, close
from phosphene.bus.counters import AllowanceRequest, SharedCounters
from phosphene.bus.local_counters import LocalCounters
from phosphene.bus.pace import SendPace
from phosphene.errors import BadInput
from phosphene.failure_boundary import keep_running, running
from phosphene.ratelimit_headers import Allowance

BATCH: Final = 256
Answer = asyncio.Future[Sequence[Allowance] | None]
Question = tuple[Sequence[AllowanceRequest], Answer]


class RedisCounters:
    """Implements ``SharedCounters``; made by ``open_counters``."""

    def __init__(self, redis: RestingClient, instance: str) -> None:
        self._redis = redis
        self._instance = instance
        self._local = LocalCounters()
        self._set_share = redis.client.register_script(scripts.SET_SHARE)
        self._sum_shares = redis.client.register_script(scripts.SUM_SHARES)
        self._take_allowances = redis.client.register_script(scripts.TAKE_ALLOWANCES)
        self._waiting: deque[Question] = deque()
        self._asked = asyncio.Event()

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

    async def take_allowances(self, *asked: AllowanceRequest) -> Sequence[Allowance]:
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        self._asked.set()
        taken = await answer
        # Redis is away: each counts for itself, since to refuse everybody would be worse than n
        # times the limit.
        return await self._local.take_allowances(*asked) if taken is None else taken

    async def ask_redis(self) -> None:
        """Ask for what is waited for, many at a time, for ever."""
        # One script for all that came while the last was on its way: at 500 writes a second each
        # with a call of its own for the person and the address these were a third of the CPU.
        pace = SendPace()
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._waiting:
                await pace.wait_turn()
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    await self._answer(batch)
                finally:
                    for _, answer in batch:
                        if not answer.done():
                            answer.set_result(None)

    async def _answer(self, batch: Sequence[Question]) -> None:
        keys, arguments = list[str](), list[str | int | float]()
        # A name of its own for each grant: two alike would be one member of the sorted set, and the
        # second would cost nothing.
        token = secrets.token_hex(8)
        for asker, (asked, _) in enumerate(batch):
            for one in asked:
                arguments += (one.limit, one.window_s, f"{token}{len(keys)}", asker)
                keys.append(f"phosphene:take:{one.key}")
        found = await self._redis.try_command(
            lambda: self._take_allowances(keys=keys, args=arguments)
        )
        if found is None:
            return
        told = iter(found)
        for asked, answer in batch:
            taken = [_allowance(*next(told)) for _ in asked]
            if not answer.done():  # who asked may have gone meanwhile
                answer.set_result([one for one in taken if one is not None])


def _allowance(*fields: bytes | int) -> Allowance | None:
    """An answer of the script; None of one that was not tried."""
    if not fields:
        return None
    wait, remaining, window = fields
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
    counters = RedisCounters(redis, instance)
    try:
        async with running(keep_running("allowances", counters.ask_redis)):
            yield counters
    finally:
        await close(redis.client)
