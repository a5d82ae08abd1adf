"""Routes of finding: clips, people and tags by words; the words that somebody may mean; a wall of
what is worth a look."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.hidden import HiddenFrom
from phosphene.api.newest_clips import fresh
from phosphene.api.visitors import Visitors, address_of
from phosphene.clip_tags import fold_tag
from phosphene.errors import Unusable
from phosphene.feed.candidates import Candidates
from phosphene.feed.explore import Row, Wall, explore
from phosphene.feed.rank import CandidateSet
from phosphene.model import Clip, Page, Person
from phosphene.operation import Operation
from phosphene.schemas import Found
from phosphene.store.search import Suggestion
from phosphene.store.search_store import SearchStore, Wanted
from phosphene.store.store import Store
from phosphene.trust.rate_limits import RateLimits
from phosphene.web import answer, read_query

TAGS: Final = 4
PEOPLE: Final = 12
SUGGESTED: Final = 8
SUGGESTED_PEOPLE: Final = 3
WORDS_LIMIT: Final = 200

Words = Annotated[str, Meta(max_length=WORDS_LIMIT)]


class SearchQuery(Struct, frozen=True):
    """``q``: words, all of which have to fit, the last one perhaps unfinished; ``tag``: what is to
    be seen, such as ``subject:fox``, several with commas."""

    q: Words = ""
    tag: Words = ""
    which: Literal["all", "clips", "people"] = "all"
    sort: Literal["best", "newest"] = "best"
    limit: Annotated[int, Meta(ge=1, le=50)] = 24
    cursor: Annotated[str, Meta(description="of the last answer")] | None = None


class SuggestionsQuery(Struct, frozen=True):
    """``q``: what is typed so far."""

    q: Words = ""


class Suggestions(Struct, frozen=True):
    """``words`` that begin like the last word: of how many public clips, and which tag they say;
    ``people`` who are called like all of it."""

    words: Sequence[Suggestion]
    people: Sequence[Person]


class Search:
    """``candidates`` are those of the feed."""

    def __init__(
        self,
        search: SearchStore,
        store: Store,
        candidates: Candidates,
        limits: RateLimits,
        visitors: Visitors,
        hidden_from: HiddenFrom,
    ) -> None:
        self._search = search
        self._store = store
        self._candidates = candidates
        self._limits = limits
        self._visitors = visitors
        self._hidden_from = hidden_from
        self._made: tuple[CandidateSet, Wall] | None = None

    async def search(self, request: Request) -> Response:
        query, tags = read_query(request, SearchQuery), _tags(request)
        hidden, asker = await self._asker(request)
        clips, people = Page((), None), tuple[Person, ...]()
        if query.which != "people":
            wanted = Wanted(query.q, tags, query.sort == "newest")
            clips = await self._search.find_clips(
                wanted, hidden, limit=query.limit, cursor=query.cursor
            )
        if query.which != "clips" and not tags and query.cursor is None:
            people = tuple(
                await self._search.find_people(query.q, hidden, asker=asker, limit=PEOPLE)
            )
        return answer(Found(clips=clips.clips, people=people, cursor=clips.cursor))

    async def suggest(self, request: Request) -> Response:
        query, (hidden, asker) = read_query(request, SuggestionsQuery), await self._asker(request)
        words = await self._search.suggest_words(query.q, limit=SUGGESTED)
        people = await self._search.find_people(
            query.q, hidden, asker=asker, limit=SUGGESTED_PEOPLE
        )
        return answer(Suggestions(words, people))

    async def explore(self, request: Request) -> Response:
        hidden, _ = await self._asker(request)
        return answer(await self._fresh(await self._current_wall(), hidden))

    async def _current_wall(self) -> Wall:
        """The wall of the newest set, one for everybody."""
        candidates = await self._candidates.current_set()
        if self._made is None or self._made[0] is not candidates:
            # Off the loop: some milliseconds for 500 clips.
            wall = await asyncio.to_thread(explore, candidates.clips, time.time())
            self._made = (candidates, wall)
        return self._made[1]

    async def _asker(self, request: Request) -> tuple[frozenset[str], str]:
        """Whom the asker is not shown, and their id, which is empty of nobody. Raises TooMany."""
        person = await self._visitors.known_person(request)
        await self._limits.count_act("search", person.id if person else None, address_of(request))
        return (await self._hidden_from(person.id), person.id) if person else (frozenset(), "")

    async def _fresh(self, wall: Wall, hidden: frozenset[str]) -> Wall:
        """The wall as it is at this moment for who is not shown these people."""
        rows = (*wall.subjects, *wall.places)
        shown = {
            one.id: one
            for some in (wall.live, wall.rising, *(row.clips for row in rows))
            for one in some
        }
        now = {clip.id: clip for clip in await fresh(self._store, list(shown.values()))}

        def kept(clips: Sequence[Clip]) -> Sequence[Clip]:
            return [
                now[clip.id] for clip in clips if clip.id in now and clip.author.id not in hidden
            ]

        def kept_rows(some: Sequence[Row]) -> Sequence[Row]:
            return [Row(row.tag, row.count, kept(row.clips)) for row in some]

        return Wall(
            kept(wall.live), kept(wall.rising), kept_rows(wall.subjects), kept_rows(wall.places)
        )

    def operations(self) -> list[Operation]:
        """All three."""
        return [
            _reading(
                "/v1/search",
                "Public clips and people by words, and clips by what they show",
                self.search,
                query=SearchQuery,
                answer=Found,
                errors=(400, 401, 422, 429),
            ),
            _reading(
                "/v1/search/suggestions",
                "What somebody who types may mean",
                self.suggest,
                query=SuggestionsQuery,
                answer=Suggestions,
                errors=(401, 422, 429),
            ),
            _reading(
                "/v1/explore",
                "What is being drawn, what rises, and the newest by subject and place",
                self.explore,
                answer=Wall,
                errors=(401, 429),
            ),
        ]


def _reading(
    path: str, summary: str, endpoint: Callable[[Request], Awaitable[Response]], **more: Any
) -> Operation:
    return Operation(
        method="GET",
        path=path,
        summary=summary,
        caller="reader",
        limit="search",
        endpoint=endpoint,
        **more,
    )


def _tags(request: Request) -> tuple[str, ...]:
    """The tags that are asked for. Raises Unusable: one is none."""
    given = [one.partition(":") for one in request.query_params.get("tag", "").split(",") if one]
    tags = [fold_tag(name, value) for name, _, value in given]
    if len(tags) > TAGS or None in tags:
        raise Unusable(f"at most {TAGS} tags, such as subject:fox")
    return tuple(tag for tag in tags if tag is not None)
