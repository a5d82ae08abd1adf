"""Swipe: ``python -m bench.swipe [--swipes 100]``.

Chromium holds one connection and turns from clip to clip, live and finished, as the page does. What
is measured: from the wish to the first picture of the new clip that is presented.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from fractions import Fraction
from pathlib import Path
from statistics import quantiles

import av
import numpy as np
import uvicorn
from av.video.frame import PictureType
from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bench.machine import describe
from phosphene.blobs.folder import Directory
from phosphene.model import Clip, Person
from phosphene.mux import mp4
from phosphene.operation import routes
from phosphene.stream.live import LiveClip, LiveClips
from phosphene.stream.replay import Replays
from phosphene.stream.webrtc import feed_session, whep
from phosphene.stream.webrtc.ice_servers import IceServers
from phosphene.stream.webrtc.sessions import open_sessions
from phosphene.units import Unit
from tests.e2e.conftest import FLAGS, chromium
from tests.support import free_port

ROOT = Path(__file__).parent.parent
WIDTH, HEIGHT, FPS = 288, 512, 24
LIVE, DONE = 6, 2
DARKEST = 30
LIGHT = 24
"""Luma between the grounds of two clips: a picture says whose it is."""
READ = """
async ([clips, swipes]) => {
  const { Channel } = await import('/client.js');
  const { isBefore } = await import('/client/player.js');
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  document.body.append(video);
  const brush = new OffscreenCanvas(8, 8).getContext('2d', { willReadFrequently: true });
  const luma = () => {
    brush.drawImage(video, 0, 0, 8, 8);
    const data = brush.getImageData(0, 0, 8, 8).data;
    return data.filter((_, i) => i % 4 === 1).reduce((sum, value) => sum + value, 0) / 64;
  };
  let shown = () => {};
  const look = (_, { rtpTimestamp }) => {
    shown({ rtpTimestamp, at: performance.now(), luma: luma() });
    video.requestVideoFrameCallback(look);
  };
  const channel = new Channel('/v1/whep');
  const turn = (clip, next) => new Promise((resolve) => {
    const seen = [];
    let from;
    const check = () => {
      const first = from !== undefined && seen.find((one) => !isBefore(one.rtpTimestamp, from));
      if (first) resolve({ clip, ms: first.at - begun, luma: first.luma });
    };
    shown = (frame) => (seen.push(frame), check());
    const viewing = channel.watch(clip, {
      stream(stream, rtpTime) {
        if (video.srcObject !== stream) {
          video.srcObject = stream;
          video.play();
          video.requestVideoFrameCallback(look);
        }
        from = rtpTime;
        check();
      },
      ended() { resolve({ clip, ms: null }); },
    });
    channel.next = next;
    const begun = performance.now();
    viewing.take();
  });
  const found = [];
  for (let i = 0; i <= swipes; i++) {
    found.push(await turn(clips[i % clips.length], clips[(i + 1) % clips.length]));
    await new Promise((resolve) => setTimeout(resolve, 100 + 300 * Math.random()));
  }
  channel.close();
  return found.slice(1);
}
"""


def encode(number: int) -> list[Unit]:
    """Two seconds of a moving texture on a ground of the clip's own, a keyframe every second."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, FPS)
    encoder.profile, encoder.bit_rate = "Baseline", 1_000_000
    encoder.options = {"preset": "veryfast", "tune": "zerolatency"}
    noise = np.random.default_rng(number).integers(-8, 8, (HEIGHT // 16, WIDTH // 16))
    texture = np.kron(noise, np.ones((16, 16))) + DARKEST + LIGHT * number
    units = []
    for place in range(2 * FPS):
        luma = np.roll(texture, place, axis=0).astype(np.uint8)
        planes = np.concatenate([luma, np.full((HEIGHT // 2, WIDTH), 128, np.uint8)])
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, key = place, place % FPS == 0
        frame.pict_type = PictureType.I if key else PictureType.NONE
        data = b"".join(bytes(packet) for packet in encoder.encode(frame))
        units.append(Unit(place, key, place, 0.0, True, data))
    return units


async def play(live: LiveClip, units: list[Unit]) -> None:
    """Put the units on air again and again."""
    clock = asyncio.get_running_loop().time
    begun, pts = clock(), 0
    while True:
        unit = units[pts % len(units)]
        live.units.append(Unit(pts, unit.key, pts, 0.0, True, unit.data))
        pts += 1
        await asyncio.sleep(begun + pts / FPS - clock())


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[str]:
    """A real server with ``LIVE`` clips on air and ``DONE`` finished ones; its address."""
    stage, blobs = LiveClips(), Directory(folder)
    made = [encode(number) for number in range(LIVE + DONE)]
    names = [await blobs.put(mp4([unit.data for unit in units], FPS), ".mp4") for units in made]
    clips = {str(n): a_clip(n, name.removesuffix(".mp4")) for n, name in enumerate(names)}

    async def find(request: Request, clip_id: str) -> Clip:
        return clips[clip_id]

    def reach(clip: Clip) -> LiveClip:
        return stage.get_live(clip.id)

    async with AsyncExitStack() as stack:
        sessions = await stack.enter_async_context(open_sessions(10, loopback=True))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        playing = [
            tasks.create_task(play(stack.enter_context(on_air(stage, str(n))), made[n]))
            for n in range(LIVE)
        ]
        replays = Replays(blobs)
        watching = whep.Whep(find, reach, sessions, replays, blobs, IceServers("", "", time.time))
        source = feed_session.sources(find, reach, replays)
        found = feed_session.operations(feed_session.FeedSession(sessions, source))
        files = Mount("/client", StaticFiles(directory=ROOT / "client_demo"))
        found += whep.operations(watching)
        app = Starlette(routes=[*routes(found), Route("/", _blank), files])
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
        running = tasks.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            sessions.end_all()
            server.should_exit = True
            await running
            for task in playing:
                task.cancel()


def on_air(stage: LiveClips, name: str) -> AbstractContextManager[LiveClip]:
    return stage.on_air(name, width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)


def a_clip(number: int, sha256: str) -> Clip:
    """The first are on air, the last are done."""
    return Clip(
        id=str(number),
        author=Person("p", "bench"),
        text="a texture",
        seconds=2,
        status="live" if number < LIVE else "done",
        created_at=0,
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        sha256=sha256,
    )


async def _blank(request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>swipe</title>")


async def measure(swipes: int) -> list[dict[str, float]]:
    """Clip, milliseconds and luma of the first picture, of each swipe."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder)) as url, async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = await browser.new_page()
            await page.goto(url)
            clips = [str(number) for number in range(LIVE + DONE)]
            found = await page.evaluate(READ, [clips, swipes])
            await browser.close()
    return list(found)


def is_right(swipe: dict[str, float]) -> bool:
    """Whether the picture was the clip's: video range to full range, then the ground of it."""
    return abs(swipe["luma"] - 255 / 219 * (DARKEST - 16 + LIGHT * int(swipe["clip"]))) < LIGHT / 2


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--swipes", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.swipes))
    delays = sorted(one["ms"] for one in found)
    cuts = quantiles(delays, n=100)
    figures = {
        "swipes": len(delays),
        "right": sum(is_right(one) for one in found),
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "max_ms": delays[-1],
    }
    if options.json:
        print(json.dumps(figures))
        return
    print(describe())
    print("".join(f"{name:>10}" for name in figures))
    print("".join(f"{value:>10.0f}" for value in figures.values()))


if __name__ == "__main__":
    main()
