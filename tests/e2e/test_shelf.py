"""The page over finished clips, of which none has to be drawn."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = pytest.mark.browser
LONG = 30_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(folder, [f"a fox that counts to {number}" for number in range(4)])
    with instance(folder, workers=0) as running:
        yield running


def test_a_draft_outlives_a_look_at_a_remix_and_a_reload(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    card = page.locator("article:not([inert])")
    expect(card).to_have_attribute("data-picture", "file", timeout=LONG)
    parent = card.get_by_test_id("text").inner_text()
    box = page.get_by_test_id("composer-input")
    page.get_by_test_id("compose").click()
    box.fill("an owl that I was writing of")
    page.keyboard.press("Escape")
    card.get_by_test_id("remix").click()
    expect(box).to_have_value(parent)
    box.fill("the same fox, in blue")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_test_id("compose").click(timeout=LONG)
    expect(box).to_have_value("an owl that I was writing of")
    page.keyboard.press("Escape")
    again = page.locator("article:not([inert])", has_text=parent)
    expect(again).to_be_visible(timeout=LONG)
    again.get_by_test_id("remix").click()
    expect(box).to_have_value("the same fox, in blue")
