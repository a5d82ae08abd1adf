"""First light: ``python -m bench.first_light [--clips 10]``.

From a prompt sent by the page to its first picture painted in Chromium, beside the bare model's
first decoded second, both in one run. Also the real-time factor of the whole line.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import torch
from playwright.async_api import Page, async_playwright

from bench.machine import describe
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.embedded.load import load
from phosphene.render.worker.renderer import Brief, Renderer, patches_alone
from tests.e2e.conftest import FLAGS, chromium
from tests.support import instance

PROMPTS = (
    "a red balloon over the hills at sunset",
    "a blue whale under the sea",
    "a green bird in the forest at dawn",
    "a white rabbit hopping in the desert at night",
    "a yellow fish circling underwater",
)
FIRST_LIGHT = """
async ([text]) => {
  const { WhepViewer } = await import('/client.js');
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  document.body.append(video);
  const began = performance.now();
  const answer = await fetch('/v1/clips', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, seconds: 2 }),
  });
  const clip = await answer.json();
  const accepted = performance.now();
  const painted = await new Promise((resolve, reject) => {
    const viewer = new WhepViewer(`/v1/clips/${clip.id}/whep`, {
      stream(stream) {
        video.srcObject = stream;
        video.play();
        video.requestVideoFrameCallback(() => { resolve(performance.now()); viewer.close(); });
      },
      ended() { reject(new Error('the clip ended unseen')); },
    });
  });
  video.remove();
  return { clip: clip.id, sent: painted - began, accepted: painted - accepted };
}
"""


def first_decoded(renderer: Renderer, text: str, steps: int) -> float:
    """Milliseconds until the bare model has drawn all frames of its first final patch."""
    began = time.perf_counter()
    patches = patches_alone(renderer.render(Brief(text, seed=1, seconds=2, steps=steps)))
    for patch in patches:
        if patch.final:
            for frame in range(patch.start, patch.stop):
                patch.draw(frame)
            break
    patches.close()
    return (time.perf_counter() - began) * 1e3


async def seen(page: Page, url: str, clips: int) -> list[float]:
    """Milliseconds from accepted to painted, clip after clip, each begun when idle."""
    found = []
    for number in range(clips):
        light = await page.evaluate(FIRST_LIGHT, [PROMPTS[number % len(PROMPTS)]])
        found.append(light["accepted"])
        await page.evaluate(
            """async (id) => {
              for (;;) {
                const { clip } = await (await fetch(`/v1/clips/${id}`)).json();
                if (clip.status !== 'live' && clip.status !== 'queued') return;
                await new Promise((next) => setTimeout(next, 200));
              }
            }""",
            light["clip"],
        )
    return found


async def measure(model: str, clips: int) -> list[float]:
    """First light of ``clips`` clips in Chromium."""
    with tempfile.TemporaryDirectory() as data, instance(Path(data), model=model) as server:
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = await browser.new_page()
            await page.goto(server.url + "/client/favicon.svg")
            await page.goto(server.url + "/healthz")
            lights = await seen(page, server.url, clips)
            await browser.close()
            return lights


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lights = asyncio.run(measure(options.model, options.clips))
    torch.set_num_threads(1)
    renderer, _ = load(ModelOptions(model=options.model))
    first_decoded(renderer, PROMPTS[0], options.steps)
    bare = [first_decoded(renderer, text, options.steps) for text in PROMPTS]
    figures = {
        "first_light_p50_ms": median(lights),
        "first_light_p95_ms": quantiles(lights, n=20)[18],
        "bare_first_second_ms": median(bare),
        "ratio": median(lights) / median(bare),
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(describe())
    for name, value in figures.items():
        print(f"{name:<24}{value:>10.2f}")


if __name__ == "__main__":
    main()
