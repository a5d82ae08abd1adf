"""A page of nobody's, and so of another origin than any server's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

from tests.e2e.conftest import FLAGS, chromium


@asynccontextmanager
async def a_page() -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield await browser.new_page()
        await browser.close()
