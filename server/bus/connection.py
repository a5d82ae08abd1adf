"""Connections to Redis as all rooms want them: no command waits long, none is tried twice, and
whatever goes wrong with one says the same: Redis is away."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, Final, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from phosphene.failure_boundary import heed_cancel

# redis-py's defaults (5 s, ten retries) let callers stand for 3 to 5 s while Redis restarts; a hint
# that is not there within half a second is worth nothing.
TIMEOUT_S: Final = 0.5
REST_S: Final = 0.25
"""So one caller in a while pays the time-out, and all others go on with what this instance
knows."""

T = TypeVar("T")


class RedisUnavailable(Exception):
    """Redis gave no answer that can be used; ``str(error)`` says what came instead."""


class RedisRefused(RedisUnavailable):
    """Redis answered that it will not do that."""


def connect(url: str, timeout_s: float = TIMEOUT_S) -> Redis:
    """A client whose commands fail after ``timeout_s``. Raises ValueError: that is no URL."""
    client: Redis = Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=TIMEOUT_S,
        # Tried again by who knows whether it makes sense: a hint is dropped, a stream is read on.
        retry=Retry(NoBackoff(), 0),
    )
    return client


class RestingClient:
    """Commands none of which raises: after a failure Redis is left alone for a moment, so that an
    outage costs one timeout and not one for every caller. Raises ValueError: that is no URL."""

    def __init__(self, url: str) -> None:
        self.client = connect(url)
        self._rest_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Whether a command failed just now."""
        return monotonic() < self._rest_until

    async def try_command(self, command: Callable[[], Awaitable[Any]]) -> Any:
        """The answer of Redis, or None when it is away."""
        if self.is_resting:
            return None
        try:
            answer = await run_command(self.client, command())
        except RedisUnavailable:
            self._rest_until = monotonic() + REST_S
            return None
        return True if answer is None else answer


async def run_command(client: Redis, command: Awaitable[T]) -> T:
    """The answer to a command of the client.

    A dying connection raises anything: the client expects OSError of a socket, and uvloop raises
    RuntimeError ("the handler is closed") when one dies while it is being made. Nor does the client
    then give that connection up: without its greeting it would speak another protocol than is
    understood, and give no entry of any stream. So after a failure, or a cancellation, connections
    that nobody uses now are made anew.

    Raises:
        RedisUnavailable: it gave none. RedisRefused: it said no. CancelledError also when the
        client has lost it.
    """
    try:
        answer = await command
    except ResponseError as error:
        heed_cancel()
        raise RedisRefused(str(error)) from error
    except BaseException as error:
        await _forget_connections(client)
        heed_cancel()
        # A cancellation that is not ours: two that close one connection wait for one future, and
        # the time-out of the first cancels it for both. A like was answered with 500 by that.
        if not isinstance(error, Exception | CancelledError):
            raise
        raise RedisUnavailable(f"{type(error).__name__}: {error}") from error
    heed_cancel()
    return answer


async def close(client: Redis) -> None:
    """Close a client's connections; one that is broken already is closed."""
    with suppress(RedisUnavailable):
        await run_command(client, client.aclose())


async def _forget_connections(client: Redis) -> None:
    with suppress(Exception, CancelledError):  # ours is heeded by who calls this
        await client.connection_pool.disconnect(inuse_connections=False)
