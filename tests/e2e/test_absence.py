"""The line, or the server, goes away under an open page, and comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, free_port, instance

pytestmark = pytest.mark.browser
POSTERS = (
    """card => [...card.querySelectorAll("img.poster")].every((img) => img.naturalWidth > 0)"""
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def clips(data: Path) -> list[str]:
    return stock(data, [f"a fox that counts to {number}" for number in range(9)])


def current(page: Page) -> Locator:
    return page.locator("article:not([inert])")


def swipe(page: Page, times: int) -> None:
    """To clips of which the page had nothing yet."""
    for _ in range(times):
        before = current(page).get_attribute("data-clip")
        page.keyboard.press("ArrowDown")
        expect(current(page)).not_to_have_attribute("data-clip", before or "")
    page.wait_for_function("() => document.querySelector('article:not([inert]) video')?.error")
    expect(current(page).locator("img.poster[data-broken]")).to_be_attached()


def plays(page: Page) -> None:
    expect(current(page)).to_have_attribute("data-picture", "file")
    expect(current(page)).to_have_attribute("data-playing", "true")
    page.wait_for_function(POSTERS, arg=current(page).element_handle())


def test_clips_reached_without_a_line_or_a_server_play_when_it_is_back(
    clips: list[str], data: Path, open_page: Open
) -> None:
    port = free_port()
    with instance(data, workers=0, port=port) as first:
        page = open_page(first)
        plays(page)
        page.context.set_offline(True)
        swipe(page, 4)
        page.context.set_offline(False)
        plays(page)
    swipe(page, 3)
    with instance(data, workers=0, port=port) as second:
        plays(page)
        player_asks_again(second, open_page, clips[0])


def player_asks_again(server: Instance, open_page: Open, clip: str) -> None:
    """<phosphene-player> too."""
    page = open_page(server)
    page.route("**/video.mp4*", lambda route: route.abort())
    page.goto(f"{server.url}/embed/{clip}?autoplay=1&muted=1")
    player = page.locator("phosphene-player")
    expect(player.locator(".frame")).to_have_attribute("data-state", "done")
    page.wait_for_function("() => document.querySelector('phosphene-player').video.error")
    page.unroute("**/video.mp4*")
    page.wait_for_function("() => document.querySelector('phosphene-player').currentTime > 0")
