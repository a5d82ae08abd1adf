"""What a server costs that nobody uses: ``python -m bench.idle [--seconds 20] [--page]``.

An instance with its worker warm and no viewers: milliseconds of CPU and wake-ups of each process in
a second. ``--page``: one page is open in Chromium (socket, feed, no clip on air).
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from playwright.async_api import async_playwright

from bench.machine import describe
from tests.e2e.conftest import FLAGS, chromium
from tests.support import instance

SETTLE_S = 5.0


def used(process: psutil.Process) -> tuple[float, int]:
    """Milliseconds of CPU and wake-ups of all its threads so far (Linux)."""
    run_ms, wakes = 0.0, 0
    for thread in Path(f"/proc/{process.pid}/task").iterdir():
        run_ms += int((thread / "schedstat").read_text().split()[0]) / 1e6
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                wakes += int(line.split()[1])
    return run_ms, wakes


@asynccontextmanager
async def looking(url: str, *, page: bool) -> AsyncIterator[None]:
    if not page:
        yield
        return
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        await (await browser.new_page()).goto(url)
        yield
        await browser.close()


async def measure(seconds: float, *, page: bool) -> dict[str, float]:
    """Of the instance and of its worker, per second."""
    with tempfile.TemporaryDirectory() as data, instance(Path(data)) as server:
        processes = [psutil.Process(server.process.pid)]
        processes += processes[0].children(recursive=True)
        async with looking(server.url, page=page):
            await asyncio.sleep(SETTLE_S)
            before = [used(one) for one in processes]
            await asyncio.sleep(seconds)
            after = [used(one) for one in processes]
    figures = {}
    for name, then, now in zip(("instance", "worker"), before, after, strict=True):
        figures[f"{name}_ms"] = (now[0] - then[0]) / seconds
        figures[f"{name}_wakes"] = (now[1] - then[1]) / seconds
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.seconds, page=options.page))
    if options.json:
        print(json.dumps(figures))
        return
    print(describe())
    print(f"{'in a second':<12}{'CPU ms':>10}{'wake-ups':>10}")
    for name in ("instance", "worker"):
        print(f"{name:<12}{figures[name + '_ms']:>10.2f}{figures[name + '_wakes']:>10.1f}")


if __name__ == "__main__":
    main()
