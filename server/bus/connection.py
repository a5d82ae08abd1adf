"""Connections to Redis as all rooms want them: no command waits long, none is tried twice."""

import asyncio
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

TIMEOUT_S: Final = 0.5

# OSError beside RedisError: what a dying socket raises is not always wrapped.
AWAY: Final = (RedisError, OSError)


def connect(url: str, timeout_s: float = TIMEOUT_S) -> Redis:
    """A client whose commands fail after ``timeout_s``. Raises ValueError: that is no URL."""
    client: Redis = Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    return client


def heed_cancel() -> None:
    """What runs for ever asks after each command whether it was cancelled meanwhile.

    The client sends with asyncio.wait_for, which before Python 3.12 loses a cancellation that
    comes in the moment in which the sending is done.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
