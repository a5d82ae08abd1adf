"""Whose clips a lent worker has, and which of these instances are gone."""

from typing import Any, Final

from redis.asyncio import Redis

from phosphene.bus.connection import RedisUnavailable, run_command
from phosphene.fleet import names

# Two seconds, and the key of an instance lives for five: one that is restarted, or whose Redis was
# away, is not taken for dead.
MISSED: Final = 8
"""An instance that was not there at so many beats in a row is gone."""


class JobOwners(dict[str, str]):
    """Clip to instance."""

    def __init__(self) -> None:
        super().__init__()
        self._missed: dict[str, int] = {}

    async def orphaned_clips(self, redis: Redis) -> list[str]:
        """Clips whose instance is gone. To be asked once in each ``BEAT_S``."""
        instances = sorted(set(self.values()))
        if not instances:
            return []
        try:
            found: Any = await run_command(
                redis, redis.mget([names.instance(one) for one in instances])
            )
        except RedisUnavailable:
            return []
        self._missed = {
            one: self._missed.get(one, 0) + 1
            for one, there in zip(instances, found, strict=True)
            if there is None
        }
        return [clip for clip, one in self.items() if self._missed.get(one, 0) >= MISSED]
