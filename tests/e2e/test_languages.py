"""Who reads French is spoken to in French, may choose English, and keeps what was chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PATIENCE_MS, PHONE
from tests.e2e.stock import stock
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder: Path = tmp_path_factory.mktemp("data")
    stock(folder, ["un renard de papier"])
    with instance(folder, workers=0) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Instance) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    yield page
    context.close()
    assert not errors


def test_a_french_browser_is_spoken_to_in_french_until_english_is_chosen(
    page: Page, server: Instance
) -> None:
    def says(language: str, mode: str, like: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_test_id("mode-foryou")).to_have_text(mode)
        deed = page.locator("article:not([inert])").get_by_test_id("like")
        expect(deed).to_have_attribute("aria-label", like)

    says("fr", "Pour toi", "J’aime, 0")
    page.get_by_test_id("me").click()
    page.get_by_test_id("handle-input").fill("admin")
    page.get_by_test_id("handle-save").click()
    expect(page.get_by_test_id("name")).to_contain_text("réservé à l’équipe du site")
    page.get_by_test_id("language").select_option("en")
    says("en", "For you", "Like, 0")
    page.reload()
    says("en", "For you", "Like, 0")
    page.context.clear_cookies(name="phosphene_language")
    page.reload()
    says("fr", "Pour toi", "J’aime, 0")
    # The player, too.
    page.goto(f"{server.url}/embed/none-such")
    expect(page.locator("phosphene-player")).to_contain_text("Ce clip n’existe pas")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.breadth
def test_modules_one_by_one_speak_as_the_bundle_does(page: Page, server: Instance) -> None:
    page.goto(f"{server.url}/client/index.html")
    deed = page.locator("article:not([inert])").get_by_test_id("like")
    expect(deed).to_have_attribute("aria-label", "J’aime, 0")
