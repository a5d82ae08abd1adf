"""A real Chromium, headless, for all files of a process; pages in their own contexts.

Its driver keeps an event loop running in this thread, beside which no asyncio test can run: outside
of files with a browser that loop is not the running one.
"""

import asyncio
import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from phosphene.api.modules import client_module
from tests.support import Instance

# Each window of Chromium draws two pages more, for what its address bar may drop down: 0.9 of the
# 1.5 s of CPU that a page took to open. The other names are those that Playwright gives, which ours
# replace.
WITHOUT = [
    *("WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
]
FLAGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
PATIENCE_MS = 180_000
"""What is waited for in a page is waited for as long as the watch over tests that hang does, which
says where. Playwright's 5 s, and 30 of our own, were timings that nobody asked for: beside a
program that trains a clip of 5 s took longer than that."""
PHONE = ViewportSize(width=390, height=844)
# What breathes and shimmers is drawn 60 times a second: half of the CPU of a page on which a clip
# forms. All else is as it is for those who asked for no less motion, `matchMedia` too.
STILL = """
const still = new CSSStyleSheet();
still.replaceSync(`*, *::before, *::after {
  animation-duration: 1ms !important;
  animation-iteration-count: 1 !important;
  transition: none !important;
}`);
document.adoptedStyleSheets.push(still);
"""

CLIENT = Path(__file__).parents[2] / "client_demo"

Open = Callable[..., Page]
Run = Callable[[str, str], Any]


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert path, "the tests need Chromium: run `make test`"
    return path


@pytest.fixture(scope="module")
def browser_flags() -> list[str]:
    """What a file needs beyond the others."""
    return []


def headless_shell() -> str:
    """Chromium without windows, as Debian builds it too: a page costs two thirds of the CPU. The
    whole one where it is not installed."""
    return shutil.which("chromium-headless-shell") or chromium()


def launch(playwright: Playwright, flags: list[str]) -> Browser:
    path = os.environ.get("CHROMIUM") or headless_shell()
    return playwright.chromium.launch(executable_path=path, args=FLAGS + flags)


@contextmanager
def running(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Within, the driver's loop is the one that runs in this thread."""
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def driver() -> Iterator[tuple[asyncio.AbstractEventLoop, Playwright, Browser]]:
    """Once for all files: a start of it and of Chromium costs 0.7 s of CPU."""
    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()
    with running(loop):
        browser = launch(playwright, [])
    yield loop, playwright, browser
    with running(loop):
        browser.close()
        playwright.stop()


@pytest.fixture(scope="module")
def playwright(
    driver: tuple[asyncio.AbstractEventLoop, Playwright, Browser],
) -> Iterator[Playwright]:
    with running(driver[0]):
        yield driver[1]


@pytest.fixture(scope="module")
def browser(
    driver: tuple[asyncio.AbstractEventLoop, Playwright, Browser],
    playwright: Playwright,
    browser_flags: list[str],
) -> Iterator[Browser]:
    if not browser_flags:
        yield driver[2]
        return
    own = launch(playwright, browser_flags)
    yield own
    own.close()


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session", autouse=True)
def clicks_leave_the_column() -> Iterator[None]:
    """Where a click has to be tried again Playwright scrolls its target to another edge of the
    window, needed or not. A button at the top of a clip then goes to the foot: the column snaps to
    the clip before, and the button is inert. What is clicked in the column is before the person."""
    click = Locator.click

    def click_in_place(self: Locator, **options: Any) -> None:
        scrolls = self.evaluate("one => !one.closest('#feed')", timeout=options.get("timeout"))
        click(self, scroll="auto" if scrolls else "none", **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click_in_place)
        yield


@pytest.fixture(scope="module", autouse=True)
def few_pictures_a_second() -> Iterator[None]:
    """Of those that are painted: a page that shows 24 takes twice the CPU of one that shows 8."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EASEL_FPS", "8")
        yield


@pytest.fixture(scope="module")
def moves() -> bool:
    """Whether a file looks at what moves, too."""
    return False


@pytest.fixture
def open_page(browser: Browser, moves: bool) -> Iterator[Open]:
    """Opens a page as a new visitor (an own context) at an instance; its errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(server: Instance, path: str = "/") -> Page:
        # Without the worker, which would answer for what a test holds back (test_installed.py).
        context = browser.new_context(viewport=PHONE, has_touch=True, service_workers="block")
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if not moves:
            context.add_init_script(STILL)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


class Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/client.js":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.end_headers()
        self.wfile.write(client_module(CLIENT).encode())
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def run(browser: Browser) -> Iterator[Run]:
    """Evaluates an expression with a module of the client as ``m``."""
    with modules(browser, "en") as run:
        yield run


@contextmanager
def modules(browser: Browser, language: str) -> Iterator[Run]:
    """The same in a language."""
    handler = functools.partial(Quiet, directory=str(CLIENT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/favicon.svg")
        page.evaluate("language => void (document.documentElement.lang = language)", language)
        yield lambda module, code: page.evaluate(f"import('/{module}.js').then((m) => ({code}))")
        page.close()
        server.shutdown()
        thread.join()
