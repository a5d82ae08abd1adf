"""What everybody expects of such a page: Back, reload, wheel, sheets that a finger draws down, and
a picture that nothing lies over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from phosphene.guest_names import MANNERS, THINGS
from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
SIZES = ((390, 844), (320, 568), (844, 390), (568, 320), (720, 450), (320, 256), (1280, 800))
DEEDS = (
    "like",
    "comments",
    "share",
    "more",
    "author",
    "compose",
    "me",
    "inbox-open",
    "mode-latest",
)
BOX = """one => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height];
}"""
# What somebody who points at its middle would not meet.
UNREACHED = """(names) => names.filter((name) => {
  const one = document.querySelector(`article:not([inert]) [data-testid=${name}]`)
    ?? document.querySelector(`[data-testid=${name}]`);
  const { x, y, width, height } = one.getBoundingClientRect();
  const met = document.elementFromPoint(x + width / 2, y + height / 2);
  const within = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
  return !within || !one.contains(met);
})"""


@pytest.fixture(scope="module")
def moves() -> bool:
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(
        folder,
        [f"a paper fox, number {number}, that walks slowly over hills" for number in range(5)],
    )
    with instance(folder, workers=0) as running:
        yield running


@pytest.fixture
def page(server: Instance, open_page: Open) -> Page:
    page = open_page(server)
    expect(here(page)).to_have_attribute("data-picture", "file")
    return page


def here(page: Page) -> Locator:
    """The clip before the person."""
    return page.locator("article:not([inert])")


def shown(page: Page) -> str:
    return here(page).get_attribute("data-clip") or ""


def step(page: Page, key: str = "ArrowDown") -> str:
    """To the next clip; its id."""
    before = shown(page)
    page.keyboard.press(key)
    expect(here(page)).not_to_have_attribute("data-clip", before)
    expect(here(page)).to_be_in_viewport(ratio=1)
    return shown(page)


def test_the_history_of_a_visit_is_what_one_did(server: Instance, page: Page) -> None:
    back_closes_sheets_and_then_goes_to_the_clip_before(page)
    a_reload_keeps_the_place_the_sheet_and_what_came_before(page)
    an_address_names_a_sheet_and_back_closes_it(server, page)


def back_closes_sheets_and_then_goes_to_the_clip_before(page: Page) -> None:
    first, second = shown(page), step(page)
    expect(page).to_have_title("a paper fox, number 3, that walks slowly over hills · Phosphene")
    here(page).get_by_test_id("comments").click()
    expect(page).to_have_url(f"{origin(page)}/?clip={second}&sheet=comments")
    page.get_by_test_id("tab-lineage").click()
    expect(page).to_have_url(f"{origin(page)}/?clip={second}&sheet=lineage")
    page.go_back()
    expect(page.get_by_test_id("panel")).to_have_attribute("data-open", "false")
    page.get_by_test_id("compose").click()
    page.go_back()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    # One that was closed by hand leaves no entry behind.
    page.get_by_test_id("compose").click()
    page.get_by_test_id("composer").get_by_label("Close").click()
    expect(page).to_have_url(f"{origin(page)}/?clip={second}")
    page.go_back()
    expect(here(page)).to_have_attribute("data-clip", first)
    page.go_forward()
    expect(here(page)).to_have_attribute("data-clip", second)


def a_reload_keeps_the_place_the_sheet_and_what_came_before(page: Page) -> None:
    before, clip = shown(page), step(page)
    here(page).get_by_test_id("share").click()
    page.reload()
    expect(here(page)).to_have_attribute("data-clip", clip)
    expect(page.get_by_test_id("share-sheet")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("share-sheet")).to_be_hidden()
    assert step(page, "ArrowUp") == before


def an_address_names_a_sheet_and_back_closes_it(server: Instance, page: Page) -> None:
    clip = shown(page)
    page.goto(f"{server.url}/?clip={clip}&sheet=share")
    expect(page.get_by_test_id("share-sheet")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("share-sheet")).to_be_hidden()
    expect(here(page)).to_have_attribute("data-clip", clip)
    # Also where the panel is open anyway.
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server.url}/?clip={clip}&sheet=lineage")
    expect(page.get_by_role("tabpanel", name="Lineage")).to_be_visible()


# A button as the one that offers sound, which comes at the top of a clip.
ARRIVES = """stage => {
  const button = document.createElement("button");
  button.style = "position: absolute; z-index: 9; top: 104px; left: 40%";
  button.textContent = "here";
  stage.append(button);
  button.animate([{ translate: "0 -40px" }, { translate: "0" }], 600);
}"""


def test_wheel_finger_and_keys_lead_where_they_should(page: Page) -> None:
    one_gesture_of_the_wheel_is_one_clip(page)
    a_click_on_what_still_moves_leaves_the_clip_where_it_is(page)
    a_finger_draws_a_sheet_down_and_a_tap_beside_closes_it(page)
    keys_lead_to_other_tabs_and_into_what_is_open(page)
    a_clip_keeps_its_size_beside_the_comments(page)


def test_what_lies_over_a_clip_hides_nothing_of_it(
    server: Instance, page: Page, tmp_path: Path
) -> None:
    a_first_visit_asks_for_few_things(page)
    a_pause_has_its_mark_and_the_words_fold(page)
    every_window_shows_the_whole_picture_and_all_deeds(page)
    every_clip_says_that_it_is_ai_and_how_it_was_made(page)
    the_more_menu_downloads_the_clip(page, tmp_path)
    a_player_elsewhere_says_it_too(server, page)


def a_click_on_what_still_moves_leaves_the_clip_where_it_is(page: Page) -> None:
    clip = step(page)
    here(page).locator(".stage").evaluate(ARRIVES)
    button = page.get_by_role("button", name="here", exact=True)
    button.click()
    expect(here(page)).to_have_attribute("data-clip", clip)
    button.evaluate("button => button.remove()")


def a_first_visit_asks_for_few_things(page: Page) -> None:
    # What is asked about clips follows how fast their files come: on a busy machine a player asks
    # for more parts, and the clip has been watched for long enough to be told.
    names = page.evaluate("() => performance.getEntriesByType('resource').map((one) => one.name)")
    assert len({name for name in names if "/v1/clips/" not in name}) < 15


def one_gesture_of_the_wheel_is_one_clip(page: Page) -> None:
    ids = page.locator("article").evaluate_all("all => all.map((one) => one.dataset.clip)")
    page.mouse.move(195, 400)
    page.mouse.wheel(0, 300)
    at_rest(page, ids[1])
    page.evaluate(NOTCHES, [8, 100])
    at_rest(page, ids[2])


def at_rest(page: Page, clip: str) -> None:
    expect(here(page)).to_have_attribute("data-clip", clip)
    expect(here(page)).to_be_in_viewport(ratio=1)
    assert shown(page) == clip


# At once and at the times of a wheel's own clock: by those at which a busy machine comes to make
# them they would be several gestures, and one that still belongs to the gesture before.
NOTCHES = """([count, deltaY]) => {
  const target = document.elementFromPoint(195, 400);
  const begun = performance.now() + 1000;
  for (let k = 0; k < count; k += 1) {
    const notch = new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true });
    Object.defineProperty(notch, "timeStamp", { value: begun + 10 * k });
    target.dispatchEvent(notch);
  }
}"""


def a_finger_draws_a_sheet_down_and_a_tap_beside_closes_it(page: Page) -> None:
    touch = page.context.new_cdp_session(page)
    here(page).get_by_test_id("comments").click()
    panel = page.get_by_test_id("panel")
    for opened, closed in ((panel, "data-open"), (page.get_by_test_id("more-sheet"), "open")):
        if closed == "open":
            here(page).get_by_test_id("more").click()
        expect(opened).to_be_in_viewport(ratio=1)
        x, y, width, _ = opened.locator(".head").evaluate(BOX)
        for kind, at in (
            ("touchStart", 10),
            ("touchMove", 60),
            ("touchMove", 260),
            ("touchEnd", None),
        ):
            points = [] if at is None else [{"x": x + width / 2, "y": y + at}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        expect(opened).to_be_hidden()
    here(page).get_by_test_id("comments").click()
    expect(panel).to_be_in_viewport(ratio=1)
    page.touchscreen.tap(150, 200)
    expect(panel).to_be_hidden()
    expect(here(page)).to_have_attribute("data-playing", "true")


@pytest.mark.breadth
def test_a_clip_keeps_its_size_beside_the_comments_in_a_small_window(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 600})
    a_clip_keeps_its_size_beside_the_comments(page)


def a_clip_keeps_its_size_beside_the_comments(page: Page) -> None:
    who = page.locator("#me .handle")
    # The longest that a guest may be given: the shorter ones fit by chance.
    longest = f"@{max(MANNERS, key=len)}_{max(THINGS, key=len)}_999"
    who.evaluate("(one, name) => void (one.textContent = name)", longest)
    assert who.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "the name is not cut off"
    path = f"{origin(page)}/v1/clips/{shown(page)}/comments"
    assert page.request.post(path, data={"text": "hello"}).ok
    if page.get_by_test_id("panel").get_attribute("data-open") != "true":
        here(page).get_by_test_id("comments").click()
    line = page.get_by_test_id("comment").first.locator(".by").evaluate(BOX)
    assert line[3] < 30, "the time stands beside the name"
    assert here(page).locator("video").evaluate(BOX)[2] > 250


def a_pause_has_its_mark_and_the_words_fold(page: Page) -> None:
    card = here(page)
    expect(card).to_have_attribute("data-folded", "true")
    expect(card.get_by_test_id("text")).to_be_visible()
    folded = card.get_by_test_id("text").bounding_box()
    card.get_by_test_id("unfold-words").click()
    expect(card.get_by_test_id("unfold-words")).to_have_attribute("aria-expanded", "true")
    unfolded = card.get_by_test_id("text").bounding_box()
    assert folded
    assert unfolded
    assert unfolded["height"] > folded["height"]
    page.touchscreen.tap(195, 300)
    expect(card.get_by_test_id("play")).to_be_visible()
    card.get_by_test_id("play").click()
    expect(card.get_by_test_id("play")).to_be_hidden()
    expect(card).to_have_attribute("data-playing", "true")


def the_more_menu_downloads_the_clip(page: Page, tmp_path: Path) -> None:
    here(page).get_by_test_id("more").click()
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.suggested_filename.startswith("a-paper-fox-number-")
    download.value.save_as(tmp_path / "clip.mp4")
    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


def every_clip_says_that_it_is_ai_and_how_it_was_made(page: Page) -> None:
    clip, said = shown(page), page.get_by_test_id("made")
    here(page).get_by_test_id("ai").click()
    expect(page).to_have_url(f"{origin(page)}/?clip={clip}&sheet=made")
    expect(said.get_by_test_id("made-words")).to_have_text(re.compile("^a paper fox, number"))
    expect(said.get_by_test_id("made-origin")).to_have_text("Nothing but these words")
    expect(said.get_by_test_id("made-check")).to_contain_text(
        f"verify {origin(page)}/v1/clips/{clip}"
    )
    page.go_back()
    expect(said).to_be_hidden()


def a_player_elsewhere_says_it_too(server: Instance, page: Page) -> None:
    clip = shown(page)
    page.goto(f"{server.url}/embed/{clip}")
    frame = page.locator("phosphene-player")
    mark, panel = frame.locator(".ai"), frame.locator(".made")
    expect(panel).to_be_hidden()
    mark.click()
    expect(panel).to_contain_text("a paper fox, number")
    expect(panel.locator("a")).to_have_attribute("href", f"{origin(page)}/?clip={clip}&sheet=made")
    mark.press("Escape")
    expect(panel).to_be_hidden()


def every_window_shows_the_whole_picture_and_all_deeds(page: Page) -> None:
    card = here(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        x, y, wide, high = card.locator(".picture").evaluate(BOX)
        assert wide / high == pytest.approx(9 / 16, abs=0.01), (width, height)
        assert min(x, y, width - x - wide, height - y - high) >= -1, (width, height)
        assert page.evaluate(UNREACHED, DEEDS) == [], (width, height)


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def keys_lead_to_other_tabs_and_into_what_is_open(page: Page) -> None:
    page.keyboard.press("3")
    expect(page.get_by_test_id("mode-latest")).to_have_attribute("aria-pressed", "true")
    # At its first clip, also where the last screen is there: all clips of this house are few.
    expect(here(page)).to_have_attribute("aria-posinset", "1")
    expect(page.locator("#feed")).to_have_attribute("data-tail", "false")
    page.keyboard.press("c")
    expect(page.get_by_test_id("comment-input")).to_be_focused()
    # Out of the drawer, which would lie over what has the focus.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("panel")).to_have_attribute("data-open", "false")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(page.get_by_test_id("panel")).to_have_attribute("data-open", "true")
    # The panel is there before what it is about.
    expect(here(page)).to_have_attribute("aria-posinset", "1")
    page.keyboard.press("c")
    expect(page.get_by_test_id("comment-input")).to_be_focused()
