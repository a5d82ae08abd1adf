"""The page for eyes that need contrast, and for ears: what lies over a bright picture can be read,
and who has a keyboard and a screen reader hears of each clip."""

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.breadth import wide
from tests.e2e.conftest import Open
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
TEXTS = ".author, .age, .ai, .text, .count, .slots, .modes button"
# Boxes and colours of the words over the picture; then nothing is left of them but their ground.
BARE = """(texts) => {
  const here = document.querySelector("article:not([inert])");
  const picture = here.querySelector(".picture").getBoundingClientRect();
  const found = [...document.querySelectorAll(texts)]
    .filter((one) => one.checkVisibility() && (here.contains(one) || one.closest(".modes")))
    .filter((one) => one.textContent && one.getBoundingClientRect().bottom > picture.top)
    .map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const [color, edge] = [getComputedStyle(one).color, 2]; // what has a border
      return [one.className, color, x + edge, y + edge, width - 2 * edge, height - 2 * edge];
    });
  const unframed = new CSSStyleSheet();
  unframed.replaceSync(".ai::before { border: 0 }");
  document.adoptedStyleSheets.push(unframed);
  for (const one of document.querySelectorAll(`${texts}, ${texts} *, .icon`)) {
    one.style.setProperty("color", "transparent", "important");
    one.style.textShadow = "none";
  }
  return found;
}"""

USED = """(card) => {
  const link = card.querySelector(".author");
  link.style.outline = "none";
  link.focus();
  if (card.dataset.folded === "true") card.querySelector(".text").click();
}"""


@pytest.fixture(scope="module")
def moves() -> bool:
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("data")
    stock(folder, [f"a paper fox, number {number}" for number in range(3)])
    with instance(folder, workers=0) as running:
        yield running


def light(pixels: np.ndarray) -> np.ndarray:
    """Relative luminance of sRGB (WCAG 2.2)."""
    share = pixels[..., :3] / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def bright(route: Route) -> None:
    picture = BytesIO()
    Image.new("RGB", (144, 256), (255, 252, 240)).save(picture, "JPEG")
    route.fulfill(body=picture.getvalue(), content_type="image/jpeg")


@pytest.mark.parametrize(
    ("size", "folded"),
    [((390, 844), False), wide((390, 844), True), wide((320, 568), False), ((320, 568), True)],
)
def test_words_over_a_bright_picture_have_their_contrast(
    server: Instance, open_page: Open, size: tuple[int, int], folded: bool
) -> None:
    page = open_page(server, "/embed/none")
    page.context.route("**/poster.jpg", bright)
    page.context.route("**/*.mp4", lambda route: route.abort())
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(server.url)
    stage = page.locator("article:not([inert]) .stage")
    expect(stage).to_have_attribute("style", re.compile("--shade-rail"))  # the poster is there
    card = page.locator("article:not([inert])")
    if not folded:  # words that somebody uses stay as they are
        card.evaluate(USED)
    expect(card).to_have_attribute("data-folded", str(folded).lower())
    boxes = page.evaluate(BARE, TEXTS)
    shot = np.asarray(Image.open(BytesIO(page.screenshot(animations="disabled"))), np.float64)
    assert len(boxes) > 6
    for name, color, x, y, width, height in boxes:
        left, top = max(0, int(x)), max(0, int(y))
        ground = light(shot[top : int(y + height), left : int(x + width)])
        letters = light(np.array([float(one) for one in re.findall(r"[\d.]+", color)]))
        ratio = (letters + 0.05) / (np.percentile(ground, 90) + 0.05)
        assert ratio >= 4.5, (name, color, round(float(ratio), 2))


def test_who_hears_the_page_uses_keys_or_needs_large_type(
    server: Instance, open_page: Open
) -> None:
    page = open_page(server)
    each_clip_is_said_and_has_the_focus_of_who_uses_keys(page)
    tabs_are_tabs(page)
    type_follows_the_size_that_a_browser_is_told(page)


def each_clip_is_said_and_has_the_focus_of_who_uses_keys(page: Page) -> None:
    card = page.locator("article:not([inert])")
    expect(page.get_by_test_id("announce")).to_have_text("a paper fox, number 2, @author")
    page.keyboard.press("j")
    expect(card).to_be_focused()
    expect(card).to_have_accessible_name("a paper fox, number 1")
    expect(page.get_by_test_id("announce")).to_have_text("")
    column = page.get_by_role("feed")
    assert column.evaluate(
        "one => [...one.children].every(({ localName }) => localName === 'article')"
    )


def tabs_are_tabs(page: Page) -> None:
    lineage, comments = page.get_by_role("tab", name="Lineage"), page.get_by_test_id("tab-comments")
    for motion in ("reduce", "no-preference"):
        page.emulate_media(reduced_motion=motion)
        page.locator("article:not([inert])").get_by_test_id("lineage").click()
        expect(lineage).to_be_focused()
        page.keyboard.press("Escape")
        expect(lineage).to_be_hidden()
    page.locator("article:not([inert])").get_by_test_id("lineage").click()
    lineage.press("ArrowRight")
    expect(comments).to_be_focused()
    expect(comments).to_have_attribute("aria-controls", "panel-comments")
    expect(lineage).to_have_attribute("tabindex", "-1")
    expect(page.get_by_role("tabpanel", name="Comments")).to_be_visible()


def type_follows_the_size_that_a_browser_is_told(page: Page) -> None:
    text = page.locator("article:not([inert])").get_by_test_id("text")
    expect(text).to_be_visible()
    # At one go: words are folded, and smaller, after a while.
    before, after = text.evaluate(
        """one => {
          const size = () => parseFloat(getComputedStyle(one).fontSize);
          const before = size();
          document.documentElement.style.fontSize = "200%";
          return [before, size()];
        }"""
    )
    assert after == pytest.approx(2 * before)
