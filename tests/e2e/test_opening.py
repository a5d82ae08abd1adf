"""What a visitor sees first where nothing is being drawn."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.e2e.test_people import make_clip
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def moves() -> bool:
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    # Enough that the house has nothing to open, and without births.
    stock(folder, [f"a fox that counts to {number}" for number in range(12)])
    with instance(folder, painted=True, house=True, house_per_hour=0) as running:
        yield running


def test_a_birth_is_shown_first_and_said_to_be_one(server: Instance, open_page: Open) -> None:
    anna = open_page(server, "/healthz")
    clip = make_clip(anna, "a red disc")
    card = anna.locator(f'article[data-clip="{clip}"]')
    anna.goto(f"{server.url}/?clip={clip}")
    expect(card).to_have_attribute("data-state", "done")
    ben = open_page(server, "/privacy")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ben.route("**/birth.mp4", hold)
    with ben.expect_request("**/birth.mp4"):
        ben.goto(server.url)
    shown = ben.locator("article:not([inert])")
    expect(shown).to_have_attribute("data-clip", clip)
    expect(shown.get_by_test_id("past")).to_be_visible()
    for route in held:
        route.continue_()
    expect(shown.get_by_test_id("past")).to_be_hidden()  # then the clip itself
