"""People meet on the page: one follows another, is told live, and blocks a third."""

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.test_account import at_localhost, name_of, open_account
from tests.people.authenticator import Authenticator
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    data = tmp_path_factory.mktemp("data")
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running


def somebody(server: Instance, open_page: Open, path: str = "/") -> Page:
    """A page at ``path`` of a person who has kept their name, as tests/e2e/test_account.py does on
    the page."""
    url = at_localhost(server).url
    page = open_page(at_localhost(server), "/healthz")
    passkeys = f"{url}/v1/me/passkeys"
    options = page.request.post(f"{passkeys}/options").json()["publicKey"]
    credential = Authenticator(url).create(options)
    assert page.request.post(passkeys, data={"credential": credential}).ok
    page.goto(url + path)
    return page


def keep_name(url: str) -> str:
    """The cookie of somebody with an account."""
    passkey = Authenticator(url)
    with httpx.Client(base_url=url) as client:
        options = client.post("/v1/me/passkeys/options").json()["publicKey"]
        kept = client.post("/v1/me/passkeys", json={"credential": passkey.create(options)})
        assert kept.status_code == 201
        return str(client.cookies["phosphene_identity"])


def kept_person(url: str) -> tuple[httpx.Client, str]:
    client = httpx.Client(base_url=url, cookies={"phosphene_identity": keep_name(url)})
    return client, client.get("/v1/me").json()["person"]["handle"]


def here(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def make_clip(page: Page, text: str) -> str:
    made = page.request.post(f"{here(page)}/v1/clips", data={"text": text, "seconds": 1})
    assert made.ok
    return str(made.json()["id"])


def say_of_oneself(page: Page) -> None:
    """On one's own profile: words, and a still of one's only clip as portrait."""
    open_account(page)
    page.get_by_test_id("own-clips").click()
    page.get_by_test_id("about").get_by_text("What others see of you").click()
    page.get_by_test_id("about-words").fill("I cut foxes out of paper")
    page.get_by_role("radio", name="a paper fox").check(force=True)
    page.get_by_test_id("about-save").click()
    expect(page.get_by_test_id("portrait")).to_be_visible()
    page.get_by_test_id("profile").get_by_label("Close").click()


def test_two_people_meet(server: Instance, open_page: Open) -> None:
    anna = somebody(server, open_page)
    clip = make_clip(anna, "a paper fox")
    ben = somebody(server, open_page, f"/?clip={clip}")
    card = ben.locator(f'[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "done")
    say_of_oneself(anna)
    card.get_by_test_id("author").click()
    expect(ben.get_by_test_id("profile")).to_contain_text("I cut foxes out of paper")
    expect(ben.get_by_test_id("portrait")).to_have_attribute("src", re.compile(clip))
    ben.get_by_test_id("profile-follow").click()
    expect(ben.get_by_test_id("profile-follow")).to_have_attribute("aria-pressed", "true")
    # Where the keys are: the button was made anew.
    expect(ben.get_by_test_id("profile-follow")).to_be_focused()
    ben.get_by_test_id("profile-followers").click()
    expect(ben.get_by_test_id("profile-person")).to_have_text(name_of(ben))
    # The one who is followed hears who it was, and sees the mark at once, and who it was behind it.
    expect(anna.get_by_test_id("told")).to_have_text(f"{name_of(ben)} follows you")
    expect(anna.get_by_test_id("inbox-open").locator(".mark")).to_be_visible()
    anna.get_by_test_id("inbox-open").click()
    notice = anna.get_by_test_id("notice").filter(has_text=f"{name_of(ben)} follows you")
    expect(notice).to_be_visible()
    expect(anna.get_by_test_id("inbox-open").locator(".mark")).to_be_hidden()
    notice.click()
    expect(anna.get_by_test_id("profile")).to_contain_text(name_of(ben))
    anna.get_by_test_id("profile-block").click()
    expect(anna.get_by_test_id("profile-block")).to_have_attribute("aria-pressed", "true")
    liked = ben.request.put(f"{here(ben)}/v1/clips/{clip}/like")
    remix = {"text": "a paper owl", "seconds": 1, "parent": clip}
    remixed = ben.request.post(f"{here(ben)}/v1/clips", data=remix)
    assert (liked.status, remixed.status) == (403, 403)
    # Whom one blocks one finds again, to let them be.
    anna.get_by_test_id("profile").get_by_label("Close").click()
    open_account(anna)
    anna.get_by_test_id("own-clips").click()
    anna.get_by_test_id("profile-blocked").click()
    anna.get_by_test_id("profile-person").click()
    expect(anna.get_by_test_id("profile-block")).to_have_attribute("aria-pressed", "true")


@pytest.mark.breadth
def test_the_clips_of_whom_one_follows_are_a_feed(server: Instance, open_page: Open) -> None:
    anna, ben = somebody(server, open_page), somebody(server, open_page)
    make_clip(ben, "a blue boat")
    name = name_of(ben).removeprefix("@")
    assert anna.request.put(f"{here(anna)}/v1/people/{name}/follow").ok
    anna.get_by_test_id("mode-following").click()
    expect(anna.get_by_test_id("feed")).to_contain_text("a blue boat")
    expect(anna.get_by_test_id("feed")).not_to_contain_text("a paper fox")


def test_who_comes_back_sees_first_what_happened(server: Instance, open_page: Open) -> None:
    guest, other = open_page(server), open_page(server, "/healthz")
    clip = make_clip(guest, "a yellow tram")
    expect(guest.get_by_test_id("told")).to_have_text("Your clip is finished. a yellow tram")
    guest.close()
    assert other.request.put(f"{here(other)}/v1/clips/{clip}/like").ok
    # The next day: the same browser, and another visit.
    later = guest.context.new_page()
    later.goto(server.url)
    news = later.get_by_test_id("news")
    expect(news).to_contain_text("liked your clip")
    expect(later.get_by_test_id("told")).to_contain_text("While you were away. ")
    later.keyboard.press("Tab")
    expect(news.locator(":focus")).to_be_visible()
    news.get_by_role("button", name="liked your clip").click()
    expect(later.locator(f'article[data-clip="{clip}"]:not([inert])')).to_be_visible()
    expect(news).to_have_count(0)


def test_a_guest_is_blocked_by_whom_they_write_to(server: Instance, open_page: Open) -> None:
    author, guest = open_page(server, "/healthz"), open_page(server)
    clip = make_clip(author, "a white goose")
    said = {"text": "how ugly"}
    assert guest.request.post(f"{here(guest)}/v1/clips/{clip}/comments", data=said).ok
    author.goto(f"{server.url}/?clip={clip}&sheet=comments")
    author.get_by_test_id("comment").get_by_role("link", name=name_of(guest)).click()
    author.get_by_test_id("profile-block").click()
    expect(author.get_by_test_id("profile-block")).to_have_attribute("aria-pressed", "true")
    expect(author.get_by_test_id("comment")).to_have_count(0)  # at once
    again = guest.request.post(f"{here(guest)}/v1/clips/{clip}/comments", data=said)
    assert again.status == 403


LOOKS = """() => import('/client/style.js').then((m) => m.loadStyles('profile.css'))
  .then(() => getComputedStyle(document.querySelector('.probe')).display, () => 'away')"""


def looks_of_a_profile_are_asked_for_again_after_the_line_was_away(page: Page) -> None:
    probe = '<p class="probe portrait">'
    page.evaluate("(probe) => document.body.insertAdjacentHTML('beforeend', probe)", probe)
    page.route("**/profile.css", lambda route: route.abort())
    assert page.evaluate(LOOKS) == "away"
    page.unroute("**/profile.css")
    assert page.evaluate(LOOKS) == "grid"
    page.evaluate("() => document.querySelector('.probe').remove()")


def test_a_guest_who_follows_is_told_to_keep_a_name(server: Instance, open_page: Open) -> None:
    ben, _ = kept_person(at_localhost(server).url)
    with closing(ben):
        clip = ben.post("/v1/clips", json={"text": "a green kite", "seconds": 1}).json()["id"]
    guest = open_page(at_localhost(server), f"/?clip={clip}")
    looks_of_a_profile_are_asked_for_again_after_the_line_was_away(guest)
    guest.locator(f'[data-clip="{clip}"]').get_by_test_id("author").click()
    guest.get_by_test_id("profile-follow").click()
    expect(guest.get_by_test_id("profile").get_by_role("status")).to_contain_text("keep your name")
    expect(guest.get_by_test_id("profile-follow")).to_have_attribute("aria-pressed", "false")
