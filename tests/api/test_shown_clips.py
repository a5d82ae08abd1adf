import asyncio
from collections.abc import Callable, Sequence

import pytest

from phosphene.api.feed_rules import FeedRules
from phosphene.api.shown_clips import MOST_PAGES, WIDE, find_shown
from phosphene.feed.wishes.obeying import Obeyed
from phosphene.feed.wishes.traits import ClipTraits
from phosphene.feed.wishes.vocabulary import load_vocabulary
from phosphene.model import Clip, FeedWish, Page
from phosphene.store.wishes import FeedStanding
from tests.feed.wishes.made import NOW, a_clip, prompt_words

pytestmark = pytest.mark.asyncio


class Listed:
    """A list of clips, and how many of it were read."""

    def __init__(self, count: int) -> None:
        self.clips = [a_clip("a lamp", clip_id=str(number)) for number in range(count)]
        self.read = 0

    async def pages(self, width: int, cursor: str | None) -> Page:
        begin = int(cursor or 0)
        end = begin + width
        found = tuple(self.clips[begin:end])
        self.read += len(found)
        return Page(found, str(end) if end < len(self.clips) else None)


async def ask(
    listed: Listed, shown: Callable[[int], bool], cursor: str | None = None
) -> tuple[list[int], str | None]:
    async def shown_among(clips: Sequence[Clip]) -> Sequence[Clip]:
        return [one for one in clips if shown(int(one.id))]

    page = await find_shown(listed.pages, shown_among, 2, cursor)
    return [int(one.id) for one in page.clips], page.cursor


async def test_one_request_reads_only_so_far_and_the_next_goes_on() -> None:
    listed = Listed(5000)
    found, cursor = await ask(listed, lambda number: number == 1500)
    assert found == []
    assert cursor is not None
    assert listed.read <= MOST_PAGES * WIDE
    while not found and cursor is not None:
        found, cursor = await ask(listed, lambda number: number == 1500, cursor)
    assert found == [1500]


async def test_no_page_holds_more_than_is_asked_and_nothing_is_left_out() -> None:
    listed, found = Listed(1000), list[int]()
    cursor: str | None = "0"
    while cursor is not None:
        more, cursor = await ask(listed, lambda number: number % 7 == 5, cursor)
        assert len(more) <= 2
        found += more
    assert found == list(range(5, 1000, 7))


async def test_others_have_their_turn_while_clips_that_nobody_asked_about_are_read() -> None:
    wish = FeedWish("w", "none", "spiders", ("subject:spider",), NOW, None)
    traits = ClipTraits(prompt_words(), load_vocabulary())
    rules = FeedRules(FeedStanding(), Obeyed((wish,), NOW), traits)
    clips = [a_clip(f"a lamp {number}", clip_id=str(number)) for number in range(8)]
    known = list[int]()

    async def others() -> None:
        while len(known) < 3:
            known.append(sum(map(traits.remembers_clip, clips)))
            await asyncio.sleep(0)

    watching = asyncio.create_task(others())
    await rules.read_clips(clips)
    await watching
    assert known == [1, 2, 3]
    assert all(map(traits.remembers_clip, clips))
