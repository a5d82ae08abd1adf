"""What a feed begins and ends with: somebody who comes sees a clip being born, and after the last
one the next is drawn."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from phosphene.feed.candidates import Candidates
from phosphene.guest_names import HOUSE
from phosphene.model import Clip, Page
from phosphene.schemas import FeedPage

ShowDrawing = Callable[[], Awaitable[Clip | None]]
"""The clip that the instance draws for all who wait, begun if need be (``House.show_drawing``)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """``see_again`` gives those of some clips that everybody still sees (``newest_clips.fresh``);
    ``show_drawing`` is None where the instance draws nothing of itself."""

    candidates: Candidates
    see_again: Callable[[Sequence[Clip]], Awaitable[Sequence[Clip]]]
    show_drawing: ShowDrawing | None

    async def begin_feed(self, page: Page, hidden: Collection[str]) -> FeedPage:
        """The first page of somebody who comes: first a clip that is on air, else one that is begun
        now for all who wait, else it is said of which clip the birth is to be shown.
        ``hidden``: ids of people whom they are not shown. Raises Busy (the store)."""
        live = await self._on_air(page, hidden) or await self._drawn_now(hidden)
        if live is not None:
            rest = tuple(clip for clip in page.clips if clip.id != live.id)
            return FeedPage((live, *rest), page.cursor)
        first = next((clip for clip in page.clips if clip.birth_url), None)
        if first is None or self.show_drawing is None:
            return FeedPage(page.clips, page.cursor)
        rest = tuple(clip for clip in page.clips if clip is not first)
        return FeedPage((first, *rest), page.cursor, first.id)

    async def end_feed(self, seen: Collection[str], cursor: str, hidden: Collection[str]) -> Page:
        """What comes after the last clip: the one that is drawn now, if one may be. ``cursor`` goes
        on. Raises Busy (the store)."""
        drawn = await self._drawn_now(hidden)
        if drawn is None or drawn.id in seen:
            return Page((), None)
        return Page((drawn,), cursor)

    async def _on_air(self, page: Page, hidden: Collection[str]) -> Clip | None:
        listed = next((clip for clip in page.clips if clip.status == "live"), None)
        if listed is not None:
            return listed
        found = (await self.candidates.current_set()).clips
        live = [one for one in found if one.status == "live" and one.author.id not in hidden]
        # A set may be a second old, and a clip withheld or made private meanwhile.
        return next(iter(await self.see_again(live[:1])), None)

    async def _drawn_now(self, hidden: Collection[str]) -> Clip | None:
        if self.show_drawing is None or HOUSE in hidden:
            return None
        return await self.show_drawing()
