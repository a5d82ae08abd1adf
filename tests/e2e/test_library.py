"""An author decides of a clip on the page; what is kept is found; remixes say what changed."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from phosphene.trust.provenance import verify
from tests.e2e.conftest import Open, Run
from tests.e2e.sharing import make_private_link
from tests.e2e.test_people import here, make_clip
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
BARE = "/healthz"
"""A page of the same origin with nothing on it: it costs a tenth of one with clips."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True) as running:
        yield running


def finished(page: Page, server: Instance, clip: str) -> None:
    """The page shows a clip of its person, which is done."""
    page.goto(f"{server.url}/?clip={clip}")
    card = page.locator(f'article[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "done")


def more(page: Page, deed: str) -> None:
    page.locator("article:not([inert])").get_by_test_id("more").click()
    page.get_by_test_id(f"more-{deed}").click()


def test_a_draft_is_kept_published_and_hidden_again(server: Instance, open_page: Open) -> None:
    anna, ben = open_page(server, BARE), open_page(server, BARE)
    body = {"text": "a paper boat", "seconds": 1, "visibility": "private"}
    clip = str(anna.request.post(f"{server.url}/v1/clips", data=body).json()["id"])
    finished(anna, server, clip)
    seen = anna.locator(f'article[data-clip="{clip}"]').get_by_test_id("seen-by")
    expect(seen).to_have_text("private")
    only_who_has_a_token_sees_it(server, anna, clip)
    anna.get_by_test_id("me").click()
    anna.get_by_test_id("own-clips").click()
    anna.get_by_test_id("profile-drafts").click()
    anna.get_by_test_id("profile-grid").locator(f'[data-tile="{clip}"]').click()
    more(anna, "terms")
    anna.get_by_test_id("terms-visibility").select_option("public")
    anna.get_by_test_id("terms-license").select_option("CC-BY-4.0")
    anna.get_by_test_id("terms-save").click()
    expect(anna.get_by_test_id("terms")).to_be_hidden()
    expect(seen).to_be_hidden()
    # Its files say it, signed: they are signed anew beside all else.
    url, license = f"{server.url}/v1/clips/{clip}/video.mp4", ""
    while license != "CC-BY-4.0":
        license = verify(anna.request.get(url).body(), "").license
    # Whoever is there sees it at once, and at once no more.
    found = ben.locator(f'article[data-clip="{clip}"]')
    ben.goto(f"{server.url}/?clip={clip}")
    expect(found).to_have_attribute("data-state", "done")
    more(anna, "terms")
    expect(anna.get_by_test_id("terms-license")).to_have_value("CC-BY-4.0")
    anna.get_by_test_id("terms-visibility").select_option("private")
    anna.get_by_test_id("terms-save").click()
    expect(found).to_have_count(0)
    expect(seen).to_have_text("private")


def only_who_has_a_token_sees_it(server: Instance, author: Page, clip: str) -> None:
    url = f"{server.url}/v1/clips/{clip}"
    assert httpx.get(url).status_code == 401
    token = make_private_link(author).partition("token=")[2]
    assert httpx.get(url, params={"token": token}).json()["clip"]["id"] == clip
    author.keyboard.press("Escape")
    expect(author.get_by_test_id("share-sheet")).to_be_hidden()


def test_what_is_saved_is_found_under_ones_name(server: Instance, open_page: Open) -> None:
    anna, ben = open_page(server, BARE), open_page(server, BARE)
    clip = make_clip(anna, "a paper owl")
    with ben.expect_response(f"**/v1/clips/{clip}/view"):
        finished(ben, server, clip)
    more(ben, "save")
    ben.get_by_test_id("me").click()
    ben.get_by_test_id("own-clips").click()
    ben.get_by_test_id("profile-saved").click()
    tile = ben.get_by_test_id("profile-grid").locator(f'[data-tile="{clip}"]')
    expect(tile).to_be_visible()
    expect(ben.get_by_test_id("clear-history")).to_be_hidden()
    ben.get_by_test_id("profile-history").click()
    expect(ben.get_by_test_id("clear-history")).to_be_visible()
    ben.get_by_test_id("forget").click()
    expect(tile).to_have_count(0)


def test_remixes_are_a_grid_and_a_tree_that_say_what_changed(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server, BARE)
    clip = make_clip(page, "a red disc over the sea")
    finished(page, server, clip)
    remix = {"text": "a blue disc over the sea", "seconds": 1, "parent": clip}
    made = str(page.request.post(f"{here(page)}/v1/clips", data=remix).json()["id"])
    finished(page, server, made)
    page.goto(f"{server.url}/?clip={clip}")
    page.locator("article:not([inert])").get_by_test_id("lineage").click()
    tree = page.get_by_test_id("lineage-tree")
    expect(tree.locator(f'[data-lineage="{made}"] ins')).to_have_text("blue")
    expect(tree.locator(f'[data-lineage="{made}"] del')).to_have_text("red")
    page.get_by_test_id("kin-grid").click()
    grid = page.get_by_test_id("remix-gallery")
    expect(grid.get_by_test_id("difference")).to_have_text("a red blue disc over the sea")
    grid.locator(f'[data-tile="{made}"]').click()
    expect(page.locator(f'article[data-clip="{made}"]')).not_to_have_attribute("inert", "")


@pytest.mark.breadth
def test_who_may_remix_is_held_whatever_way_one_asks(server: Instance, open_page: Open) -> None:
    anna, ben = open_page(server), open_page(server)
    for page in (anna, ben):
        expect(page.get_by_test_id("me")).to_contain_text("@")
    clip = make_clip(anna, "a paper crane")
    finished(anna, server, clip)
    url = f"{server.url}/v1/clips"
    assert anna.request.patch(f"{url}/{clip}", data={"remixing": "nobody"}).ok
    remix = {"text": "an owl", "seconds": 1, "parent": clip}
    assert ben.request.post(url, data=remix).status == 403
    finished(ben, server, clip)
    ben.locator("article:not([inert])").get_by_test_id("remix").click()
    expect(ben.get_by_test_id("toasts")).to_contain_text("wants nobody to remix")
    assert anna.request.post(url, data=remix).ok
    assert anna.request.patch(f"{url}/{clip}", data={"remixing": "mutuals"}).ok
    assert ben.request.post(url, data=remix).status == 403


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a red fox", "a red fox", "=a red fox"),
        ("a red fox", "a blue fox at night", "=a -red +blue =fox +at night"),
        ("", "a fox", "+a fox"),
        ("A fox", "a fox", "=a fox"),
        ("one two", "three", "-one two +three"),
    ],
)
def test_what_one_text_says_otherwise(run: Run, before: str, after: str, said: str) -> None:
    signs = "({same: '=', gone: '-', new: '+'})"
    code = (
        f"m.difference({before!r}, {after!r}).map((one) => {signs}[one.kind] + one.text).join(' ')"
    )
    assert run("diff", code) == said
