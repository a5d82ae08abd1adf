"""The page over finished clips, of which none has to be drawn."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
ARABIC = "\u062b\u0639\u0627\u0644\u0628: 3 (\u0631\u0627\u0626\u0639)!"
PILED = "a fox" + "\u0301" * 60 + " with marks"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(folder, [f"a fox that counts to {number}" for number in range(4)] + [ARABIC, PILED])
    with instance(folder, workers=0) as running:
        yield running


def test_a_draft_and_words_from_right_to_left(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    a_draft_outlives_a_look_at_a_remix_and_a_reload(page)
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("sheet="))
    words_that_run_from_right_to_left_turn_nothing_else(page)


def a_draft_outlives_a_look_at_a_remix_and_a_reload(page: Page) -> None:
    card = page.locator("article:not([inert])")
    expect(card).to_have_attribute("data-picture", "file")
    parent = card.get_by_test_id("text").inner_text()
    box = page.get_by_test_id("composer-input")
    page.get_by_test_id("compose").click()
    box.fill("an owl that I was writing of")
    page.keyboard.press("Escape")
    card.get_by_test_id("remix").click()
    expect(box).to_have_value(parent)
    box.fill("the same fox, in blue")
    page.keyboard.press("Escape")
    # The way back in the history takes a moment; until then a reload opens the sheet again.
    expect(page).not_to_have_url(re.compile("sheet="))
    page.reload()
    page.get_by_test_id("compose").click()
    expect(box).to_have_value("an owl that I was writing of")
    page.keyboard.press("Escape")
    again = page.locator("article:not([inert])", has_text=parent)
    expect(again).to_be_visible()
    again.get_by_test_id("remix").click()
    expect(box).to_have_value("the same fox, in blue")


def words_that_run_from_right_to_left_turn_nothing_else(page: Page) -> None:
    text = page.get_by_test_id("text").filter(has_text=ARABIC)
    seek(page, text)
    directions = """text => [text, ...text.parentElement.querySelectorAll(".who, .author")]
      .map((one) => getComputedStyle(one).direction)"""
    assert text.evaluate(directions) == ["rtl", "ltr", "ltr"]
    page.get_by_test_id("compose").click()
    box = page.get_by_test_id("composer-input")
    box.fill(ARABIC)
    assert box.evaluate("box => getComputedStyle(box).direction") == "rtl"


def test_marks_that_pile_up_do_not_draw_over_what_is_above(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    page.emulate_media(reduced_motion="reduce")
    seek(page, page.get_by_test_id("text").filter(has_text="with marks"))
    page.locator("article:not([inert])").get_by_test_id("remix").click()
    # A sheet lets three hundredths of the film behind it through.
    page.locator("dialog[open]").evaluate("sheet => { sheet.style.background = 'black'; }")
    above = page.locator(".kin small")
    piled = above.screenshot(animations="disabled")
    page.locator(".kin p").evaluate("p => { p.lastChild.textContent = 'a fox with marks'; }")
    assert above.screenshot(animations="disabled") == piled


def seek(page: Page, text: Locator) -> None:
    """Swipe to the clip of these words."""
    here = page.locator("article:not([inert])").filter(has=text)
    expect(page.locator("article:not([inert])")).to_be_visible()
    for _ in range(6):
        if here.count():
            break
        before = page.locator("article:not([inert])").get_attribute("data-clip")
        page.keyboard.press("ArrowDown")
        now = page.locator("article:not([inert])")
        expect(now).not_to_have_attribute("data-clip", before or "")
    expect(here).to_be_visible()
