"""What is told the author of a clip of the people that are promised to it."""

import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from phosphene.api.paging import PRIVATE
from phosphene.api.visitors import Visitors
from phosphene.errors import NotFound
from phosphene.feed.promise import NEW_S, Reach, reach_of
from phosphene.model import Clip, ClipShown
from phosphene.operation import Operation
from phosphene.store.store import Store
from phosphene.web import answer


class ReachRoutes:
    """``count_shown`` says what became of a clip, and who was here until a time."""

    def __init__(
        self,
        store: Store,
        visitors: Visitors,
        count_shown: Callable[[Clip, float], Awaitable[ClipShown]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._visitors = visitors
        self._count_shown = count_shown
        self._clock = clock

    async def tell_reach(self, request: Request) -> Response:
        """``GET /v1/clips/ID/reach``."""
        person = await self._visitors.known_person(request)
        clip = await self._store.get_clip(request.path_params["clip"])
        if person is None or person.id != clip.author.id:
            raise NotFound(f"no clip {clip.id} of yours")
        shown = await self._count_shown(clip, clip.created_at + NEW_S)
        return answer(reach_of(clip, shown, self._clock()), headers=PRIVATE)

    def operations(self) -> list[Operation]:
        """The one."""
        return [
            Operation(
                method="GET",
                path="/v1/clips/{clip}/reach",
                summary="How many of the people that are promised to one's new clip it has reached",
                caller="person",
                keys="clips:read-private",
                endpoint=self.tell_reach,
                answer=Reach,
                errors=(404,),
            )
        ]
