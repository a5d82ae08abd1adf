"""A profile has an address: it is opened, reloaded, left by Back, and every name leads there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.test_account import at_localhost, name_of
from tests.e2e.test_people import here, make_clip, somebody
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    data = tmp_path_factory.mktemp("data")
    with instance(data, painted=True, sign_ins_per_minute=100) as running:
        yield running


def test_a_profile_has_an_address(server: Instance, open_page: Open) -> None:
    anna = somebody(server, open_page)
    clip, name = make_clip(anna, "a paper fox"), name_of(anna)
    ben = somebody(server, open_page, f"/{name}")
    words = {"text": f"{name} made this"}
    assert ben.request.post(f"{here(ben)}/v1/clips/{clip}/comments", data=words).ok
    url = at_localhost(server).url
    expect(ben.get_by_test_id("profile")).to_be_visible()
    expect(ben).to_have_url(f"{url}/{name}")
    ben.reload()
    expect(ben.get_by_test_id("profile")).to_be_visible()
    expect(ben.get_by_test_id("profile")).to_contain_text(name)
    ben.go_back()
    expect(ben.get_by_test_id("profile")).to_be_hidden()
    expect(ben.locator(f'[data-clip="{clip}"]')).to_be_visible()

    card = ben.locator(f'[data-clip="{clip}"]')
    author = card.get_by_test_id("author")
    expect(author).to_have_attribute("href", f"/{name}")
    author.click()
    expect(ben).to_have_url(f"{url}/{name}")
    ben.go_back()
    card.get_by_test_id("comments").click()
    mention = ben.get_by_test_id("comment").get_by_role("link", name=name)
    expect(mention).to_have_attribute("href", f"/{name}")

    anna.get_by_test_id("inbox-open").click()
    notice = anna.get_by_test_id("notice").filter(has_text="commented on your clip")
    expect(notice.get_by_role("link")).to_have_attribute("href", f"/{name_of(ben)}")
    notice.get_by_role("link").click()
    expect(anna.get_by_test_id("profile")).to_contain_text(name_of(ben))
    anna.close()

    ben.goto(f"{url}/@nobody_at_all")
    expect(ben.get_by_test_id("toasts")).to_contain_text("Nobody here is called @nobody_at_all")
