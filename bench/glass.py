"""Glass to glass: ``python -m bench.glass [--seconds 10] [--clips 3]``.

The worker draws the time into each picture; Chromium reads it from the picture it presents. What
lies between is the product's own: drawing, encoder, pipe, log, RTP, SRTP, Chromium's decoder.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

import uvicorn
from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bench.clock_worker import BITS, CELL, TOP
from bench.machine import describe
from phosphene.blobs.folder import Directory
from phosphene.model import Clip, Person
from phosphene.operation import routes
from phosphene.render import messages
from phosphene.render.dispatch.pool import Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from phosphene.stream.live import LiveClips
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import whep
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import open_sessions
from tests.e2e.conftest import FLAGS, chromium
from tests.support import free_port

ROOT = Path(__file__).parent.parent
TICK = 1 << BITS
READ = """
async ([clip, bits, cell, top, count]) => {
  const { WhepViewer } = await import('/client.js');
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  document.body.append(video);
  const canvas = new OffscreenCanvas(bits * cell, 1);
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  const seen = [];
  const read = (y) => {
    brush.drawImage(video, 0, y, bits * cell, 1, 0, 0, bits * cell, 1);
    const row = brush.getImageData(0, 0, bits * cell, 1).data;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      value = value * 2 + (row[4 * (i * cell + cell / 2)] > 128 ? 1 : 0);
    }
    return value;
  };
  await new Promise((resolve) => {
    const look = () => {
      const now = Date.now() % 2 ** bits;
      const [then, opposite] = [read(top + cell), read(top + 3 * cell)];
      if (then + opposite === 2 ** bits - 1) seen.push([then, now]);
      if (seen.length >= count) resolve(); else video.requestVideoFrameCallback(look);
    };
    const viewer = new WhepViewer(`/v1/clips/${clip}/whep`, {
      stream(stream) {
        video.srcObject = stream;
        video.play();
        video.requestVideoFrameCallback(look);
      },
      ended() { resolve(); },
    });
    setTimeout(() => { viewer.close(); resolve(); }, 30000);
  });
  return seen;
}
"""


def clip_named(name: str) -> Clip:
    """A clip that is live and nothing else."""
    return Clip(
        id=name,
        author=Person("p", "bench"),
        text="a clock",
        seconds=10,
        status="live",
        created_at=0,
    )


@asynccontextmanager
async def serving(settings: Settings, folder: Path) -> AsyncIterator[tuple[Pool, LiveClips]]:
    """Stage, WHEP and a pool of clock workers behind a real server."""
    stage = LiveClips()

    async def find(request: Request, clip_id: str) -> Clip:
        return clip_named(clip_id)

    command = (sys.executable, "-m", "bench.clock_worker")
    async with (
        open_sessions(50, loopback=True) as sessions,
        open_pool(settings, command) as pool,
        asyncio.TaskGroup() as tasks,
    ):
        watching = whep.Whep(
            find,
            lambda clip: stage.get_live(clip.id),
            sessions,
            Replays(Directory(folder)),
            Directory(folder),
            IceServers("", "", time.time),
        )
        app = Starlette(
            routes=[
                *routes(whep.operations(watching)),
                Route("/", _blank),
                Mount("/client", StaticFiles(directory=ROOT / "client_demo")),
            ]
        )
        config = uvicorn.Config(app, port=settings.port, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        running = tasks.create_task(server.serve())
        await pool.wait_ready()
        try:
            yield pool, stage
        finally:
            sessions.end_all()
            server.should_exit = True
            await running


async def _blank(request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>glass</title>")


async def draw(pool: Pool, stage: LiveClips, name: str, seconds: int) -> None:
    """One clip on air."""
    order = messages.Render(clip=name, text="clock", seed=1, seconds=seconds, steps=1)
    with stage.on_air(
        name, width=576, height=1024, fps=24, ask_keyframe=lambda: pool.request_keyframe(name)
    ) as live:
        async for answer in pool.render_clip(order):
            if isinstance(answer, messages.Encoded):
                live.units.append(answer.unit)


async def measure(seconds: int, clips: int) -> list[int]:
    """Milliseconds from drawn to presented, for every picture of every clip."""
    delays: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(port=free_port())
        async with serving(settings, Path(folder)) as (pool, stage), async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = await browser.new_page()
            await page.goto(f"http://127.0.0.1:{settings.port}/")
            for number in range(clips):
                name = f"clock{number}"
                wanted = [name, BITS, CELL, TOP, seconds * 24 - 12]
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(draw(pool, stage, name, seconds))
                    seen = tasks.create_task(page.evaluate(READ, wanted))
                delays += [(there - here) % TICK for here, there in seen.result()]
            await browser.close()
    return delays


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--clips", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    delays = sorted(asyncio.run(measure(options.seconds, options.clips)))
    cuts = quantiles(delays, n=100)
    figures = {
        "pictures": len(delays),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "max_ms": delays[-1],
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(describe())
    print(f"{'pictures':>10}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    print("".join(f"{value:>10.0f}" for value in figures.values()))


if __name__ == "__main__":
    main()
