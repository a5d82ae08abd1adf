"""From a real browser somebody shows that they are there, and lends their likeness: their camera is
a canvas, in which a synthetic head answers the page's light.

What is refused (recordings, stills, other faces) is in tests/likeness/worker, without a browser.
"""

import base64
import time
from collections.abc import Iterator

import cv2
import httpx
import pytest
from playwright.sync_api import Page, expect

from phosphene.ids import new_id
from tests.e2e.conftest import Open
from tests.e2e.test_account import at_localhost
from tests.e2e.test_people import kept_person
from tests.likeness.synthetic_head import HEIGHT, POSES, WIDTH, astronaut, picture_of
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
CAMERA = """
async ([pictures, width, height]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const heads = {};
  for (const [name, url] of Object.entries(pictures)) {
    heads[name] = Object.assign(new Image(), { src: url });
    await heads[name].decode();
  }
  window.spoken = [];
  setInterval(() => {
    const circle = document.querySelector("[data-testid=presence-ring]");
    context.drawImage(heads[circle?.dataset.move ?? "look"], 0, 0);
  }, 66);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
  speechSynthesis.speak = ({ text }) => window.spoken.push(text);
}
"""
"""A camera that follows the page's light, and a voice that keeps what it says."""
NO_CAMERA = """() => void (navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException("", "NotFoundError");
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    # The painter hangs in the middle of its clip, which goes on until somebody presses "Stop".
    settings = {"painted": True, "sign_ins_per_minute": 100}
    with instance(tmp_path_factory.mktemp("data"), **settings) as running:  # type: ignore[arg-type]
        yield running


def heads() -> dict[str, str]:
    """A picture of each pose, as a JPEG."""
    found = dict[str, str]()
    for name, pose in POSES.items():
        _, jpeg = cv2.imencode(".jpg", picture_of(astronaut(), *pose))
        found[name] = "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()
    return found


def show(client: httpx.Client, handle: str) -> httpx.Response:
    headers = {"Idempotency-Key": new_id(time.time())}
    wish = {"text": f"@{handle} hang", "seconds": 2}
    return client.post("/v1/clips", json=wish, headers=headers)


def pass_check(page: Page) -> None:
    """From the account to a passed check."""
    page.get_by_test_id("likeness-first").click()
    page.get_by_test_id("presence-agreed").check()
    page.get_by_test_id("presence-of_age").check()
    page.get_by_test_id("presence-unhurried").check()
    page.evaluate(NO_CAMERA)
    page.get_by_test_id("presence-begin").click()
    expect(page.get_by_test_id("presence-problem")).to_contain_text("No camera was found")
    page.evaluate(CAMERA, [heads(), WIDTH, HEIGHT])
    page.get_by_test_id("presence-begin").press("Enter")
    expect(page.get_by_test_id("presence-stop")).to_be_focused()
    verdict = page.get_by_test_id("presence-verdict")
    expect(verdict).to_have_attribute("data-outcome", "passed")
    expect(verdict).to_have_text("Presence checked")
    said = page.evaluate("window.spoken")
    assert (said[0], said[-1][:16]) == ("Look straight into the camera", "Presence checked")
    assert said[2:-1:2] == ["Good. Look straight again"] * 5, said


def choose_card(page: Page) -> None:
    for chosen in ("figure-woman", "skin-brown", "length-curly"):
        page.get_by_test_id(f"card-{chosen}").focus()
        page.keyboard.press("Space")
    page.get_by_test_id("card-hair-black").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_test_id("card-save").press("Enter")
    expect(page.get_by_test_id("likeness-said")).to_contain_text("That is how you are drawn")


def test_somebody_shows_that_they_are_there_and_lends_their_likeness_to_a_friend(
    server: Instance, open_page: Open
) -> None:
    there = at_localhost(server)
    owner, handle = kept_person(there.url)
    page = open_page(there, "/v1/openapi.json")
    cookie = {"name": "phosphene_identity", "url": there.url}
    page.context.add_cookies([cookie | {"value": owner.cookies["phosphene_identity"]}])  # type: ignore[list-item]
    page.goto(f"{there.url}/?sheet=likeness")
    pass_check(page)
    page.get_by_test_id("presence-on").press("Enter")
    choose_card(page)
    lent = owner.get("/v1/me/likeness").json()["likeness"]
    assert (lent["level"], lent["checked_by"]) == ("presence", "camera")
    assert (lent["card"]["hair"], lent["terms"]["scope"]) == ("dark brown", "me")

    friend, friends_name = kept_person(there.url)
    stranger, strangers_name = kept_person(there.url)
    page.get_by_test_id("likeness-terms").click()
    page.get_by_test_id("scope-approved").check()
    page.get_by_test_id("ask-each").check()
    page.get_by_test_id("lend-save").click()
    expect(page.get_by_test_id("likeness-said")).to_contain_text("That counts from now on")
    page.get_by_test_id("people-handle").fill(f"@{friends_name}")
    page.get_by_test_id("people-allow").click()
    expect(page.get_by_test_id("likeness-people")).to_contain_text(f"@{friends_name}")
    assert show(stranger, handle).json()["refusal"]["code"] == "likeness"
    assert show(friend, handle).json()["refusal"]["code"] == "likeness_asked"

    page.keyboard.press("Escape")
    page.locator("#inbox").click()
    notices = page.get_by_test_id("notices")
    expect(notices).to_contain_text(f"@{strangers_name} wanted to show you, and was refused")
    page.get_by_test_id("ask-yes").press("Enter")
    expect(page.get_by_test_id("ask-yes")).to_have_count(0)
    made = show(friend, handle)
    assert made.status_code == 202
    expect(notices).to_contain_text(f"@{friends_name} shows you in a clip")
    # The big stop is where one hears of it, and on the clip itself.
    expect(notices.get_by_test_id("use-stop")).to_be_visible()
    page.goto(f"{there.url}/?clip={made.json()['id']}")
    expect(page.get_by_test_id("stop-me")).to_be_visible()

    page.goto(f"{there.url}/?sheet=likeness")
    page.get_by_test_id("use-stop").press("Enter")
    expect(page.get_by_test_id("use")).to_have_attribute("data-withheld", "true")
    expect(page.get_by_test_id("likeness-uses")).to_be_focused()
    page.keyboard.press("ArrowRight")
    told = page.get_by_test_id("ledger").locator("li > span").all_inner_texts()
    assert told == [
        "You took a clip back (1 was withheld)",
        f"@{friends_name} showed you in a clip",
        f"You said yes to @{friends_name}",
        f"@{friends_name} asked to show you",
        f"@{strangers_name} was refused: not among those who may",
        f"You approved @{friends_name}",
        "You allowed: people I approve · asking each time",
        "You allowed: only me",
        "Your presence was checked by the camera",
    ]
    page.get_by_test_id("take-all-back").press("Enter")
    assert owner.get("/v1/me/likeness").json()["likeness"]["grant"] > 0
    page.get_by_test_id("take-all-back").press("Enter")
    expect(page.get_by_test_id("likeness-level")).to_contain_text("Nothing is lent")
    for client in (owner, friend, stranger):
        client.close()
