"""axe finds nothing on what everybody meets."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import find_violations
from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
# By a press, and closed by Escape.
SHEETS = {"compose": "composer", "search-open": "search", "inbox-open": "inbox", "me": "account"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(folder, [f"a paper fox, number {number}" for number in range(3)])
    with instance(folder, workers=0) as running:
        yield running


def test_axe_finds_nothing(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    page.emulate_media(reduced_motion="reduce")  # what fades in has no contrast yet
    card = page.locator("article:not([inert])")
    expect(card).to_have_attribute("data-picture", "file")
    found = {"feed": find_violations(page)}
    for button, sheet in SHEETS.items():
        page.get_by_test_id(button).click()
        expect(page.get_by_test_id(sheet)).to_be_visible()
        found[sheet] = find_violations(page)
        page.keyboard.press("Escape")
    card.get_by_test_id("comments").click()
    expect(page.get_by_test_id("panel")).to_be_visible()
    found["comments"] = find_violations(page)
    found["embed"] = of_embed(page, server)
    assert {name: broken for name, broken in found.items() if broken} == {}


def of_embed(page: Page, server: Instance) -> list[str]:
    clip = page.locator("article:not([inert])").get_attribute("data-clip")
    page.goto(f"{server.url}/embed/{clip}")
    expect(page.locator("phosphene-player")).to_be_visible()
    return find_violations(page)
