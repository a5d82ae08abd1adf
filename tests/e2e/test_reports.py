"""Somebody reports a clip, a comment and a person; a moderator decides, and takes it back."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.test_operating import bearer
from tests.e2e.conftest import Open
from tests.e2e.test_account import name_of
from tests.e2e.test_people import here, make_clip, somebody
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Instance]:
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running


def send_report(page: Page, reason: str) -> None:
    page.get_by_label(reason).check()
    page.get_by_test_id("report-send").click()
    expect(page.get_by_test_id("report-answer")).to_contain_text("Receipt: ")
    page.get_by_test_id("report-sheet").get_by_label("Close").click()


def appeal(anna: Page, mona: Page, clip: str) -> None:
    """Whose it is asks for another look; there is nobody else who could look."""
    anna.get_by_test_id("inbox-open").click()
    anna.get_by_test_id("notice").filter(has_text="hid something of yours").get_by_role(
        "button"
    ).click()
    anna.get_by_test_id("appeal-words").fill("it is a paper knife")
    anna.get_by_test_id("appeal-send").click()
    expect(anna.get_by_test_id("appeal-state")).to_contain_text("Another look was asked for")
    mona.get_by_test_id("desk-appeals").click()
    case = mona.locator(f'[data-testid=appeal][data-subject="{clip}"]')
    expect(case).to_contain_text("it is a paper knife")
    case.get_by_test_id("appeal-uphold").click()
    expect(mona.get_by_test_id("appeal")).to_have_count(0)
    mona.get_by_test_id("desk-figures").click()
    expect(mona.get_by_test_id("figures-time")).to_contain_text("Nine of ten within")
    expect(mona.get_by_test_id("figures-appeals")).to_contain_text("1 answered")


def let_stand(anna: Page, mona: Page, clip: str) -> None:
    """A comment that nearly breaks the rules waits, until it is said that it does not."""
    near = {"text": "you are subhumann all"}
    assert anna.request.post(f"{here(anna)}/v1/clips/{clip}/comments", data=near).ok
    mona.get_by_test_id("desk-held").click()
    held = mona.get_by_test_id("held")
    expect(held).to_contain_text("Nearly: Hate")
    expect(held).to_contain_text("you are subhumann all")
    held.get_by_test_id("held-publish").click()
    expect(mona.get_by_test_id("desk-list")).to_have_text("Nothing waits to be read.")


def test_what_is_reported_is_decided_and_undone(
    server: Instance, data: Path, open_page: Open
) -> None:
    anna = somebody(server, open_page)
    mona = somebody(server, open_page)
    role = f"{server.url}/v1/operator/roles/{name_of(mona).removeprefix('@')}"
    assert httpx.put(role, json={"role": "moderator"}, headers=bearer(data)).is_success
    clip = make_clip(anna, "a paper fox")
    said = anna.request.post(f"{here(anna)}/v1/clips/{clip}/comments", data={"text": "look at it"})
    assert said.ok

    ben = somebody(server, open_page, f"/?clip={clip}")
    card = ben.locator(f'[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "done")
    card.get_by_test_id("more").click()
    ben.get_by_test_id("more-report").click()
    ben.get_by_test_id("report-words").fill("it has a knife")
    send_report(ben, "Violence or cruelty")
    card.get_by_test_id("comments").click()
    ben.get_by_test_id("comment-menu").click()
    ben.get_by_test_id("comment-report").click()
    send_report(ben, "Spam")
    ben.get_by_test_id("comment").get_by_role("link", name=name_of(anna)).click()
    ben.get_by_test_id("profile-report").click()
    send_report(ben, "Something else")
    ben.get_by_test_id("profile").get_by_label("Close").click()
    ben.get_by_test_id("panel-close").click()

    mona.get_by_test_id("me").click()
    mona.get_by_test_id("account-desk").click()
    expect(mona.get_by_test_id("case")).to_have_count(3)
    case = mona.locator(f'[data-testid=case][data-subject="{clip}"]')
    expect(case).to_contain_text("it has a knife")
    expect(case).to_contain_text("Violence or cruelty")
    hide = case.get_by_test_id("case-hide")
    hide.click()
    expect(hide).to_have_text("Sure?")
    hide.click()
    expect(mona.get_by_test_id("case")).to_have_count(2)

    let_stand(anna, mona, clip)

    # Who reported it is told live, and so is whose it is.
    for page, told in ((ben, "What you reported is hidden"), (anna, "hid something of yours")):
        expect(page.get_by_test_id("inbox-open").locator(".mark")).to_be_visible()
        page.get_by_test_id("inbox-open").click()
        notices = page.get_by_test_id("notice")
        expect(notices.filter(has_text=told)).to_be_visible()
        page.get_by_test_id("inbox").get_by_label("Close").click()
    assert ben.request.get(f"{here(ben)}/v1/clips/{clip}").status == 410
    expect(card).to_have_count(0)

    appeal(anna, mona, clip)
    mona.get_by_test_id("desk-decided").click()
    decision = mona.locator(f'[data-testid=decision][data-subject="{clip}"]')
    expect(decision).to_contain_text(f"by {name_of(mona)}")
    decision.get_by_test_id("case-undo").click()
    expect(decision).to_contain_text("undone by")
    assert ben.request.get(f"{here(ben)}/v1/clips/{clip}").ok
