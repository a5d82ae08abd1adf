"""The For You route: candidates from the store, ranked by the pure function."""

import time
from collections.abc import Sequence

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from server.api.visitors import Visitors
from server.errors import BadInput, NotFound
from server.feed.rank import Candidate, Visit, rank
from server.model import Clip
from server.store.store import Page, Store
from server.web import Operation, Query, answer, read_query

CANDIDATES = 500
PAGE = 10
PAGE_LIMIT = 50
VISIT_LIMIT = 400
TASTE_LIMIT = 40


class FeedQuery(Struct, frozen=True):
    """What this visit saw, liked and skipped: ids separated by commas, latest last."""

    limit: int = PAGE
    seen: str = ""
    liked: str = ""
    skipped: str = ""


class Feed:
    def __init__(self, store: Store, visitors: Visitors) -> None:
        self._store = store
        self._visitors = visitors

    async def read_feed(self, request: Request) -> Response:
        query = read_query(request, FeedQuery)
        if not 1 <= query.limit <= PAGE_LIMIT:
            raise BadInput(f"limit: 1 to {PAGE_LIMIT}")
        person = await self._visitors.known(request)
        candidates = await self._store.candidates(limit=CANDIDATES)
        known = {clip.id: clip for clip in candidates}
        visit = Visit(
            seen=frozenset(_ids(query.seen)[-VISIT_LIMIT:]),
            liked=await self._clips(_ids(query.liked)[-TASTE_LIMIT:], known),
            skipped=await self._clips(_ids(query.skipped)[-TASTE_LIMIT:], known),
            person=person.id if person else "",
        )
        page = rank([Candidate(clip) for clip in candidates], visit, time.time(), query.limit)
        return answer(Page(tuple(one.clip for one in page), None))

    async def _clips(self, ids: Sequence[str], known: dict[str, Clip]) -> tuple[Clip, ...]:
        found = []
        for clip_id in ids:
            try:
                found.append(known.get(clip_id) or await self._store.clip(clip_id))
            except NotFound:
                continue
        return tuple(found)

    def operations(self) -> list[Operation]:
        """The one operation of the feed."""
        query = (
            Query("limit", "integer", f"1 to {PAGE_LIMIT}"),
            Query("seen", "string", "ids seen in this visit, separated by commas"),
            Query("liked", "string", "ids liked in this visit"),
            Query("skipped", "string", "ids skipped in this visit"),
        )
        return [
            Operation(
                method="GET",
                path="/v1/feed",
                summary="For You: live and finished clips, ranked for this visit",
                endpoint=self.read_feed,
                answer=Page,
                query=query,
                errors=(400,),
            )
        ]


def _ids(joined: str) -> list[str]:
    return [one for one in joined.split(",") if one]
