"""A house without clips: its first is seen, and a limit that is set there shows the kind screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Request, expect

from tests.e2e.conftest import Open
from tests.e2e.test_library import finished
from tests.e2e.test_people import make_clip
from tests.support import Instance, instance

WITHOUT_CLIPS = """
new MutationObserver(() => document.querySelector("#first-clips")?.remove())
  .observe(document, { childList: true, subtree: true });
"""

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True) as running:
        yield running


def test_a_clip_that_was_drawn_between_feed_and_topic_is_there(
    server: Instance, open_page: Open
) -> None:
    page, other = open_page(server, "/healthz"), open_page(server, "/healthz")
    finished(other, server, make_clip(other, "a paper star"))
    # As it was a moment before; somebody whom nothing is left for is asked for twice.
    nothing: dict[str, object] = {"clips": [], "cursor": None}
    page.route(re.compile("/v1/feed"), lambda route: route.fulfill(json=nothing), times=2)
    page.add_init_script(WITHOUT_CLIPS)
    page.goto(server.url)
    expect(page.locator("article:not([inert])")).to_contain_text("a paper star")


def test_who_set_a_night_rests_and_has_five_minutes_more(server: Instance, open_page: Open) -> None:
    page = open_page(server, "/healthz")
    make_clip(page, "a paper moon")
    page.goto(server.url)
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


def test_a_prompt_for_which_there_is_no_room_yet_is_sent_again(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    keys: list[str] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/v1/clips"):
            keys.append(request.headers["idempotency-key"])

    page.on("request", hear)
    # As what stands before a server that is started anew.
    starting = {"status": 503, "headers": {"Retry-After": "1"}}
    page.route("**/v1/clips", lambda route: route.fulfill(**starting), times=2)
    page.get_by_test_id("compose").first.click()
    page.get_by_test_id("composer-input").fill("a red disc")
    page.get_by_test_id("composer-submit").click()
    expect(page.get_by_test_id("composer-input")).to_be_hidden()
    expect(page.locator("article:not([inert])")).to_contain_text("a red disc")
    assert len(keys) == 3
    assert len(set(keys)) == 1
