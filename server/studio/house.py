"""The house: an instance draws of itself where nothing is there yet, and for who waits.

In idle time only, and what is drawn for nobody ends where somebody's clip waits
(``Pool.dispatch_clips``). The first clips are drawn once in the life of a database; after that one
at a time, for everybody who waits or for what several people would like, and so many an hour.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from phosphene.errors import PhospheneError
from phosphene.failure_boundary import hold
from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Clip, Person, Prompt
from phosphene.render.dispatch.pool import ModelPools
from phosphene.store.house_store import HouseClip, HouseStore
from phosphene.store.store import Store
from phosphene.studio.active_clips import ActiveClips
from phosphene.studio.auto_reset_event import AutoResetEvent
from phosphene.studio.house_plan import (
    HOUR_S,
    clip_on_its_way,
    has_begun_enough,
    most_wanted,
    next_language,
    next_opening,
    spare_clips,
    unsaid,
)
from phosphene.studio.house_recipes import HouseRecipe
from phosphene.studio.house_sentences import HouseProposal, propose_sentences, read_nothing
from phosphene.studio.house_wanting import CountWanting, count_nobody
from phosphene.text import TaggedPhrase

SECONDS: Final = 6
"""Length of its clips."""
SLOW_S: Final = 60.0
"""Where a clip takes longer it draws nothing: who waits would be shown nothing in time."""
LEASE: Final = "house"
TRIED: Final = 3
"""Sentences, where the rules of the place refuse some."""

AUTHOR: Final = Person(HOUSE, HOUSE_HANDLE)

log = logging.getLogger("phosphene.studio")


@dataclass(slots=True, kw_only=True)
class House:
    """``accept_prompt`` is that of ``Prompts``, ``remove_clip`` lets a finished clip go; clips are
    seen to their end in ``tasks``. ``recipes``: the first clips; ``per_hour``: so many are begun
    for who waits or watches, of sentences of its own, which ``read_phrases`` must read as they are
    meant. ``count_wanting``: who would like what."""

    clips: HouseStore
    store: Store
    pools: ModelPools
    active_clips: ActiveClips
    accept_prompt: Callable[[Prompt, Person], Awaitable[Clip]]
    remove_clip: Callable[[str], Awaitable[object]]
    recipes: Sequence[HouseRecipe]
    per_hour: int
    tasks: asyncio.TaskGroup
    count_wanting: CountWanting = count_nobody
    read_phrases: Callable[[str], Sequence[TaggedPhrase]] = read_nothing
    _watched: AutoResetEvent = field(default_factory=AutoResetEvent)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _story: asyncio.Task[None] | None = None
    _slow: bool = False

    async def run(self) -> None:
        """Draw the first clips, one after the other, while nobody draws here; then, while people
        watch, what several of them would like and nobody made."""
        await self.pools.usual.wait_known()
        await self._open()
        if self.per_hour > 0:
            await self._draw_wanted()

    def note_watching(self) -> None:
        """Somebody watches clips here."""
        self._watched.set()

    async def _draw_wanted(self) -> None:
        while True:
            # An instance that nobody visits idles; who watches while it opens or draws counts.
            await self._watched.wait()
            await self.active_clips.wait_idle()
            with suppress(PhospheneError):
                await self._draw_most_wanted()
            await asyncio.sleep(HOUR_S / self.per_hour)

    async def _draw_most_wanted(self) -> None:
        proposals = await self._propose(await self.clips.list_clips())
        wanting = await self.count_wanting([one.text for one in proposals])
        if wanting is None:
            self._watched.set()  # a busy learner is asked again, though nobody watches by then
            return
        async with self._beginning:
            clips = await self.clips.list_clips()
            if clip_on_its_way(clips) is None:
                await self._begin_first(most_wanted(proposals, wanting), clips)

    async def _propose(self, clips: Sequence[HouseClip]) -> Sequence[HouseProposal]:
        """What it could draw now and did not yet."""
        now, language = time.time(), next_language(clips)
        found = await asyncio.to_thread(propose_sentences, language, now, self.read_phrases)
        return unsaid(found, clips)

    async def _begin_first(
        self, proposals: Sequence[HouseProposal], clips: Sequence[HouseClip]
    ) -> Clip | None:
        """The first that may be drawn: the rules of the place may refuse one."""
        for one in proposals[:TRIED]:
            if has_begun_enough(clips, time.time(), self.per_hour):
                return None
            if (clip := await self._begin(one.text, one.seed)) is not None:
                return clip
        return None

    async def _open(self) -> None:
        if await self._is_opened():
            return
        while (recipe := next_opening(self.recipes, await self.clips.list_clips())) is not None:
            await self.active_clips.wait_idle()
            async with self._beginning:
                clip = await self._begin(recipe.en, recipe.seed)
            if clip is None or self._story is None:
                return  # who waits is drawn the rest of them first
            # Not only the clip: its lease is let go after it.
            await asyncio.wait([self._story])
        await self.clips.mark_opened()

    async def _is_opened(self) -> bool:
        if await self.clips.is_opened():
            return True
        wanted = sum(one.opening for one in self.recipes)
        own = await self.clips.list_clips()
        if not own and await self.clips.has_clips(wanted):
            await self.clips.mark_opened()  # people were here before it was
            return True
        return False

    async def show_drawing(self) -> Clip | None:
        """The clip that is drawn for all who wait, begun now if need be; None when there is none:
        somebody's clips go first, or this hour's are used up. Raises Busy (the store)."""
        async with self._beginning:
            clips = await self.clips.list_clips()
            begun = clip_on_its_way(clips)
            if begun is not None:
                return await self.store.get_clip(begun)
            return await self._begin_first(await self._propose(clips), clips)

    async def remove_clips(self) -> int:
        """Remove everything that it drew; how many that were."""
        await self.clips.mark_opened()
        clips = await self.clips.list_clips()
        for clip in clips:
            await self._remove(clip.id)
        return len(clips)

    async def _begin(self, text: str, seed: int) -> Clip | None:
        if not self._may_draw():
            return None
        # One of all instances: each would else draw for the same visitors.
        number = await self.store.claim_lease(LEASE)
        if number is None:
            return None
        try:
            prompt = Prompt(text=text, seconds=SECONDS, seed=seed)
            clip = await self.accept_prompt(prompt, AUTHOR)
        except PhospheneError as error:
            log.info("the house draws nothing now: %s", error)
            await self.store.release_lease(LEASE, number)
            return None
        story = partial(self._see_through, clip.id, number)
        self._story = self.tasks.create_task(hold("house", story), name=f"house {clip.id}")
        with suppress(PhospheneError):  # somebody has the name since before: it leads to them
            await self.store.set_handle(AUTHOR)
        return clip

    def _may_draw(self) -> bool:
        """Whether nobody else would wait for it."""
        pool = self.pools.usual
        if self._slow or pool.unready_reason or pool.clips_waiting:
            return False
        expected = pool.expected_duration(SECONDS)
        return expected is None or expected < SLOW_S

    async def _see_through(self, clip_id: str, number: int) -> None:
        try:
            async with asyncio.timeout(SLOW_S):
                await self.active_clips.wait_clip(clip_id)
        except TimeoutError:
            self._slow = True
            log.warning("a clip takes more than %d s here: the house draws no more", SLOW_S)
            self.pools.cancel_clip(clip_id)
        finally:
            await self.store.release_lease(LEASE, number)
        await self._let_go(await self.clips.list_clips())

    async def _let_go(self, clips: Sequence[HouseClip]) -> None:
        for clip_id in spare_clips(clips, time.time()):
            await self._remove(clip_id)

    async def _remove(self, clip_id: str) -> None:
        # Somebody may have removed it, or it may have ended, in this moment.
        with suppress(PhospheneError):
            await self.remove_clip(clip_id)
