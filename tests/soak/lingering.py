"""A person swipes through a fresh instance and lingers on one kind of clips; then elsewhere.

    python -m tests.soak.lingering [--minutes 3] [--shots FOLDER]

A real Chromium as large as a phone, a real server with its feed process and its house, 144
finished clips of seven kinds by thirty people. It prints what share of what was before the person
was of the kind they lingered on, a quarter of the time after the other, then on a second device;
what they are told of why; that nothing scary comes once they have said so, and for how long. It
ends with 1 when there was an end, a black card or a blank page, when something scary came, when
something came twice, or when the feed is not about what they lingered on.
"""

import argparse
import io
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import PHONE, launch
from tests.e2e.stock import stock
from tests.support import Instance, instance

PLACES: Final = (
    "at dawn",
    "in the rain",
    "at night",
    "in the snow",
    "by the sea",
    "in a garden",
    "on a hill",
    "at noon",
)
KINDS: Final = {
    "whale": tuple(f"a {how} whale" for how in ("blue", "white", "grey", "small", "huge", "lone")),
    "fox": ("a red fox", "a fox that sleeps"),
    "city": ("a tram in the city", "a neon street"),
    "flower": ("a field of tulips", "a rose that opens"),
    "robot": ("a small robot", "a robot that dances"),
    "boat": ("a wooden boat", "a sailing ship"),
    "scary": ("a zombie in a dark corridor", "a ghost in a haunted house"),
}
LOVED: Final = "whale"
LINGER_S: Final = 4.0
GLANCE_S: Final = 0.7
DARK: Final = 12
"""Mean of a screen, of 255, below which nothing is to be seen."""
ABOUT: Final = 0.5
"""A feed of which so much is of a kind is about it: of all clips it is a third."""


class Walk:
    """What one device was shown."""

    def __init__(self, page: Page, kinds: dict[str, str], shots: Path | None) -> None:
        self._page, self._kinds, self._shots = page, kinds, shots
        self.shown: list[str] = []
        self.faults: list[str] = []

    def swipe_for(self, seconds: float) -> None:
        """Look at clips, at those of the loved kind for longer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            self.turn()

    def look(self) -> str:
        """Have the clip before one for as long as it deserves; its kind."""
        card = self._page.locator("article:not([inert])").first
        clip = card.get_attribute("data-clip", timeout=15_000)
        if clip is None:
            self.faults.append("an end")
            return ""
        kind = self._kinds.get(clip, "house")
        if clip in self.shown:
            self.faults.append(f"{clip} ({kind}) twice")
        self.shown.append(clip)
        self._page.wait_for_timeout(1000 * (LINGER_S if kind == LOVED else GLANCE_S))
        self._judge_screen(kind)
        return kind

    def turn(self) -> None:
        """To the next one; it is there within five seconds."""
        self._page.keyboard.press("ArrowDown")
        try:
            self._page.wait_for_function(
                "last => { const one = document.querySelector('article:not([inert])');"
                " return one && one.dataset.clip && one.dataset.clip !== last }",
                arg=self.shown[-1],
                timeout=15_000,
            )
        except Exception as error:  # what is left is told by the report
            self.faults.append(f"no next one: {str(error).splitlines()[0]}")
            self._keep("stuck")
            raise

    def kinds(self) -> list[str]:
        """Of all that was shown."""
        return [self._kinds.get(one, "house") for one in self.shown]

    def _judge_screen(self, kind: str) -> None:
        screen = Image.open(io.BytesIO(self._page.screenshot())).convert("L")
        middle = np.asarray(screen)[150:600, 40:300].astype(float)
        if middle.mean() < DARK or middle.std() < 1:
            self.faults.append(f"nothing to be seen of a clip ({kind}, {middle.mean():.0f})")
            self._keep("dark")

    def _keep(self, name: str) -> None:
        if self._shots is not None:
            self._page.screenshot(path=self._shots / f"{name}-{len(self.shown)}.png")


def walk(data: Path, minutes: float, shots: Path | None) -> int:
    """All of it; how many faults there were."""
    made = [
        (kind, f"{told} {place}")
        for kind, tellings in KINDS.items()
        for told in tellings
        for place in PLACES
    ]
    Random(1).shuffle(made)
    clips = stock(data, [text for _, text in made], people=30)
    kinds = {clip: kind for clip, (kind, _) in zip(clips, made, strict=True)}
    with (
        instance(data, painted=True, house=True, feed_learner=True, feed_meaning=True) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, [])
        phone = open_device(browser, server, None)
        here = Walk(phone, kinds, shots)
        here.swipe_for(60 * minutes)
        tell("the phone", here)
        tell_why(phone, here)
        tablet = open_device(browser, server, phone)
        there = Walk(tablet, kinds, shots)
        there.shown = list(here.shown)
        seen = len(there.shown)
        for _ in range(10):
            there.look()
            there.turn()
        print("second device:", *there.kinds()[seen:])
        wish(tablet, "nothing scary for a week")
        said = len(there.shown)
        there.swipe_for(30)
        scary = there.kinds()[said + 1 :].count("scary")
        print(f"after nothing scary: {len(there.shown) - said} clips, {scary} scary")
        faults = here.faults + there.faults + ["something scary"] * scary
        faults += hold_for_a_week(tablet, data, kinds)
        faults += judge(here.kinds(), there.kinds()[seen : seen + 10])
        browser.close()
    print("\n".join(f"FAULT: {one}" for one in faults) or "no end, no black card, no blank page")
    return len(faults)


def open_device(browser: Browser, server: Instance, same_as: Page | None) -> Page:
    """A page of a new device, of the same person where there is one already."""
    context = browser.new_context(viewport=PHONE, has_touch=True, service_workers="block")
    if same_as is not None:
        # As who has signed in with the same passkey: nothing else of the first device is there.
        context.add_cookies(
            [
                {"name": one["name"], "value": one["value"], "url": server.url}
                for one in same_as.context.cookies()
            ]
        )
    page = context.new_page()
    page.goto(server.url)
    return page


def tell(name: str, one: Walk) -> None:
    """What share was of the loved kind, quarter by quarter."""
    kinds, quarter = one.kinds(), max(1, len(one.shown) // 4)
    shares = [share(kinds[at : at + quarter]) for at in range(0, 4 * quarter, quarter)]
    print(
        f"{name}: {len(kinds)} clips; share of {LOVED}: {' '.join(f'{one:.0%}' for one in shares)}"
    )
    print(" ", *kinds)


def share(kinds: list[str]) -> float:
    """Of the loved kind."""
    return kinds.count(LOVED) / max(1, len(kinds))


def tell_why(page: Page, here: Walk) -> None:
    """What the person is told of why, of the clip before them."""
    card = page.locator("article:not([inert])")
    card.get_by_test_id("more").click()
    page.get_by_test_id("more-why").click()
    page.wait_for_timeout(1500)
    print(f"why ({here.kinds()[-1]} before it): {page.get_by_test_id('more-why').inner_text()!r}")
    page.keyboard.press("Escape")


def wish(page: Page, words: str) -> None:
    """Say it on the page."""
    page.keyboard.press("w")
    page.get_by_test_id("tune-input").fill(words)
    page.keyboard.press("Enter")
    page.get_by_test_id("tune-item").first.wait_for()
    print("understood:", page.get_by_test_id("tune-item").all_inner_texts())
    page.get_by_test_id("tune").get_by_label("Close").click()


def hold_for_a_week(page: Page, data: Path, kinds: dict[str, str]) -> list[str]:
    """Until the last hour of a week nothing scary is listed, and after it the wish is gone."""
    faults = []
    for hours, held in ((7 * 24 - 1, True), (1.1, False)):
        with closing(sqlite3.connect(data / "phosphene.db")) as cx, cx:
            cx.execute("UPDATE wishes SET until = until - ?", (hours * 3600,))
        wishes = page.evaluate("fetch('/v1/feed/wishes').then(one => one.json())")
        listed = page.evaluate(
            "fetch('/v1/feed', {method: 'POST', headers: {'content-type': 'application/json'},"
            " body: '{\"limit\": 50}'}).then(one => one.json())"
        )
        scary = [one["id"] for one in listed["clips"] if kinds.get(one["id"]) == "scary"]
        left, of = len(wishes["wishes"]), len(listed["clips"])
        print(f"{hours} h later: {left} wishes, {len(scary)} scary of {of}")
        if held and (scary or not wishes["wishes"]):
            faults.append("within the week the wish did not hold")
        if not held and wishes["wishes"]:
            faults.append("after the week the wish was still there")
    return faults


def judge(kinds: list[str], elsewhere: list[str]) -> list[str]:
    """Whether the feed is about what was lingered on, while there is any, here and there."""
    quarter = max(1, len(kinds) // 4)
    faults = []
    if share(kinds[-quarter:]) < ABOUT:
        faults.append("the feed is not about what the person lingered on")
    if share(elsewhere) < ABOUT:
        faults.append("on the second device it did not go on")
    return faults


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--shots", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="phosphene.lingering.") as folder:
        return 1 if walk(Path(folder) / "data", asked.minutes, asked.shots) else 0


if __name__ == "__main__":
    sys.exit(main())
