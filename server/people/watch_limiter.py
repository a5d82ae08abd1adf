"""Who has reached a limit that they set for themselves is sent nothing more until it goes on."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec import Struct

from phosphene.errors import AlreadyTaken, Forbidden, Rest, Resting
from phosphene.people import watch_rules
from phosphene.people.connections import OpenConnections
from phosphene.store.watch_limit_store import WatchLimitStore
from phosphene.store.watch_limits import (
    KeptLimits,
    Sent,
    WatchDay,
    Watching,
    WatchLimits,
)

PACE_S: Final = 2.0
"""So often what was sent is counted over all instances."""


class OwnLimits(Struct, frozen=True, kw_only=True):
    """One's limits, those that hold from ``later_at`` on (seconds since the epoch), and what one
    was sent today; ``rest``: why one is sent nothing now."""

    limits: WatchLimits
    later: WatchLimits | None = None
    later_at: float | None = None
    seconds_today: float = 0.0
    clips: int = 0
    rest: Rest | None = None


class WatchLimiter:
    """Needs ``run`` beside it. ``viewers`` are open viewers by person, ``clock`` gives seconds
    since the epoch."""

    def __init__(
        self, store: WatchLimitStore, viewers: OpenConnections, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self.viewers = viewers
        self._clock = clock
        self._sent: dict[str, Sent] = {}
        self._some = asyncio.Event()

    def add_sent(self, person_id: str, seconds: float, clip_id: str) -> None:
        """So much of a clip was sent to a person just now; '' is none in particular."""
        sent = self._sent.setdefault(person_id, Sent())
        sent.seconds += seconds
        if clip_id:
            sent.clips.add(clip_id)
        self._some.set()

    async def check_awake(self, person_id: str) -> None:
        """Whether somebody may be sent pictures now. Raises Resting."""
        found = await self._store.get_limits(person_id, watch_rules.day_of)
        rest, now = None if found is None else self._rest(found), self._clock()
        if rest is None:
            return
        if rest.reason == "night":
            raise Resting("it is night, as you set it", rest, now)
        if rest.reason == "pause":
            raise Resting("time for the pause that you wanted", rest, now)
        raise Resting("the minutes that you gave yourself for today are over", rest, now)

    async def has_limits(self, person_id: str) -> bool:
        """Whether somebody has set any."""
        return bool(await self._store.list_limited([person_id]))

    async def get_limits(self, person_id: str) -> OwnLimits:
        """Somebody's own limits."""
        found = await self._store.get_limits(person_id, watch_rules.day_of)
        kept, day = found or (KeptLimits(limits=WatchLimits()), WatchDay())
        return OwnLimits(
            limits=kept.limits,
            later=kept.later,
            later_at=kept.later_at,
            seconds_today=day.seconds,
            clips=day.clips,
            rest=self._rest((kept, day)),
        )

    async def set_limits(self, person_id: str, new: WatchLimits) -> OwnLimits:
        """Stricter limits hold at once, looser ones from the next day on. Raises Unusable."""
        watch_rules.check_zones(new)
        change = partial(watch_rules.change_limits, new=new, now=self._clock())
        await self._store.change_limits(person_id, change)
        limits = await self.get_limits(person_id)
        if limits.rest is not None:
            self.viewers.close_all([person_id])
        return limits

    async def extend_time(self, person_id: str) -> OwnLimits:
        """Five minutes more. Raises Forbidden: they do not allow themselves that, or need it not;
        AlreadyTaken: they had them today."""
        before = await self.get_limits(person_id)
        if not before.limits.five_more or before.rest is None:
            raise Forbidden("five minutes more are for who allowed them, once a limit is reached")
        until = self._clock() + watch_rules.EXTENSION_S
        if not await self._store.extend_time(person_id, watch_rules.day_of, until):
            raise AlreadyTaken("the five minutes of today are used up")
        return await self.get_limits(person_id)

    async def run(self) -> None:
        """Count what was sent, and send away who has reached a limit, for ever."""
        while True:
            await self._some.wait()
            # Not a poll: what a viewer is sent comes every second.
            await asyncio.sleep(PACE_S)
            self._some.clear()
            sent, self._sent = self._sent, {}
            # Read first: nearly nobody has limits, and to write for the others would take the lock.
            limited = await self._store.list_limited(list(sent))
            if not limited:
                continue
            counted = {person_id: sent[person_id] for person_id in limited}
            stand = await self._store.add_sent(counted, watch_rules.day_of)
            self.viewers.close_all([one for one, found in stand.items() if self._rest(found)])

    def _rest(self, found: Watching) -> Rest | None:
        kept, day = found
        return watch_rules.rest_of(kept.limits, day, self._clock())
