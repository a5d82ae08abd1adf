"""The page as an app: it can be installed, is there without a line, and is told while it is closed.

In a profile of its own, because Chromium neither installs nor pushes in a private window; headless
it reaches no push service, so that what one would bring is handed to the worker by the browser's
own tool (ServiceWorker.deliverPushMessage), and the subscription is made by the test.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Worker, expect

from tests.e2e.conftest import FLAGS, PHONE, chromium
from tests.e2e.stock import stock
from tests.support import Instance, instance
from tests.trust.test_web_push import KEYS

pytestmark = [pytest.mark.browser, pytest.mark.process]
READY = "navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')"
KEPT = """caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.keys())
  .then((all) => all.map(({ url }) => new URL(url).pathname))"""
# What the worker makes its push wait for is known from then on.
COUNT = """() => void (self.pushed = new Promise((done) => {
  PushEvent.prototype.waitUntil = function (work) {
    ExtendableEvent.prototype.waitUntil.call(this, work);
    done(work);
  };
}))"""
# How often one may sign in from here by now.
LEFT = """fetch('/v1/sign-in/recovery', { method: 'POST',
  headers: { 'content-type': 'application/json' }, body: '{"handle": "nobody", "code": "x"}' })
  .then(({ headers }) => Number(/sign-in-address";r=(\\d+)/.exec(headers.get('ratelimit'))[1]))"""
SERVICE = "http://127.0.0.1:9"
# Headless Chromium waits for its own push service for ever.
REACHED = """([service, keys]) => {
  let here = null;
  const made = (key) => ({
    options: { applicationServerKey: key },
    toJSON: () => ({ endpoint: `${service}/secret`, keys }),
    unsubscribe: async () => ((here = null), true),
  });
  PushManager.prototype.getSubscription = async () => here;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) =>
    (here = made(applicationServerKey.buffer));
}"""
TOLD = "fetch('/v1/me/push').then((told) => told.json())"
SHOWN = """self.pushed.then(() => registration.getNotifications()).then((all) => all.map(
  ({ title, body, tag, data }) => ({ title, body, tag, url: data.url })))"""
PRESS = """registration.getNotifications().then(([notification]) =>
  void dispatchEvent(new NotificationEvent("notificationclick", { notification })))"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    data = tmp_path_factory.mktemp("data")
    return data, stock(data, ["a paper fox", "a red kite"])


@pytest.fixture
def profile(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium(), args=FLAGS, viewport=PHONE, has_touch=True
    )
    yield context
    context.close()


class Tool:
    """Hands messages to the worker as if its push service had brought them."""

    def __init__(self, page: Page, server: Instance) -> None:
        self._origin = server.url
        self._session = page.context.new_cdp_session(page)
        self._ids = list[str]()
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._session.send("ServiceWorker.enable")
        # Chromium answers before it has looked them up, and tells of them then.
        while not self._ids:
            page.evaluate("navigator.serviceWorker.getRegistrations().then(() => {})")

    def _note(self, told: dict[str, Any]) -> None:
        self._ids += [one["registrationId"] for one in told["registrations"]]

    def push(self, worker: Worker, message: dict[str, Any]) -> list[Any]:
        """What is shown of it, once the worker is done with it."""
        worker.evaluate(COUNT)
        told = {"origin": self._origin, "registrationId": self._ids[0], "data": json.dumps(message)}
        self._session.send("ServiceWorker.deliverPushMessage", told)
        shown: list[Any] = worker.evaluate(SHOWN)
        return shown


def turn_on_and_off(page: Page) -> None:
    page.evaluate(REACHED, [SERVICE, {"p256dh": KEYS.p256dh, "auth": KEYS.auth}])
    page.get_by_test_id("inbox-open").click()
    page.get_by_test_id("inbox-settings").click()
    button = page.get_by_test_id("notify-push")
    for state, services in (("on", [SERVICE]), ("off", [])):
        button.click()
        expect(button).to_have_attribute("data-state", state)
        assert [one["service"] for one in page.evaluate(TOLD)["subscriptions"]] == services
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("inbox")).to_be_hidden()


def asked_once(page: Page, server: Instance) -> None:
    """What is good once, as the way back from a provider, is asked of the server once."""
    before = page.evaluate(LEFT)
    page.goto(f"{server.url}/v1/sign-in/oidc/callback")
    assert before - page.evaluate(LEFT) == 2  # with the question itself
    page.goto(server.url)


def test_it_is_installed_told_while_closed_and_there_without_a_line(
    profile: BrowserContext, clips: tuple[Path, list[str]]
) -> None:
    page = profile.pages[0]
    with instance(clips[0], workers=0, push_services=SERVICE) as server:
        profile.grant_permissions(["notifications"], origin=server.url)
        page.goto(server.url)
        page.wait_for_function(READY)
        errors = profile.new_cdp_session(page).send("Page.getInstallabilityErrors")
        assert errors["installabilityErrors"] == []
        kept = page.evaluate(KEPT)
        assert "/" in kept
        assert not [path for path in kept if path.startswith("/v1/")]
        asked_once(page, server)
        turn_on_and_off(page)
        worker, tool = profile.service_workers[0], Tool(page, server)
        said = {"title": "@ben liked your clip", "body": "", "tag": "liked"}
        url = f"/?clip={clips[1][0]}"
        message = {"notification": said | {"navigate": url}, "app_badge": 1}
        # Who sees the page sees the mark on the bell.
        assert tool.push(worker, message) == []
        page.goto("about:blank")
        assert tool.push(worker, message) == [said | {"url": url}]
        # A page that is open goes there.
        page.goto(server.url)
        expect(page.locator("article").first).to_be_visible()
        worker.evaluate(PRESS)
        expect(page).to_have_url(server.url + url)
    page.goto(server.url)
    expect(page.get_by_test_id("empty")).to_contain_text("You are offline.")
    expect(page.get_by_test_id("tail-compose")).to_be_hidden()
