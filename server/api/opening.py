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


def _any_clip(clip: Clip) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class OpeningFor:
    """Who comes: ids of people whom they are not shown, whether a clip is one that they want to
    see at all, and whether one may go before what is ranked for them."""

    hidden: Collection[str] = ()
    may_show: Callable[[Clip], bool] = _any_clip
    first: Callable[[Clip], bool] = _any_clip

    def is_shown(self, clip: Clip) -> bool:
        """Whether they are shown a clip."""
        return clip.author.id not in self.hidden and self.may_show(clip)

    def goes_first(self, clip: Clip) -> bool:
        """Whether they are shown it before all that is ranked."""
        return self.is_shown(clip) and self.first(clip)


@dataclass(frozen=True, slots=True)
class Opening:
    """``see_again`` gives those of some clips that everybody still sees (``newest_clips.fresh``);
    ``show_drawing`` is None where the instance draws nothing of itself."""

    candidates: Candidates
    see_again: Callable[[Sequence[Clip]], Awaitable[Sequence[Clip]]]
    show_drawing: ShowDrawing | None

    async def begin_feed(self, page: Page, asker: OpeningFor) -> FeedPage:
        """The first page of somebody who comes: first a clip that is on air, else one that is begun
        now for all who wait, else it is said of which clip the birth is to be shown. Raises
        Busy (the store)."""
        live = await self._on_air(page, asker) or await self._drawn_first(asker)
        if live is not None:
            rest = tuple(clip for clip in page.clips if clip.id != live.id)
            return FeedPage((live, *rest), page.cursor)
        born = next((clip for clip in page.clips if clip.birth_url and asker.first(clip)), None)
        if born is None or self.show_drawing is None:
            return FeedPage(page.clips, page.cursor)
        rest = tuple(clip for clip in page.clips if clip is not born)
        return FeedPage((born, *rest), page.cursor, born.id)

    async def end_feed(self, seen: Collection[str], cursor: str, asker: OpeningFor) -> Page:
        """What comes after the last clip: the one that is drawn now, if one may be. ``cursor`` goes
        on. Raises Busy (the store)."""
        drawn = await self._drawn_now(asker)
        if drawn is None or drawn.id in seen:
            return Page((), None)
        return Page((drawn,), cursor)

    async def _on_air(self, page: Page, asker: OpeningFor) -> Clip | None:
        on_air = (clip for clip in page.clips if clip.status == "live" and asker.goes_first(clip))
        listed = next(on_air, None)
        if listed is not None:
            return listed
        found = (await self.candidates.current_set()).clips
        live = [one for one in found if one.status == "live" and asker.goes_first(one)]
        # A set may be a second old, and a clip withheld or made private meanwhile.
        return next(iter(await self.see_again(live[:1])), None)

    async def _drawn_first(self, asker: OpeningFor) -> Clip | None:
        drawn = await self._drawn_now(asker)
        return drawn if drawn is not None and asker.first(drawn) else None

    async def _drawn_now(self, asker: OpeningFor) -> Clip | None:
        if self.show_drawing is None or HOUSE in asker.hidden:
            return None
        drawn = await self.show_drawing()
        return drawn if drawn is not None and asker.is_shown(drawn) else None
