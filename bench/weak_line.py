"""A line that gets weak and strong again: ``python -m bench.weak_line [--kbit 800] [--clips 3]``.

Chromium watches a clip on air through a line of so many kbit/s, with a queue of half a second, that
is made of a socket and a clock. It is weak from the second second on, and good again when the small
picture is there. Seconds from one to the other, and the longest time that a picture stood.
"""

import argparse
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

import httpx
from msgspec import Struct
from playwright.sync_api import Page, sync_playwright

from bench.machine import describe
from tests.e2e.conftest import FLAGS, chromium
from tests.e2e.line import Line, a_line
from tests.e2e.whep import H264, SIZED, WATCH, statistics
from tests.support import Instance, free_port, instance

GOOD = 50e6
FULL, HALF = [576, 1024], [288, 512]
PROMPT = {"text": "a red fox hopping in the forest at night", "seconds": 10}
AGE = "(ms) => seen.length > 0 && performance.now() - seen[0].at > ms"


class Passage(Struct, frozen=True):
    """Seconds from weak to small, from good to large, the longest pause of the pictures, and how
    many packets were sent again."""

    down_s: float
    up_s: float
    still_s: float
    again: int


def watch(server: Instance, page: Page, line: Line, weak: float) -> Passage:
    """One clip through the line."""
    line.rate = GOOD
    clip = httpx.post(server.url + "/v1/clips", json=PROMPT).json()["id"]
    page.goto(server.url)
    page.evaluate(WATCH, [clip, H264, line.port])
    page.wait_for_function(AGE, arg=1500)
    line.rate = weak
    down_s = until(page, HALF)
    line.rate = GOOD
    up_s = until(page, FULL)
    times = [one["at"] / 1000 for one in page.evaluate("() => seen")]
    still_s = max(later - earlier for earlier, later in pairwise(times))
    return Passage(down_s, up_s, still_s, statistics(server, page)["again"])


def until(page: Page, size: list[int]) -> float:
    """Seconds until nine pictures of that size were shown."""
    began = time.perf_counter()
    page.wait_for_function(SIZED, arg=size)
    return time.perf_counter() - began


def measure(weak: float, clips: int) -> list[Passage]:
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        instance(Path(folder), pace=1, media_port=port) as server,
        a_line(port, GOOD) as line,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        found = [watch(server, page, line, weak) for _ in range(clips)]
        browser.close()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kbit", type=float, default=800)
    parser.add_argument("--clips", type=int, default=3)
    options = parser.parse_args()
    found = measure(options.kbit * 1000, options.clips)
    print(describe())
    print(f"{'':<34}{'median':>8}{'worst':>8}")
    for name, values in (
        ("s from weak to the small picture", [one.down_s for one in found]),
        ("s from good to the large picture", [one.up_s for one in found]),
        ("s that a picture stood at most", [one.still_s for one in found]),
        ("packets sent again", [one.again for one in found]),
    ):
        print(f"{name:<34}{median(values):>8.1f}{max(values):>8.1f}")


if __name__ == "__main__":
    main()
