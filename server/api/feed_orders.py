"""The feed in other orders than For You: whom one follows, the latest, and what is being drawn."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Literal

from phosphene.api.feed_rules import FeedRules
from phosphene.api.shown_clips import find_shown
from phosphene.feed.candidates import Candidates
from phosphene.model import Clip, Page, Person
from phosphene.store.people_store import PeopleStore
from phosphene.store.store import Store


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

        shown_among = partial(rules.list_shown, hidden=hidden)
        if order == "live":
            found = (await self._candidates.current_set()).clips
            live = await shown_among([one for one in found if one.status == "live"])
            return Page(tuple(await self._see_again(live[:limit])), None)
        mine = person.id if person else ""

        async def list_followed(width: int, after: str | None) -> Page:
            return await self._people.list_followed(mine, limit=width, cursor=after)

        async def list_latest(width: int, after: str | None) -> Page:
            return await self._store.list_clips(limit=width, cursor=after, person_id=mine)

        pages = list_followed if order == "following" else list_latest
        return await find_shown(pages, shown_among, limit, cursor)
