import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from phosphene.bus.connection import RedisRefused, RedisUnavailable, close, connect, run_command
from tests.support import free_port

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def redis() -> AsyncIterator[Redis]:
    """A client of a Redis that is not there."""
    client = connect(f"redis://127.0.0.1:{free_port()}")
    yield client
    await close(client)


async def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("unable to perform operation on <TCPTransport closed=True>; closed"),
        RedisConnectionError("Connection closed by server."),
        OSError("Connection reset by peer"),
        AttributeError("'NoneType' object has no attribute 'write'"),
        ExceptionGroup("several", [KeyError("x")]),
        asyncio.CancelledError(),  # of a future that somebody else cancelled
    ],
)
async def test_whatever_is_raised_means_away(redis: Redis, error: BaseException) -> None:
    with pytest.raises(RedisUnavailable) as away:
        await run_command(redis, raising(error))
    assert away.value.__cause__ is error
    assert not isinstance(away.value, RedisRefused)


async def test_a_no_of_redis_is_told_apart(redis: Redis) -> None:
    with pytest.raises(RedisRefused, match="NOGROUP"):
        await run_command(redis, raising(ResponseError("NOGROUP No such key")))


@pytest.mark.parametrize("lost_in", [RuntimeError("the handler is closed"), None])
async def test_a_cancellation_that_the_client_lost_is_heeded(
    redis: Redis, lost_in: Exception | None
) -> None:
    waiting = asyncio.Event()

    async def command() -> None:
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if lost_in is not None:
                raise lost_in from None

    task = asyncio.create_task(run_command(redis, command()))
    await waiting.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_connection_that_two_close_at_once_cancels_nobody(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """redis-py hands on the cancellation of the future that both wait for."""
    closing = asyncio.get_running_loop().create_future()
    closing.cancel()

    async def disconnect(inuse_connections: bool = True) -> None:
        await closing

    monkeypatch.setattr(redis.connection_pool, "disconnect", disconnect)
    with pytest.raises(RedisUnavailable, match="reset by peer"):
        await run_command(redis, raising(OSError("reset by peer")))
