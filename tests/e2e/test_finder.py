"""Somebody looks for clips and people on the page."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from phosphene.ids import new_id
from phosphene.model import Clip, Person, Slot
from phosphene.store.sqlite import open_store
from tests.e2e.conftest import Open
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
PAINTER = Person("painter-id", "velvet_painter")


async def paint(path: Path) -> None:
    async with open_store(path, "test", time.time) as store:
        await store.set_handle(PAINTER)
        for number in range(40):
            subject = ("owl", "fox")[number % 2]
            await store.add_clip(
                Clip(
                    id=new_id(time.time()),
                    author=PAINTER,
                    text=f"{('un hibou', 'a fox')[number % 2]} number {number:03}",
                    seconds=3,
                    status="done",
                    created_at=time.time(),
                    understood=(Slot("subject", subject, 1.0, (("hibou", "fox")[number % 2],)),),
                )
            )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    data = tmp_path_factory.mktemp("data")
    with instance(data, workers=0) as running:
        asyncio.run(paint(data / "phosphene.db"))
        yield running


def tiles(page: Page, count: int) -> None:
    expect(page.get_by_test_id("search-grid").locator("[data-tile]")).to_have_count(count)


def test_words_suggest_words_and_find_clips_and_people(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    expect(page.get_by_test_id("text").first).to_be_visible()
    page.keyboard.press("/")
    # Nothing is asked for: a wall of what is there.
    page.get_by_test_id("explore").get_by_role("heading", name="owl").wait_for()
    page.get_by_test_id("search-input").fill("owl")
    tiles(page, 20)
    page.get_by_test_id("search-input").fill("hib")
    page.get_by_test_id("suggestion").filter(has_text="owl").click()
    expect(page.get_by_test_id("search-tag")).to_contain_text("owl")
    tiles(page, 20)
    page.get_by_test_id("search-input").fill("velvet")
    expect(page.get_by_test_id("search-grid")).to_contain_text("Nothing shows that yet.")
    page.get_by_test_id("search-tag").click()
    page.get_by_test_id("found-person").click()
    expect(page.get_by_test_id("profile")).to_contain_text("@velvet_painter")


def test_a_tag_can_be_pressed_and_a_clip_found_opens(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    card = page.locator("article:not([inert])").first
    expect(card).to_have_attribute("data-folded", "true")
    card.get_by_test_id("unfold-words").click()
    expect(card.get_by_test_id("tag")).to_be_visible()
    # Not by the mouse: on a busy machine the words may have folded again before it is there.
    card.get_by_test_id("tag").dispatch_event("click")
    found = page.get_by_test_id("search-grid").locator("[data-tile]").nth(7)
    clip = found.get_attribute("data-tile")
    found.click()
    expect(page.get_by_test_id("search")).to_be_hidden()
    expect(page.locator(f'article[data-clip="{clip}"]')).not_to_have_attribute("inert", "")


def test_more_comes_as_one_scrolls_and_what_failed_is_asked_for_again(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    page.get_by_test_id("search-open").click()
    page.get_by_test_id("search-input").fill("number")
    tiles(page, 30)
    page.route("**/v1/search?*", lambda route: route.abort())
    page.get_by_test_id("search-input").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("cannot be reached")
    page.unroute_all()
    grid = page.get_by_test_id("search-grid").locator("[data-tile]")
    grid.first.evaluate("(tile) => (tile.dataset.before = '')")
    page.get_by_test_id("search-input").press("Enter")
    expect(page.locator("[data-before]")).to_have_count(0)
    tiles(page, 30)
    page.route("**/v1/search?*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        grid.last.scroll_into_view_if_needed()
    page.unroute_all()
    grid.first.scroll_into_view_if_needed()
    grid.last.scroll_into_view_if_needed()
    tiles(page, 40)
