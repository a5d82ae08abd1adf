"""What one says of one's feed: wishes, not for me, why, and in which order it comes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
# The last one is the newest, and before whoever comes.
TEXTS = ["a whale", "a zombie in a dark corridor", *(f"a lamp with {n} bulbs" for n in range(4))]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(folder, TEXTS)
    with instance(folder, workers=0) as running:
        yield running


def open_more(page: Page) -> None:
    page.locator("article:not([inert])").get_by_test_id("more").click()


def test_one_says_what_one_wants_of_it(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    column = page.get_by_test_id("feed")
    expect(column).to_contain_text("zombie")
    open_more(page)
    page.get_by_test_id("more-why").click()
    expect(page.get_by_test_id("more-why")).to_contain_text(".")
    page.get_by_test_id("more-tune").click()
    page.get_by_test_id("tune-input").fill("Underwater please, nothing scary for a week")
    page.keyboard.press("Enter")
    wishes = page.get_by_test_id("tune-item")
    expect(wishes).to_have_count(2)
    expect(wishes.last).to_contain_text("what is scary")
    page.get_by_test_id("tune").get_by_label("Close").click()
    # What waited behind the first is otherwise; what is before one stays.
    expect(column.locator("article").nth(1)).to_contain_text("a whale")
    waiting = column.locator("article[inert]").filter(has_text="zombie")
    expect(waiting).to_have_count(0)
    current = page.locator("article:not([inert])")
    text = current.get_attribute("data-clip")
    open_more(page)
    page.get_by_test_id("more-reject").click()
    expect(page.locator(f'article[data-clip="{text}"]')).to_have_count(0)
    page.get_by_test_id("undo").click()
    expect(page.locator(f'article[data-clip="{text}"]:not([inert])')).to_have_count(1)
    page.get_by_test_id("mode-latest").click()
    expect(page.get_by_test_id("mode-latest")).to_have_attribute("aria-pressed", "true")
    expect(column).to_contain_text("a lamp")
    # In another tab the same.
    other = page.context.new_page()
    other.goto(server.url)
    expect(other.get_by_test_id("mode-latest")).to_have_attribute("aria-pressed", "true")
    other.keyboard.press("w")
    expect(other.get_by_test_id("tune-latest")).to_be_checked()
    other.get_by_test_id("tune-undo").first.click()
    expect(other.get_by_test_id("tune-item")).to_have_count(1)
    # What the server did not take is not shown as if it had.
    other.route("**/v1/feed/settings", lambda route: route.abort())
    other.get_by_test_id("tune-personal").click()
    expect(other.get_by_test_id("tune").locator(".answer")).to_be_visible()
    expect(other.get_by_test_id("tune-personal")).to_be_checked()
