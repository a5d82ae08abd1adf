"""The shared line as a worker sees it: the next clip, and the word that it is taken."""

from contextlib import suppress
from typing import Any, Final

from msgspec import Struct
from redis.asyncio import Redis

from server.bus.connection import Away, Declined, ask
from server.fleet import names, scripts
from server.fleet.outbox import Outbox

LEFT_BEHIND_MS: Final = 2000
"""A clip that a worker took from the line without a word for so long is taken by another."""


class Entry(Struct, frozen=True):
    """A clip out of the line: where it lay, and the ``fields`` of its entry."""

    stream: bytes
    place: bytes
    fields: dict[bytes, bytes]

    @property
    def clip(self) -> str:
        return self.fields.get(b"c", b"").decode(errors="replace")

    @property
    def instance(self) -> str:
        return self.fields[b"i"].decode()


class Queue:
    """The line for workers with these ``weights``; ``worker`` is the id of the one that asks."""

    def __init__(self, redis: Redis, worker: str, weights: str) -> None:
        self._redis = redis
        self._worker = worker
        self._take = redis.register_script(scripts.TAKE)
        self._streams = [names.jobs(weights, urgent=urgent) for urgent in (True, False)]

    async def next(self) -> Entry | None:
        """The next clip of the line; None when there is none, or Redis is away."""
        arguments = (names.GROUP, self._worker, LEFT_BEHIND_MS, names.instance(""))
        try:
            found: Any = await ask(self._redis, self._take(keys=self._streams, args=arguments))
        except Declined:  # nobody has made the group yet, or Redis has forgotten it
            await self._make_groups()
            return None
        except Away:
            return None
        if not found:
            return None
        stream, place, flat = found
        return Entry(stream, place, dict(zip(flat[::2], flat[1::2], strict=True)))

    def leave(self, outbox: Outbox) -> None:
        """Ask no more. A clip that was taken and not yet accepted goes back to its instance."""
        for stream in self._streams:
            outbox.post("XGROUP", "DELCONSUMER", stream, names.GROUP, self._worker)

    @staticmethod
    def acknowledge(entry: Entry, outbox: Outbox) -> None:
        """It is not in the line any more."""
        outbox.post("XACK", entry.stream, names.GROUP, entry.place)
        outbox.post("XDEL", entry.stream, entry.place)

    async def _make_groups(self) -> None:
        for stream in self._streams:
            with suppress(Away):  # another worker may have been faster
                await ask(
                    self._redis,
                    self._redis.xgroup_create(stream, names.GROUP, id="0", mkstream=True),
                )
