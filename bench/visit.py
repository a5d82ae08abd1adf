"""A first visit, and a second one: ``python -m bench.visit [--data FOLDER] [--visits 5]``.

Chromium opens the page of an instance with finished clips over a line of 1.6 Mbit/s and 150 ms.
What is asked for before the first picture of a clip stands, how large that is (compressed), and
when what one sees is there. The second visit has the cache of the first.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.machine import describe
from tests.e2e.conftest import FLAGS, PHONE, chromium
from tests.e2e.stock import stock
from tests.support import Instance, instance

CLIPS = 25
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
WATCH = """
window.seen = {};
window.whole = new Promise((done) => {
  const note = (what) => {
    seen[what] ??= performance.now();
    if (seen.picture && seen.moves) done();
  };
  const shown = ({ target }) => target.matches?.('img.poster') && note('picture');
  const plays = ({ target }) => target.requestVideoFrameCallback(() => note('moves'));
  document.addEventListener('load', shown, true);
  document.addEventListener('playing', plays, true);
});
new PerformanceObserver((list) => { seen.largest = list.getEntries().at(-1).startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
"""
MEASURE = """() => {
  const [visit] = performance.getEntriesByType('navigation');
  const asked = [visit, ...performance.getEntriesByType('resource')]
    .filter(({ startTime }) => startTime < seen.picture);
  const kB = (kind) => asked.filter(({ name }) => kind.test(new URL(name).pathname))
    .reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000;
  const [first] = performance.getEntriesByName('first-contentful-paint');
  return {
    requests: asked.length,
    'script kB': kB(/[.]js$/),
    'style kB': kB(/[.]css$/),
    'API kB': kB(/^[/]v1[/](?!.*[.](mp4|jpg))/),
    'all kB': kB(/./),
    'FCP ms': first.startTime,
    'LCP ms': seen.largest,
    'picture ms': seen.picture,
    'moves ms': seen.moves,
  };
}"""


def visit(context: BrowserContext, server: Instance) -> dict[str, Any]:
    """One visit over the line, until the first clip moves."""
    page = context.new_page()
    page.add_init_script(WATCH)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    page.goto(server.url, wait_until="commit")
    page.evaluate("() => whole")
    found: dict[str, Any] = page.evaluate(MEASURE)
    page.close()
    return found


def both(browser: Browser, server: Instance) -> tuple[dict[str, Any], dict[str, Any]]:
    """A first visit and a second one of somebody new."""
    context = browser.new_context(viewport=PHONE, has_touch=True)
    found = visit(context, server), visit(context, server)
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder with finished clips")
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        if options.data is None:
            stock(data, [f"a paper fox that counts to {number}" for number in range(CLIPS)])
        with (
            instance(data, workers=0) as server,
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium(), args=FLAGS) as browser,
        ):
            visits = [both(browser, server) for _ in range(options.visits)]
    print(describe())
    print(f"{'median of ' + str(options.visits):14}{'first':>9}{'second':>9}")
    for name in visits[0][0]:
        first, second = (median(one[which][name] for one in visits) for which in (0, 1))
        print(f"{name:14}{first:9.1f}{second:9.1f}")


if __name__ == "__main__":
    main()
