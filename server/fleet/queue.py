"""The shared queue as a worker sees it: the next clip, and the word that it is taken."""

from contextlib import suppress
from typing import Any, Final

from msgspec import Struct
from redis.asyncio import Redis

from phosphene.bus.connection import RedisRefused, RedisUnavailable, run_command
from phosphene.fleet import names, scripts
from phosphene.fleet.outbox import Outbox

# Twice what a worker may be silent for: it is dead by then, and the clip waits no longer than for a
# lost worker.
LEFT_BEHIND_MS: Final = 2000
"""A clip that a worker took from the queue without a word for so long is taken by another."""


class QueuedJob(Struct, frozen=True):
    """A clip out of the queue: where it lay, and the ``fields`` of its entry."""

    stream: bytes
    place: bytes
    fields: dict[bytes, bytes]

    @property
    def clip(self) -> str:
        return self.fields.get(b"c", b"").decode(errors="replace")

    @property
    def instance(self) -> str:
        return self.fields[b"i"].decode()


class JobQueue:
    """The line for workers with these ``weights``; ``worker`` is the id of the one that asks."""

    def __init__(self, redis: Redis, worker: str, weights: str) -> None:
        self._redis = redis
        self._worker = worker
        # In Redis and in one step: who dies between taking and saying so leaves the entry pending,
        # and XAUTOCLAIM gives it to the next.
        self._take = redis.register_script(scripts.TAKE)
        self._streams = [
            names.jobs(weights, wire, urgent=urgent)
            for urgent in (True, False)
            for wire in names.wires()
        ]

    async def next_job(self) -> QueuedJob | None:
        """The next clip of the queue; None when there is none, or Redis is away."""
        arguments = (names.GROUP, self._worker, LEFT_BEHIND_MS, names.instance(""))
        try:
            found: Any = await run_command(
                self._redis, self._take(keys=self._streams, args=arguments)
            )
        except RedisRefused:  # nobody has made the group yet, or Redis has forgotten it
            await self._make_groups()
            return None
        except RedisUnavailable:
            return None
        if not found:
            return None
        stream, place, flat = found
        return QueuedJob(stream, place, dict(zip(flat[::2], flat[1::2], strict=True)))

    def leave_group(self, outbox: Outbox) -> None:
        """Ask no more. A clip that was taken and not yet accepted goes back to its instance."""
        for stream in self._streams:
            outbox.post_command("XGROUP", "DELCONSUMER", stream, names.GROUP, self._worker)

    @staticmethod
    def acknowledge_job(entry: QueuedJob, outbox: Outbox) -> None:
        """It is not in the queue any more."""
        outbox.post_command("XACK", entry.stream, names.GROUP, entry.place)
        outbox.post_command("XDEL", entry.stream, entry.place)

    async def _make_groups(self) -> None:
        for stream in self._streams:
            with suppress(RedisUnavailable):  # another worker may have been faster
                await run_command(
                    self._redis,
                    self._redis.xgroup_create(stream, names.GROUP, id="0", mkstream=True),
                )
