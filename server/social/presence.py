"""Who has a clip before them now: counted here by person, summed over the instances."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from phosphene.bus.counters import SharedCounters
from phosphene.events import ViewersChanged as Viewers
from phosphene.social.topics import Topics

# A clip with a thousand viewers changes its count all the time: each change told at once would be a
# thousand frames for every one who comes.
PACE_S = 1.0
# An instance that dies leaves its viewers in the sum for so long, and no longer. Renewed three
# times within it, so that one lost word does not drop a crowd.
TTL_S = 15.0
RENEW_S = 5.0


class PresenceTracker:
    """Needs ``run`` beside it. A person with two sockets on a clip counts once."""

    def __init__(self, topics: Topics, counters: SharedCounters) -> None:
        self._topics = topics
        self._counters = counters
        self._watching: dict[str, Counter[str]] = {}
        self._pages: Counter[str] = Counter()
        self._changed: set[str] = set()
        self._published: dict[str, int] = {}
        self._wake = asyncio.Event()

    @contextmanager
    def watching_clip(self, person_id: str, clip_id: str) -> Iterator[None]:
        """Within, one socket of the person shows this clip."""
        people = self._watching.setdefault(clip_id, Counter())
        people[person_id] += 1
        self._pages[person_id] += 1
        self._change(clip_id)
        try:
            yield
        finally:
            self._pages[person_id] -= 1
            if not self._pages[person_id]:
                del self._pages[person_id]
            people[person_id] -= 1
            if not people[person_id]:
                del people[person_id]
            if not people:
                del self._watching[clip_id]
            self._change(clip_id)

    def has_page(self, person_id: str) -> bool:
        """Whether a page of the person shows a clip through this instance: one that is hidden shows
        none."""
        return person_id in self._pages

    async def count_viewers(self, clip_id: str) -> int:
        """How many have the clip before them, over all instances."""
        if not self._counters.is_shared:
            return self._here(clip_id)
        return await self._counters.sum_shares(_key(clip_id))

    async def run(self) -> None:
        """Say what changed, at most once a second, and renew this instance's shares, for ever."""
        while True:
            try:
                async with asyncio.timeout(self._patience()):
                    await self._wake.wait()
            except TimeoutError:
                self._changed.update(self._watching)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            for clip_id in changed:
                await self._publish_viewers(clip_id)
            # Not a poll: the pace at which people are told.
            await asyncio.sleep(PACE_S)

    def _patience(self) -> float | None:
        """How long to wait for a change before the shares are renewed and summed again."""
        return RENEW_S - PACE_S if self._watching and self._counters.is_shared else None

    async def _publish_viewers(self, clip_id: str) -> None:
        here = self._here(clip_id)
        if self._counters.is_shared:
            # Each instance says its own sum and never adds to a common one: a counter that goes up
            # and down is wrong for ever after the first crash.
            await self._counters.set_share(_key(clip_id), here, TTL_S)
        viewers = await self.count_viewers(clip_id)
        known = self._topics.viewers_of(clip_id)
        if viewers != (self._published.get(clip_id) if known is None else known):
            await self._topics.emit_volatile(Viewers(clip_id, viewers))
        if here:
            self._published[clip_id] = viewers
        else:
            self._published.pop(clip_id, None)

    def _here(self, clip_id: str) -> int:
        return len(self._watching.get(clip_id, ()))

    def _change(self, clip_id: str) -> None:
        self._changed.add(clip_id)
        self._wake.set()


def _key(clip_id: str) -> str:
    return f"viewers:{clip_id}"
