"""The page as people use it: write, watch, meet others on the same clip, remix."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Open
from tests.e2e.screen import distance, frames
from tests.e2e.sharing import make_private_link
from tests.render.painter import UNTIL_STEERED
from tests.support import Instance, instance

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), painted=True, pace=1.5) as running:
        yield running


def write(page: Page, text: str, seconds: int = 4) -> str:
    """Ask for a clip through the prompt box; the id of the card that appears."""
    page.get_by_test_id("compose").click()
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("seconds").fill(str(seconds))
    page.get_by_test_id("composer-submit").click()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    card = page.locator("[data-clip]", has_text=text).first
    expect(card).to_be_attached()
    clip = card.get_attribute("data-clip")
    assert clip
    return clip


@pytest.mark.breadth
def test_an_author_deletes_a_clip_and_it_is_gone_for_everybody(
    server: Instance, open_page: Open
) -> None:
    mine, theirs = open_page(server), open_page(server)
    expect(theirs.get_by_test_id("compose")).to_be_visible()
    clip = write(mine, "a green frog in the mountains", seconds=2)
    card = mine.locator(f'[data-clip="{clip}"]')
    # Who had nothing to look at is shown what is drawn first.
    other = theirs.locator(f'[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "done")
    expect(other.get_by_test_id("text")).to_be_visible()
    expect(other.get_by_test_id("delete")).to_be_hidden()
    expect(card).to_have_attribute("data-folded", "true")
    card.get_by_test_id("unfold-words").click()
    button = card.get_by_test_id("delete")
    button.click()
    expect(button).to_have_text("Sure?")
    button.click()
    for gone in (card, other):
        expect(gone).to_have_count(0)
    expect(theirs.locator("#toasts")).to_contain_text("no longer here")
    assert mine.request.get(f"{server.url}/v1/clips/{clip}/video.mp4").status == 404


def test_while_one_types_is_said_what_will_be_drawn_and_a_refusal_offers_another(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    page.get_by_test_id("compose").click()
    words, said = page.get_by_test_id("composer-input"), page.get_by_test_id("reading")
    words.fill("a ball")
    expect(page.get_by_test_id("chip")).to_have_text(["ball drawn as disc"])
    expect(said).to_have_text("Ball, drawn as a disc")
    expect(said).to_have_attribute("aria-live", "polite")
    words.fill("a cube")
    expect(page.get_by_test_id("chip")).to_have_text(["cube"])
    expect(said).to_contain_text("Nothing here that I can draw")
    expect(said).to_be_in_viewport()
    words.fill("Taylor Swift")
    expect(said).to_contain_text("This would be refused")
    words.fill("")
    expect(said).to_have_text("")
    expect(page.get_by_test_id("chip")).to_have_count(0)
    words.fill("Eevee dancing in the snow")
    page.get_by_test_id("composer-submit").click()
    expect(page.get_by_test_id("refusal")).to_be_visible()
    page.get_by_test_id("use-allowed").first.click()
    expect(words).to_have_value("a small fox dancing in the snow")


def test_a_fork_begins_as_its_parent(server: Instance, open_page: Open) -> None:
    page = open_page(server)
    parent = write(page, "a red fox in the forest at day", seconds=2)
    card = page.locator(f'[data-clip="{parent}"]')
    expect(card.get_by_test_id("fork")).to_be_hidden()
    expect(card).to_have_attribute("data-state", "done")
    card.get_by_test_id("fork").click()
    page.get_by_test_id("composer-input").fill("a red fox in the forest at night")
    page.get_by_test_id("seconds").fill("3")
    page.get_by_test_id("composer-submit").click()
    fork = page.locator("[data-clip]", has_text="a red fox in the forest at night").first
    expect(fork.get_by_test_id("steered")).to_contain_text("0:01")


def test_two_people_see_the_same_moment_talk_about_it_and_steer_it(
    server: Instance, open_page: Open
) -> None:
    first = open_page(server)
    clip = write(first, f"a red balloon over the hills {UNTIL_STEERED}", seconds=8)
    card = first.locator(f'[data-clip="{clip}"]')
    expect(card).to_have_attribute("data-state", "live")
    second = open_page(server, f"/?clip={clip}")
    theirs, ours = frames(second, clip, 3)[-1], frames(first, clip, 3)[-1]
    assert distance(theirs, ours) < 25
    other = second.locator(f'[data-clip="{clip}"]')
    expect(other.get_by_test_id("viewers")).to_contain_text("2")
    likes_and_words_are_seen_by_the_other(first, card, second, other)
    a_line_is_read_then_proposed_and_stays_on_the_clip_for_both(card, other)


def likes_and_words_are_seen_by_the_other(
    first: Page, card: Locator, second: Page, other: Locator
) -> None:
    other.get_by_test_id("like").click()
    expect(card.get_by_test_id("like-count")).to_have_text("1")
    other.get_by_test_id("comments").click()
    second.get_by_test_id("comment-input").fill("it sings")
    second.get_by_test_id("comment-send").click()
    card.get_by_test_id("comments").click()
    expect(first.get_by_test_id("comment-list")).to_contain_text("it sings")
    for page in (first, second):
        page.get_by_test_id("panel-close").click()
        expect(page.get_by_test_id("panel")).to_have_attribute("data-open", "false")


def a_line_is_read_then_proposed_and_stays_on_the_clip_for_both(
    card: Locator, other: Locator
) -> None:
    line = "a red balloon over the sea at night"
    card.get_by_test_id("steer").click()
    card.get_by_test_id("steer-input").fill("a ball")
    expect(card.get_by_test_id("reading")).to_have_text("Ball, drawn as a disc; the rest stays")
    card.get_by_test_id("steer-input").fill(line)
    card.get_by_test_id("steer-send").click()
    for mine in (card, other):
        turn = mine.get_by_test_id("steered").locator("li", has_text=line)
        expect(turn).to_contain_text("0:0")
        expect(mine.get_by_test_id("steer")).to_be_hidden()
        expect(mine).to_have_attribute("data-state", "done")
        words = mine.get_by_role("button", name="All its words")
        words.focus()  # whereby they fold no more by themselves
        if words.get_attribute("aria-expanded") == "false":
            words.click()
        expect(turn).to_be_visible()


@pytest.mark.breadth
def test_a_remix_starts_from_its_parent_and_shows_its_lineage(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    parent = write(page, "a green bird in the forest", seconds=2)
    card = page.locator(f'[data-clip="{parent}"]')
    expect(card).to_have_attribute("data-state", "done")
    card.get_by_test_id("remix").click()
    page.get_by_test_id("composer-input").fill("a pink bird in the forest")
    page.get_by_test_id("composer-submit").click()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    remix = page.locator("[data-clip]", has_text="a pink bird in the forest").first
    expect(remix).to_have_attribute("data-state", re.compile("live|done"))
    remix.get_by_test_id("lineage").click()
    expect(page.locator(f'[data-lineage="{parent}"]')).to_be_visible()


@pytest.mark.breadth
def test_a_private_clip_is_its_authors_and_of_who_gets_a_token(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    page.get_by_test_id("compose").click()
    page.get_by_test_id("composer").get_by_text("More", exact=True).click()
    page.get_by_test_id("visibility").select_option("private")
    page.keyboard.press("Escape")
    clip = write(page, "a grey owl in the forest at night", seconds=2)
    card = page.locator(f'[data-clip="{clip}"]')
    expect(card.get_by_test_id("seen-by")).to_have_text("private")
    expect(card).to_have_attribute("data-picture", "live")
    stranger = open_page(server, f"/embed/{clip}")
    player = stranger.locator("phosphene-player")
    expect(player.locator(".frame")).to_have_attribute("data-state", "private")
    stranger.goto(make_private_link(page))
    expect(player.locator(".frame")).to_have_attribute("data-showing", "file")
