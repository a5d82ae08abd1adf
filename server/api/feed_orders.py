"""The feed in other orders than For You: whom one follows, the latest, and what is being drawn."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Literal

from phosphene.api.feed_rules import FeedRules
from phosphene.feed.candidates import Candidates
from phosphene.model import Clip, Page, Person
from phosphene.store.people_store import PeopleStore
from phosphene.store.store import Store

ListClips = Callable[[str | None], Awaitable[Page]]
"""A page of clips after a cursor."""


class FeedOrders:
    """None of them holds a clip that is kept from the asker, or that they want none of.
    ``see_again`` gives those of some clips that everybody still sees (``newest_clips.fresh``)."""

    def __init__(
        self,
        store: Store,
        people: PeopleStore,
        candidates: Candidates,
        see_again: Callable[[Sequence[Clip]], Awaitable[Sequence[Clip]]],
    ) -> None:
        self._see_again = see_again
        self._store = store
        self._people = people
        self._candidates = candidates

    async def list_page(
        self,
        order: Literal["following", "latest", "live"],
        person: Person | None,
        limit: int,
        cursor: str | None,
        hidden: Collection[str],
        rules: FeedRules,
    ) -> Page:
        """The next clips, by nobody of ``hidden``. Raises BadInput where the cursor is none of this
        order."""

        def shown(clip: Clip) -> bool:
            return clip.author.id not in hidden and rules.keeps(clip)

        if order == "live":
            found = (await self._candidates.current_set()).clips
            live = [one for one in found if one.status == "live" and shown(one)]
            return Page(tuple(await self._see_again(live[:limit])), None)
        mine = person.id if person else ""

        async def list_followed(after: str | None) -> Page:
            return await self._people.list_followed(mine, limit=limit, cursor=after)

        async def list_latest(after: str | None) -> Page:
            return await self._store.list_clips(limit=limit, cursor=after, person_id=mine)

        pages = list_followed if order == "following" else list_latest
        return await _first_shown(pages, cursor, shown)


async def _first_shown(pages: ListClips, cursor: str | None, shown: Callable[[Clip], bool]) -> Page:
    """The first page that has a clip which is shown: an empty one reads as the end."""
    while True:
        page = await pages(cursor)
        fit = tuple(filter(shown, page.clips))
        if fit or page.cursor is None:
            return Page(fit, page.cursor)
        cursor = page.cursor
