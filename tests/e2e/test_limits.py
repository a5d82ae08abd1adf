"""A person sets a limit on the page, sees the kind screen, and takes their five minutes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.test_people import make_clip
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True) as running:
        yield running


def test_who_set_a_night_rests_and_has_five_minutes_more(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    expect(page.get_by_test_id("me")).to_contain_text("@")
    make_clip(page, "a paper moon")
    page.reload()
    expect(page.locator("article:not([inert])")).to_be_visible()
    page.get_by_test_id("me").click()
    page.get_by_test_id("limits").locator("summary").click()
    expect(page.get_by_test_id("limits-said")).to_contain_text("Today")
    # Two hours around this moment.
    for name, hours in (("from", -1), ("to", 1)):
        clock = f"new Date(Date.now() + {hours} * 36e5).toTimeString().slice(0, 5)"
        page.get_by_test_id(f"limits-{name}").fill(page.evaluate(clock))
    page.get_by_test_id("limits-more").check()
    page.get_by_test_id("limits-save").click()
    rest = page.get_by_test_id("rest")
    expect(rest).to_contain_text("It is night")
    page.reload()
    expect(rest).to_be_visible()
    page.keyboard.press("Escape")
    expect(rest).to_be_visible()
    page.get_by_test_id("rest-more").click()
    expect(page.locator("article:not([inert])")).to_be_visible()
    expect(rest).to_be_hidden()
