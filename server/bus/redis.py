"""The bus over Redis. Redis may die and come back at any moment: nothing here raises or stalls."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio.client import PubSub

from phosphene.bus.bus import Bus, Gap, Hint, StreamEntry
from phosphene.bus.connection import RedisUnavailable, RestingClient, close, connect, run_command
from phosphene.bus.local import LocalBus
from phosphene.bus.pace import SendPace
from phosphene.errors import BadInput
from phosphene.failure_boundary import Backoff, keep_running, running

# One of Redis for each of ours: with one for all everybody who listened was sent every event of
# every topic, five times an instance.
PREFIX = "phosphene:hints:"
# A blocking read lasts so long; its connection times out later than that.
BLOCK_S = 1.0
BLOCK_TIMEOUT_S = 2.0
BACK_OFF_S = (0.05, 0.5)
# Beyond it the oldest hints go: the store tells the same.
OUTBOX = 10_000
# One by one a publish costs 108 us, a hundred in a pipeline 12 us each.
BATCH = 256
# A clip of 10 s has 240 pictures in its run; with the forming of a slow model before it 4,096 are
# almost three minutes at 24 a second. A bound for the memory of Redis.
STREAM_LENGTH = 4096
# Renewed with each entry. An instance that dies leaves no streams behind, and who takes its clip
# over has two minutes to read what was sent.
STREAM_TTL_S = 120
# At 1.8 us an entry that is a third of a millisecond of the loop.
READ_COUNT = 200


Fields = dict[bytes, bytes]


class PublishedHint(Struct, frozen=True, array_like=True):
    """A hint and the instance that said it; ``more`` came on the same channel right after it."""

    instance: str
    channel: str
    data: bytes
    # Apart from the first, so that a release that knows one only understands that one: what it
    # misses it finds in the store.
    more: tuple[bytes, ...] = ()


class RedisBus:
    """Implements ``Bus``; made by ``open_bus``, which runs ``send_hints`` beside it."""

    def __init__(self, url: str, instance: str) -> None:
        self._instance = instance
        self._commands = RestingClient(url)
        # A client of its own: a blocking read holds its connection, and commands must not wait
        # behind it.
        self._blocking = connect(url, BLOCK_TIMEOUT_S)
        self._outbox: deque[tuple[str, bytes]] = deque(maxlen=OUTBOX)
        self._posted = asyncio.Event()
        self._unheard = False

    @property
    def is_shared(self) -> bool:
        return True

    @property
    def is_up(self) -> bool:
        return not self._unheard and not self._commands.is_resting

    async def publish_hint(self, channel: str, data: bytes) -> None:
        """Only puts it aside for ``send_hints``, so that nobody waits for Redis."""
        self._outbox.append((channel, data))
        self._posted.set()

    async def send_hints(self) -> None:
        """Send what was published, many at a time, for ever; what cannot be sent is dropped."""
        pace = SendPace()
        while True:
            await self._posted.wait()
            self._posted.clear()
            while self._outbox:
                await pace.wait_turn()
                batch = [self._outbox.popleft() for _ in range(min(BATCH, len(self._outbox)))]
                await self._commands.try_command(partial(self._send, batch))

    async def receive_hints(self, *channels: str) -> AsyncGenerator[Hint | Gap, None]:
        """Yields a Gap when the connection is lost and again when it is there."""
        backoff = Backoff(*BACK_OFF_S)
        while True:
            # Pub/sub for hints, because a lost one costs nothing: 0.25 ms p50. Streams for
            # pictures, because a gap there is seen.
            pubsub = self._blocking.pubsub()
            try:
                await run_command(self._blocking, pubsub.subscribe(*map(PREFIX.__add__, channels)))
                self._unheard = False
                backoff.reset()
                yield Gap()
                async for hint in self._hints(pubsub):
                    yield hint
            except RedisUnavailable:
                self._unheard = True
            finally:
                with suppress(RedisUnavailable):
                    await run_command(self._blocking, pubsub.aclose())  # type: ignore[no-untyped-call]
            yield Gap()
            await backoff.pause()

    async def append_entries(self, stream: str, *entries: StreamEntry) -> bool:
        key = _stream_key(stream)
        pipeline = self._commands.client.pipeline(transaction=False)
        for entry in entries:
            # Approximate: Redis then drops whole nodes of its tree only, and need not cut one.
            pipeline.xadd(
                key, {"n": entry.number, "d": entry.data}, maxlen=STREAM_LENGTH, approximate=True
            )
        pipeline.expire(key, STREAM_TTL_S)
        return await self._commands.try_command(pipeline.execute) is not None

    async def read_entries(self, stream: str) -> Sequence[StreamEntry]:
        found = await self._commands.try_command(
            lambda: self._commands.client.xrange(_stream_key(stream))
        )
        read = (_entry(fields) for _, fields in found or ())
        return [entry for entry in read if entry is not None]

    async def follow_stream(self, stream: str) -> AsyncGenerator[StreamEntry, None]:
        key, last, backoff = _stream_key(stream), b"0", Backoff(*BACK_OFF_S)
        while True:
            try:
                found = await self._next(key, last)
            except RedisUnavailable:
                # Redis may have lost the stream or parts of it: begin again, numbers tell.
                # As ids are times, a Redis without what it had goes on as if nothing were missing
                # (the old id reads on in the new stream): only reading from the beginning shows it.
                last = b"0"
                await backoff.pause()
                continue
            backoff.reset()
            for place, fields in found:
                last = place
                entry = _entry(fields)
                if entry is not None:
                    yield entry

    async def close(self) -> None:
        """Close every connection."""
        for client in (self._commands.client, self._blocking):
            await close(client)

    async def _next(self, key: str, after: bytes) -> list[tuple[bytes, Fields]]:
        """Entries of a stream, at the latest after ``BLOCK_S``. Raises RedisUnavailable."""
        streams: Any = {key: after}
        block_ms = int(BLOCK_S * 1000)
        found: Any = await run_command(
            self._blocking, self._blocking.xread(streams, count=READ_COUNT, block=block_ms)
        )
        return [entry for _, entries in found or () for entry in entries]

    async def _send(self, batch: list[tuple[str, bytes]]) -> None:
        pipeline = self._commands.client.pipeline(transaction=False)
        # One message a channel: to hear one costs redis-py some 0.2 ms of the loop, however long.
        by_channel = dict[str, list[bytes]]()
        for channel, data in batch:
            by_channel.setdefault(channel, []).append(data)
        for channel, (first, *more) in by_channel.items():
            hint = PublishedHint(self._instance, channel, first, tuple(more))
            pipeline.publish(PREFIX + channel, msgspec.msgpack.encode(hint))
        await pipeline.execute()

    async def _hints(self, pubsub: PubSub) -> AsyncIterator[Hint]:
        """Hints of other instances.

        Raises RedisUnavailable, also when Redis is silent to two questions.
        """
        asked = False
        while True:
            # With the confirmations, one a channel: what is passed over is None as silence is.
            message: Any = await run_command(
                self._blocking,
                pubsub.get_message(ignore_subscribe_messages=False, timeout=BLOCK_S),
            )
            if message is None:
                if asked:
                    raise RedisUnavailable("Redis does not answer")
                # A connection whose other end has vanished stays open for hours by TCP's clock;
                # silence is only known from an answer that does not come.
                await run_command(self._blocking, pubsub.ping())
                asked = True
                continue
            asked = False
            if message["type"] == "message":
                envelope = _envelope(message["data"])
                if envelope is not None and envelope.instance != self._instance:
                    for data in (envelope.data, *envelope.more):
                        yield Hint(envelope.channel, data)


@asynccontextmanager
async def open_bus(url: str, instance: str) -> AsyncIterator[Bus]:
    """The bus at ``url`` (redis://...), or that of one instance alone when it is empty.

    ``instance`` must differ between the instances. Redis need not be there yet.

    Raises:
        BadInput: ``url`` is not a Redis URL.
    """
    if not url:
        yield LocalBus()
        return
    try:
        bus = RedisBus(url, instance)
    except ValueError as error:
        raise BadInput(f"redis_url: {error}") from None
    try:
        async with running(keep_running("bus sender", bus.send_hints)):
            yield bus
    finally:
        await bus.close()


def _envelope(data: bytes) -> PublishedHint | None:
    """Anybody can publish on a Redis channel: what is no hint is not for us."""
    try:
        return msgspec.msgpack.decode(data, type=PublishedHint)
    except msgspec.DecodeError:
        return None


def _entry(fields: Fields) -> StreamEntry | None:
    """Anybody can append to a stream, and another release may do so in another form."""
    number, data = fields.get(b"n", b""), fields.get(b"d")
    if not number.isdigit() or data is None:
        return None
    return StreamEntry(int(number), data)


def _stream_key(stream: str) -> str:
    return f"phosphene:stream:{stream}"
