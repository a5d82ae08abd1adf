"""The For You route: candidates from the store, ranked by the pure function."""

import asyncio
import math
import time
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from server.api.visitors import Visitors
from server.errors import BadInput, NotFound
from server.feed.rank import Shelf, Visit, rank
from server.model import Clip
from server.store.store import Page, Store
from server.web import Operation, Query, answer, read_query

CANDIDATES = 500
PAGE = 10
PAGE_LIMIT = 50
VISIT_LIMIT = 400
TASTE_LIMIT = 40
SHELF_AGE_S = 1.0


class FeedQuery(Struct, frozen=True):
    """What this visit saw, liked and skipped: ids separated by commas, latest last."""

    limit: int = PAGE
    seen: str = ""
    liked: str = ""
    skipped: str = ""


class Feed:
    """Ranks for everybody from one shelf, which is made anew every second at most."""

    def __init__(self, store: Store, visitors: Visitors) -> None:
        self._store = store
        self._visitors = visitors
        self._shelf = Shelf(())
        self._filled_s = -math.inf

    async def read_feed(self, request: Request) -> Response:
        query = read_query(request, FeedQuery)
        if not 1 <= query.limit <= PAGE_LIMIT:
            raise BadInput(f"limit: 1 to {PAGE_LIMIT}")
        person = await self._visitors.known(request)
        shelf = await self._shelf_now()
        visit = Visit(
            seen=tuple(_ids(query.seen)[-VISIT_LIMIT:]),
            liked=await self._clips(_ids(query.liked)[-TASTE_LIMIT:], shelf),
            skipped=await self._clips(_ids(query.skipped)[-TASTE_LIMIT:], shelf),
            person=person.id if person else "",
        )
        # Off the loop: a full shelf takes milliseconds.
        page = await asyncio.to_thread(rank, shelf, visit, time.time(), query.limit)
        clips = await self._fresh([one.clip for one in page])
        return answer(Page(clips, None))

    async def _shelf_now(self) -> Shelf:
        if time.monotonic() - self._filled_s >= SHELF_AGE_S:
            self._filled_s = time.monotonic()
            self._shelf = await asyncio.to_thread(
                Shelf, await self._store.candidates(limit=CANDIDATES)
            )
        return self._shelf

    async def _fresh(self, clips: Sequence[Clip]) -> tuple[Clip, ...]:
        """The clips that are still there, with their counts now: the shelf may be a second old."""
        counts = await self._store.counts([clip.id for clip in clips])
        return tuple(
            msgspec.structs.replace(clip, counts=counts[clip.id])
            for clip in clips
            if clip.id in counts
        )

    async def _clips(self, ids: Sequence[str], shelf: Shelf) -> tuple[Clip, ...]:
        found = []
        for clip_id in ids:
            place = shelf.places.get(clip_id)
            try:
                clip = await self._store.clip(clip_id) if place is None else shelf.clips[place]
            except NotFound:
                continue
            found.append(clip)
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
