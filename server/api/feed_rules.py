"""What somebody said of their feed, as every way of asking for clips obeys it."""

import asyncio
import time
from collections.abc import Collection, Iterable

from phosphene.feed.wishes.obeying import NOTHING_WISHED, Obeyed
from phosphene.feed.wishes.traits import ClipTraits
from phosphene.model import Clip, FeedChoices, Person
from phosphene.store.wish_store import WishStore
from phosphene.store.wishes import FeedStanding


class FeedRules:
    """What one person said. ``traits`` tells what clips are; ``filter_clips``: not every clip may
    be in their feed."""

    def __init__(self, standing: FeedStanding, obeyed: Obeyed, traits: ClipTraits) -> None:
        self.choices: FeedChoices = standing.choices
        self.rejected = standing.rejected
        self.obeyed = obeyed
        self.filter_clips = bool(obeyed.wishes or standing.rejected)
        self._away = frozenset(standing.rejected)
        self._traits = traits

    def may_show(self, clip: Clip) -> bool:
        """Whether a clip may be in their feed: none that they want none of, or that is not for
        them."""
        if clip.id in self._away:
            return False
        return not self.obeyed.wishes or not self.obeyed.wants_none_of(self._traits.traits_of(clip))

    async def list_shown(self, clips: Iterable[Clip], hidden: Collection[str]) -> list[Clip]:
        """Those clips that may be in their feed and are by nobody of ``hidden``."""
        left = [one for one in clips if one.author.id not in hidden]
        await self.read_clips(left)
        return [one for one in left if self.may_show(one)]

    async def read_clips(self, clips: Iterable[Clip]) -> None:
        """Work out what clips are before they are asked about many at a time, each in a turn of the
        loop of its own: 500 that nobody asked about would stop it for a second."""
        if not self.obeyed.wishes:
            return
        for clip in clips:
            if not self._traits.remembers_clip(clip):
                self._traits.traits_of(clip)
                await asyncio.sleep(0)

    def may_go_first(self, clip: Clip) -> bool:
        """Whether a clip may go before all others: where they wish to see more of something only
        one of it."""
        return not self.obeyed.ask_for_more or self.obeyed.wants_more_of(
            self._traits.traits_of(clip)
        )

    def wish_of(self, clip: Clip) -> str | None:
        """What they said of which this clip is more."""
        traits = self._traits.traits_of(clip)
        found = self.obeyed.find_asking(traits)
        return found.said if found is not None else None

    def find_wished(self, clips: Iterable[Clip]) -> tuple[frozenset[str], frozenset[str]]:
        """Ids of those clips of which they wish to see more, and less."""
        if not self.obeyed.wishes:
            return frozenset(), frozenset()
        told = [(one.id, self._traits.traits_of(one)) for one in clips]
        more = frozenset(one for one, traits in told if self.obeyed.wants_more_of(traits))
        return more, frozenset(one for one, traits in told if self.obeyed.wants_less_of(traits))


class FeedRuleReader:
    """Reads them from the store for each question, so that they are the same in every tab, on every
    device and at every instance. For one event loop."""

    def __init__(self, store: WishStore, traits: ClipTraits) -> None:
        self._store = store
        self._traits = traits

    async def read_rules(self, person: Person | None) -> FeedRules:
        """Those of a person; of nobody those of who said nothing. Raises Busy."""
        if person is None:
            return FeedRules(FeedStanding(), NOTHING_WISHED, self._traits)
        standing = await self._store.get_standing(person.id)
        return FeedRules(standing, Obeyed(standing.wishes, time.time()), self._traits)
