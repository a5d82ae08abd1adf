"""The next clips of a list that not everybody is shown all of."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from phosphene.model import Clip, Page

WIDE: Final = 100
"""Clips of a page, once one had nothing that is shown."""
MOST_PAGES: Final = 10
"""Pages that one request reads: who wants next to nothing would have all that there is read."""

ListClips = Callable[[int, str | None], Awaitable[Page]]
"""A page of so many clips after a cursor."""
ShownAmong = Callable[[Sequence[Clip]], Awaitable[Sequence[Clip]]]
"""Those of some clips that somebody is shown, in their order."""


async def find_shown(
    pages: ListClips, shown_among: ShownAmong, limit: int, cursor: str | None
) -> Page:
    """The next ``limit`` clips or fewer that are shown; of MOST_PAGES without one none, and the
    cursor that goes on behind them."""
    width = limit
    for _ in range(MOST_PAGES):
        page = await pages(width, cursor)
        found = await shown_among(page.clips)
        if len(found) > limit:
            # Read again as far as it is shown: only the list knows the cursor behind a clip.
            page = await pages(1 + page.clips.index(found[limit - 1]), cursor)
            found = await shown_among(page.clips)
        if found or page.cursor is None:
            return Page(tuple(found), page.cursor)
        cursor, width = page.cursor, max(limit, WIDE)
    return Page((), cursor)
