"""Somebody is refused, asks for another look where they read it, and draws once it was wrong; the
moderator works by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.test_operating import bearer
from tests.e2e.conftest import Open
from tests.e2e.test_account import name_of
from tests.e2e.test_people import somebody
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
ICICLE = "a stabbing icicle of light"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running


def ask_for(page: Page, text: str) -> None:
    page.keyboard.press("n")
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("composer-submit").click()


def test_a_refusal_is_appealed_answered_by_keyboard_and_drawn(
    server: Instance, data: Path, open_page: Open
) -> None:
    anna, mona = somebody(server, open_page), somebody(server, open_page)
    role = f"{server.url}/v1/operator/roles/{name_of(mona).removeprefix('@')}"
    assert httpx.put(role, json={"role": "moderator"}, headers=bearer(data)).is_success
    ask_for(anna, ICICLE)
    anna.get_by_test_id("refusal-appeal").click()
    anna.get_by_test_id("refusal-words").fill("it is ice")
    expect(anna.get_by_test_id("refusal-form")).to_contain_text("kept for a year")
    anna.get_by_test_id("refusal-send").click()
    expect(anna.get_by_test_id("refusal-sent")).to_be_visible()

    mona.get_by_test_id("me").click()
    mona.get_by_test_id("account-desk").click()
    mona.get_by_test_id("desk-refusals").click()
    case = mona.get_by_test_id("refusal-appeal")
    expect(case).to_contain_text("Graphic violence is not shown here.")
    expect(case).to_contain_text(ICICLE)
    expect(case.get_by_test_id("refusal-phrase")).to_have_value("stabbing icicle")
    case.focus()
    mona.keyboard.press("t")
    expect(case.get_by_test_id("refusal-trial")).to_have_text(
        "Lets nothing else through that is listed."
    )
    mona.keyboard.press("3")
    mona.keyboard.press("3")
    expect(mona.get_by_test_id("desk-list")).to_have_text("Nobody wants a refusal looked at.")
    mona.get_by_test_id("desk-rules").click()
    change = mona.get_by_test_id("desk-rule")
    expect(change).to_contain_text("“stabbing icicle” is innocent")
    change.focus()
    mona.keyboard.press("u")
    expect(change).to_contain_text("undone by")

    anna.get_by_test_id("composer").get_by_label("Close").click()
    anna.get_by_test_id("inbox-open").click()
    notice = anna.get_by_test_id("notice").filter(has_text="Your refused prompt was looked at")
    notice.get_by_role("button").click()
    expect(anna.get_by_test_id("own-refusal")).to_contain_text("your prompt can be drawn")
    anna.get_by_test_id("decisions").get_by_label("Close").click()
    ask_for(anna, ICICLE)
    expect(anna.get_by_test_id("composer")).to_be_hidden()
