"""How somebody shares a clip that only they see."""

import re

from playwright.sync_api import Page, expect


def make_private_link(page: Page) -> str:
    """The address of its player with a token, which the sheet of the current clip makes once the
    origins make sense."""
    page.keyboard.press("s")
    expect(page.get_by_test_id("share-hint")).to_contain_text("Only you see this clip")
    expect(page.get_by_test_id("share-link")).to_be_hidden()
    page.get_by_test_id("share-origins").fill("not an origin")
    page.get_by_test_id("share-token").click()
    expect(page.get_by_test_id("share-hint")).to_contain_text("write it like https")
    page.get_by_test_id("share-origins").fill("")
    page.get_by_test_id("share-token").click()
    expect(page.get_by_test_id("share-code")).to_have_value(re.compile("iframe.*token="))
    return page.get_by_test_id("share-link").input_value()
