"""The For You route: candidates from the store, ranked by the pure function."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.feed_orders import FeedOrders
from phosphene.api.feed_rules import FeedRuleReader, FeedRules
from phosphene.api.hidden import HiddenFrom
from phosphene.api.newest_clips import fresh
from phosphene.api.opening import Opening, OpeningFor
from phosphene.api.shown_clips import find_shown
from phosphene.api.visitors import Visitors, names_somebody
from phosphene.errors import NotFound, PhospheneError
from phosphene.feed.candidates import Candidates
from phosphene.feed.rank import CandidateSet, Visit, rank
from phosphene.model import WATCHABLE, Clip, FeedOrder, Page, Person
from phosphene.operation import Operation
from phosphene.schemas import FEED_PAGE, RANKED, FeedLimit, FeedPage, FeedRequest, Ids
from phosphene.store.store import Store
from phosphene.web import answer, read_json, read_query

# A clip that is not in the set is one more read of the store, for each request.
TASTE_LIMIT = 40
RANKING = "ranking"
"""The cursor while what is ranked may not be all shown."""


# As many as the page asks for at once.
FIRST_PAGE = 8


NextLearned = Callable[
    [Person, FeedRules, int, Collection[str], Sequence[str]], Awaitable[Sequence[Clip] | None]
]
"""The next clips for somebody, by their rules, so many, by nobody who is hidden from them and
without clips that they know; None where nothing is learned."""


class FeedQuery(Struct, frozen=True):
    """What this visit saw, liked and skipped: ids separated by commas, latest last."""

    limit: FeedLimit = FEED_PAGE
    seen: str = ""
    liked: str = ""
    skipped: str = ""
    order: FeedOrder | None = None
    cursor: Annotated[str, Meta(description="of the last answer")] | None = None


class Feed:
    """Ranks the newest clips for everybody from one set; what is older follows newest first, and
    ``opening`` says what it begins and ends with."""

    def __init__(
        self,
        store: Store,
        candidates: Candidates,
        visitors: Visitors,
        hidden_from: HiddenFrom,
        opening: Opening,
        next_learned: NextLearned,
        rules: FeedRuleReader,
        orders: FeedOrders,
    ) -> None:
        self._rules = rules
        self._orders = orders
        self._opening = opening
        self._next_learned = next_learned
        self._store = store
        self._candidates = candidates
        self._visitors = visitors
        self._hidden_from = hidden_from

    async def read_feed(self, request: Request) -> Response:
        """``GET /v1/feed``, for lists that an address can hold."""
        query = read_query(request, FeedQuery)
        seen, liked, skipped = map(_ids, (query.seen, query.liked, query.skipped))
        asked = FeedRequest(
            limit=query.limit,
            seen=seen,
            liked=liked,
            skipped=skipped,
            cursor=query.cursor,
            order=query.order,
        )
        return answer(await self._page(request, asked))

    async def ask_feed(self, request: Request) -> Response:
        """``POST /v1/feed``: the lists are in the body, and so in no log of an address."""
        return answer(await self._page(request, await read_json(request, FeedRequest)))

    async def first_page(self, request: Request) -> Page | None:
        """What somebody new, who has no cookie yet, would ask for first; None for others, and where
        it cannot be said."""
        if names_somebody(request):
            return None
        try:
            return await self._page(request, FeedRequest(limit=FIRST_PAGE))
        except PhospheneError:
            return None  # the page asks by itself, and says what is wrong

    async def _page(self, request: Request, asked: FeedRequest) -> FeedPage:
        person = await self._visitors.known_person(request)
        rules = await self._rules.read_rules(person)
        page = await self._ordered(asked, person, rules)
        return replace(page, filtered=rules.filter_clips)

    async def _ordered(
        self, asked: FeedRequest, person: Person | None, rules: FeedRules
    ) -> FeedPage:
        hidden = await self._hidden_from(person.id) if person else frozenset[str]()
        order = asked.order or rules.choices.order
        if order != "foryou":
            page = await self._orders.list_page(
                order, person, asked.limit, asked.cursor, hidden, rules
            )
            return FeedPage(page.clips, page.cursor, order=order)
        page = await self._ranked(asked, person, hidden, rules)
        asker = OpeningFor(hidden, rules.may_show, rules.may_go_first)
        if not asked.seen and asked.cursor is None:
            return await self._opening.begin_feed(page, asker)
        if not page.clips and page.cursor is None:
            page = await self._opening.end_feed(asked.seen, asked.cursor or RANKING, asker)
        return FeedPage(page.clips, page.cursor)

    async def _ranked(
        self,
        asked: FeedRequest,
        person: Person | None,
        hidden: frozenset[str],
        rules: FeedRules,
    ) -> Page:
        personal = person if rules.choices.personal else None
        if personal is not None and asked.cursor in {None, RANKING}:
            besides = (*asked.seen, *asked.liked, *asked.skipped)
            learned = await self._next_learned(personal, rules, asked.limit, hidden, besides)
            if learned:
                return Page(tuple(learned), RANKING)
        candidates = await self._candidates.current_set()
        visit = await self._visit(asked, candidates, hidden, rules)
        if personal is not None:
            visit = replace(visit, person=personal.id)
        # Off the loop: a full set takes milliseconds.
        page = await asyncio.to_thread(rank, candidates, visit, time.time(), asked.limit)
        if page:
            return Page(
                await fresh(self._store, [one.clip for one in page]), asked.cursor or RANKING
            )
        # Who has seen all that is ranked goes on with what is older: a feed that ended too early
        # hid 311 of 400 clips.
        older = {*asked.seen, *candidates.places}
        return await self._older(asked.cursor, asked.limit, older, hidden, rules)

    async def _visit(
        self,
        asked: FeedRequest,
        candidates: CandidateSet,
        hidden: Collection[str],
        rules: FeedRules,
    ) -> Visit:
        """What somebody did, of which nothing counts but what they saw where nothing may be
        personal. Clips by whom one is not shown are barred, and so are those that one wants none
        of: the ranking is a pure function that knows no relations."""
        shown = await rules.list_shown(candidates.clips, hidden)
        barred = candidates.places.keys() - {one.id for one in shown}
        more, less = rules.find_wished(shown)
        visit = Visit(seen=asked.seen, barred=frozenset(barred), more=more, less=less)
        if not rules.choices.personal:
            return visit
        skipped = (*rules.rejected, *asked.skipped)[-TASTE_LIMIT:]
        return replace(
            visit,
            liked=await self._clips(asked.liked[-TASTE_LIMIT:], candidates),
            skipped=await self._clips(skipped, candidates),
        )

    async def _older(
        self,
        cursor: str | None,
        limit: int,
        known: Collection[str],
        hidden: Collection[str],
        rules: FeedRules,
    ) -> Page:
        """The next clips that are older than those of the set, newest first."""
        if cursor is None or cursor == RANKING:
            cursor = (await self._store.list_clips(limit=RANKED)).cursor
        if cursor is None:
            return Page((), None)

        async def list_clips(width: int, after: str | None) -> Page:
            return await self._store.list_clips(limit=width, cursor=after)

        async def shown_among(clips: Sequence[Clip]) -> Sequence[Clip]:
            left = [one for one in clips if one.status in WATCHABLE and one.id not in known]
            return await rules.list_shown(left, hidden)

        return await find_shown(list_clips, shown_among, limit, cursor)

    async def _clips(self, ids: Sequence[str], candidates: CandidateSet) -> tuple[Clip, ...]:
        found = []
        for clip_id in ids:
            place = candidates.places.get(clip_id)
            try:
                clip = (
                    await self._store.get_clip(clip_id)
                    if place is None
                    else candidates.clips[place]
                )
            except NotFound:
                continue
            found.append(clip)
        return tuple(found)

    def operations(self) -> list[Operation]:
        """The feed, asked in two ways."""
        about = "The feed: For You, or the order that one chose; then older clips"
        asking = Operation(
            method="POST",
            path="/v1/feed",
            summary=about,
            endpoint=self.ask_feed,
            caller="reader",
            body=FeedRequest,
            answer=FeedPage,
            errors=(400, 401, 413, 415, 422),
        )
        reading = Operation(
            method="GET",
            path="/v1/feed",
            summary=f"{about}. Long lists are better sent with POST",
            endpoint=self.read_feed,
            caller="reader",
            answer=FeedPage,
            query=FeedQuery,
            errors=(400, 401, 422),
        )
        return [reading, asking]


def _ids(joined: str) -> Ids:
    # As many as the body of a POST may hold.
    return tuple(one for one in joined.split(",") if one)[-2 * RANKED :]
