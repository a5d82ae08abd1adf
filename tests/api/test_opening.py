"""What somebody who comes sees first, and what comes after the last clip."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from phosphene.api.opening import Opening, OpeningFor
from phosphene.feed.candidates import Candidates
from phosphene.guest_names import HOUSE, HOUSE_HANDLE
from phosphene.model import Clip, Page, Person
from tests.store.making import BEN, a_clip

pytestmark = pytest.mark.asyncio

OLD = replace(a_clip("old", status="done"), birth_url="/v1/clips/old/birth.mp4")
PLAIN = a_clip("plain", status="done")
LIVE = a_clip("live", author=BEN, status="live")
DRAWN = a_clip("drawn", author=Person(HOUSE, HOUSE_HANDLE), status="queued")
PAGE = Page((PLAIN, OLD), "next")


def an_opening(
    *others: Clip, drawn: Clip | None = None, house: bool = True, gone: Sequence[Clip] = ()
) -> Opening:
    async def read() -> Sequence[Clip]:
        return (PLAIN, OLD, *others)

    async def show() -> Clip | None:
        return drawn

    async def see_again(clips: Sequence[Clip]) -> Sequence[Clip]:
        return [clip for clip in clips if clip not in gone]

    return Opening(Candidates(read, lambda: 0.0), see_again, show if house else None)


async def test_what_is_on_air_comes_first() -> None:
    page = await an_opening(LIVE, drawn=DRAWN).begin_feed(PAGE, OpeningFor())
    assert [clip.id for clip in page.clips] == ["live", "plain", "old"]
    assert (page.cursor, page.birth) == ("next", None)


async def test_else_what_is_drawn_for_all_who_wait() -> None:
    page = await an_opening(LIVE, drawn=DRAWN).begin_feed(
        PAGE, OpeningFor({BEN.id})
    )  # who is not shown
    assert [clip.id for clip in page.clips] == ["drawn", "plain", "old"]
    assert page.birth is None


async def test_else_a_birth_is_shown_and_said_to_be_one() -> None:
    page = await an_opening().begin_feed(PAGE, OpeningFor())
    assert [clip.id for clip in page.clips] == ["old", "plain"]
    assert page.birth == "old"
    none = await an_opening().begin_feed(Page((PLAIN,), None), OpeningFor())
    assert (none.clips, none.birth) == ((PLAIN,), None)


async def test_what_was_hidden_a_moment_ago_is_not_shown() -> None:
    page = await an_opening(LIVE, drawn=DRAWN, gone=[LIVE]).begin_feed(PAGE, OpeningFor())
    assert [clip.id for clip in page.clips] == ["drawn", "plain", "old"]


async def test_who_blocks_the_house_is_not_shown_what_it_draws() -> None:
    page = await an_opening(drawn=DRAWN).begin_feed(PAGE, OpeningFor({HOUSE}))
    assert page.birth == "old"
    assert (await an_opening(drawn=DRAWN).end_feed((), "on", OpeningFor({HOUSE}))).clips == ()


async def test_without_a_house_the_page_is_as_it_was_ranked() -> None:
    page = await an_opening(house=False).begin_feed(PAGE, OpeningFor())
    assert (page.clips, page.cursor, page.birth) == (PAGE.clips, PAGE.cursor, None)


async def test_after_the_last_clip_the_next_is_drawn_and_shown_once() -> None:
    opening = an_opening(drawn=DRAWN)
    assert await opening.end_feed(("plain", "old"), "on", OpeningFor()) == Page((DRAWN,), "on")
    assert await opening.end_feed(("drawn",), "on", OpeningFor()) == Page((), None)
    assert await an_opening().end_feed((), "on", OpeningFor()) == Page((), None)
