"""All that an instance hears of workers of other machines, in one blocking read."""

import logging
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct
from redis.asyncio import Redis

from phosphene.bus.connection import run_command
from phosphene.fleet import names

# Shorter than a beat: silence is noticed in time though nothing comes at all.
BLOCK_S: Final = 0.2
# At 1.8 us an entry that is a millisecond of the loop.
BATCH: Final = 500

Fields = dict[bytes, bytes]
Entries = Iterable[tuple[bytes, Fields]]

BEAT: Final = frozenset((b"v", b"w", b"name", b"d"))
ANSWER: Final = frozenset((b"w", b"c", b"n"))

log = logging.getLogger(__name__)


class Received(Struct, frozen=True):
    """Entries in the order in which they came: beats of all workers, answers for this instance."""

    beats: list[Fields]
    answers: list[Fields]


class Receiver:
    """``answers`` is the name of this instance's stream; ``read_to`` the last entry read of it."""

    def __init__(self, redis: Redis, answers: str) -> None:
        self._redis = redis
        self._answers = answers
        # From its beginning: the stream has a name that is new with each start, so nothing in it is
        # old.
        self._last = {answers: "0-0"}

    @property
    def read_to(self) -> str:
        return self._last[self._answers]

    async def read_entries(self) -> Received:
        """What is new, at the latest after ``BLOCK_S``. Raises RedisUnavailable.

        Beats from before the first read count for nothing: their workers may be gone.
        """
        if names.BEATS not in self._last:
            seconds, micros = await run_command(self._redis, self._redis.time())
            self._last[names.BEATS] = f"{seconds * 1000 + micros // 1000}-0"
        places: Any = self._last
        block_ms = int(BLOCK_S * 1000)
        found: Any = await run_command(
            self._redis, self._redis.xread(places, count=BATCH, block=block_ms)
        )
        news = {stream.decode(): entries for stream, entries in found or ()}
        for stream, entries in news.items():
            self._last[stream] = entries[-1][0].decode()
        beats, answers = news.get(names.BEATS, ()), news.get(self._answers, ())
        return Received(_whole(beats, BEAT), _whole(answers, ANSWER))


def _whole(entries: Entries, needed: frozenset[bytes]) -> list[Fields]:
    """The entries that can be understood; of the others only a warning is left."""
    found = []
    for place, fields in entries:
        if needed <= fields.keys() and fields.get(b"n", b"0").isdigit():
            found.append(fields)
        else:
            log.warning("entry %s of the fleet is none of ours", place.decode())
    return found
