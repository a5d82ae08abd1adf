"""Joining: ``python -m bench.join [--joins 50]``.

Chromium opens a connection of its own to a clip on air, again and again: from the POST of its offer
to the first picture that is presented, and to the answer.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from statistics import quantiles

from playwright.async_api import async_playwright

from bench.machine import describe
from bench.swipe import LIVE, serving
from tests.e2e.conftest import FLAGS, chromium

READ = """
async ([clips, joins]) => {
  const { WhepViewer } = await import('/client.js');
  const send = window.fetch;
  let posted, answered;
  window.fetch = async (url, options) => {
    if (options.method !== 'POST') return send(url, options);
    posted = performance.now();
    const answer = await send(url, options);
    answered = performance.now();
    return answer;
  };
  const join = (clip) => new Promise((resolve) => {
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true, playsInline: true });
    document.body.append(video);
    const viewer = new WhepViewer(`/v1/clips/${clip}/whep`, {
      stream(stream) {
        video.srcObject = stream;
        video.play();
        const look = (_, { rtpTimestamp, width }) => {
          // Before the first picture of a stream Chromium may present a black one of its own.
          if (rtpTimestamp === undefined) return video.requestVideoFrameCallback(look);
          resolve({ picture: performance.now() - posted, answer: answered - posted, width });
          viewer.close();
          video.remove();
        };
        video.requestVideoFrameCallback(look);
      },
      ended() { resolve(null); },
    });
  });
  const found = [];
  for (let i = 0; i <= joins; i++) {
    found.push(await join(clips[i % clips.length]));
    await new Promise((resolve) => setTimeout(resolve, 50 + 300 * Math.random()));
  }
  return found.slice(1);
}
"""


async def measure(joins: int) -> list[dict[str, float]]:
    """Milliseconds to the answer and to the first picture, of each joining."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder)) as url, async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = await browser.new_page()
            await page.goto(url)
            found = await page.evaluate(READ, [[str(one) for one in range(LIVE)], joins])
            await browser.close()
    return list(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--joins", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.joins))
    figures: dict[str, float] = {"joins": len(found)}
    for name in ("answer", "picture"):
        cuts = quantiles([one[name] for one in found], n=100)
        figures |= {f"{name}_p50_ms": cuts[49], f"{name}_p95_ms": cuts[94]}
    if options.json:
        print(json.dumps(figures))
        return
    print(describe())
    print("".join(f"{name:>16}" for name in figures))
    print("".join(f"{value:>16.0f}" for value in figures.values()))


if __name__ == "__main__":
    main()
