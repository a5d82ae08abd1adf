"""Finished clips over a weak line: ``python -m bench.weak_files [--kbit 1600] [--clips 4]``.

The page in Chromium, whose own emulation of a network gives it so many kbit/s and that latency.
Each clip is looked at for some seconds, then comes a swipe to the next. Of each clip: seconds until
its first picture moves, how often it stalled after that, and how much of the time a picture moved.
``--data`` keeps what was drawn for another run.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

import httpx
from msgspec import Struct
from playwright.sync_api import Page, sync_playwright

from bench.machine import describe
from tests.e2e.conftest import FLAGS, PHONE, chromium
from tests.support import Instance, instance

PROMPTS = (
    "a red fox hopping in the forest at night",
    "a blue whale under the sea",
    "a green frog in the mountains in the rain",
    "an owl circling over the city at dawn",
    "two yellow fish underwater",
)
WATCH = """() => {
  const fresh = (card) => ({ card, stalls: 0, moved: 0, first: null, since: performance.now() });
  const current = () => document.querySelector("article:not([inert])");
  window.seen = fresh(current());
  addEventListener("waiting", ({ target }) => {
    const { buffered, duration } = target; // of what is whole only the loop's jump is left
    const whole = buffered.length > 0 && buffered.end(buffered.length - 1) > duration - 0.2;
    if (!whole && seen.first !== null && seen.card?.contains(target)) seen.stalls++;
  }, true);
  let [at, before] = [0, performance.now()];
  const look = () => {
    const [card, now] = [current(), performance.now()];
    const time = card?.querySelector("video")?.currentTime ?? 0;
    if (card !== seen.card) (window.seen = fresh(card)), (at = time);
    if (time !== at) (seen.first ??= (now - seen.since) / 1000), (seen.moved += now - before);
    [at, before] = [time, now];
    requestAnimationFrame(look);
  };
  look();
}"""


class Look(Struct, frozen=True):
    """At one clip: seconds until it moves (None: never), stalls, share of the time with motion."""

    first: float | None
    stalls: int
    share: float
    file: str


def draw(server: Instance, count: int, seconds: int) -> None:
    """So many finished clips, but for those that are there."""
    with httpx.Client(base_url=server.url, timeout=60) as http:
        there = len(http.get("/v1/clips").json()["clips"])
        for text in PROMPTS[there:count]:
            prompt = {"text": text, "seconds": seconds}
            clip = http.post("/v1/clips", json=prompt).json()["id"]
            while http.get(f"/v1/clips/{clip}").json()["clip"]["status"] != "done":
                time.sleep(0.5)


def throttle(page: Page, kbit: int, latency_ms: int) -> None:
    rate = kbit * 1000 / 8
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
            "connectionType": "cellular4g",
        },
    )


def look(page: Page, seconds: float) -> Look:
    page.wait_for_timeout(1000 * seconds)
    seen = page.evaluate("() => ({ ...seen, card: null, now: performance.now() })")
    video = "() => document.querySelector('article:not([inert]) video')?.currentSrc ?? ''"
    file = page.evaluate(video).rpartition("/")[2]
    share = seen["moved"] / (seen["now"] - seen["since"])
    return Look(seen["first"], seen["stalls"], share, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kbit", type=int, default=1600)
    parser.add_argument("--latency", type=int, default=150, help="ms")
    parser.add_argument("--clips", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=12.0, help="to look at each clip")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(instance(folder))
        draw(server, options.clips, 8)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=PHONE)
        throttle(page, options.kbit, options.latency)
        page.goto(server.url)
        page.evaluate(WATCH)
        looks = []
        for number in range(options.clips):
            looks.append(look(page, options.seconds))
            if number < options.clips - 1:
                page.keyboard.press("ArrowDown")
        browser.close()
    print(describe())
    print(f"{options.kbit} kbit/s, {options.latency} ms, {options.seconds:g} s a clip")
    for one in looks:
        first = "never" if one.first is None else f"{one.first:.1f} s"
        print(f"{one.file}: moves after {first}, {one.stalls} stalls, moves {one.share:.0%}")
    stalls, share = sum(one.stalls for one in looks), mean(one.share for one in looks)
    print(f"stalls in all: {stalls}, moves {share:.0%} of the time")


if __name__ == "__main__":
    main()
