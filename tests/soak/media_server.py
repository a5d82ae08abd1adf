"""Viewers on a media server that clips are pushed to, with that of bench/relay (Pion):

    python -m tests.soak.media_server

A clip drawn on A is pushed there; viewers who ask A and B for it are led there by 307 and see its
pictures. The media server is killed in the middle: who then asks this server itself is shown the
clip here, as our element does, and when the media server is back the next clip is there again.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import httpx
from aiortc.mediastreams import MediaStreamError

from bench.whip import SDP, build, go
from tests.stream.viewer import Viewer, a_viewer
from tests.support import Instance, free_port, instance, redis_server

PICTURES: Final = 24
SECONDS: Final = 10
SOON_S: Final = 120.0
AGAIN_S: Final = 0.2


class MediaServer:
    """The program on one port, whatever happens to it."""

    def __init__(self, program: Path) -> None:
        self.port = free_port()
        self._program = program
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            self._program, str(self.port), stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout
        await self._process.stdout.readline()

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None


async def ask(server: Instance) -> str:
    """A clip that will be on air in a moment."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        prompt = {"text": "a red balloon over the hills", "seconds": SECONDS}
        return str((await http.post("/v1/clips", json=prompt)).json()["id"])


@asynccontextmanager
async def watching(
    server: Instance, clip: str, query: str
) -> AsyncIterator[tuple[Viewer, list[int]]]:
    """A viewer who follows, and what was answered on the way."""
    async with a_viewer() as viewer, httpx.AsyncClient(follow_redirects=True, timeout=30) as http:
        url = f"{server.url}/v1/clips/{clip}/whep{query}"
        answer = await http.post(url, content=await viewer.offer(), headers=SDP)
        if answer.status_code == 201:
            await viewer.accept(answer.text)
        yield viewer, [one.status_code for one in (*answer.history, answer)]


async def until(server: Instance, clip: str, wanted: list[int], query: str = "") -> None:
    """A viewer is answered so, and sees the clip."""
    async with asyncio.timeout(SOON_S):
        while True:
            with suppress(MediaStreamError):  # the clip has left the air
                async with watching(server, clip, query) as (viewer, statuses):
                    if statuses == wanted:
                        for _ in range(PICTURES):
                            await viewer.frame()
                        return
            await asyncio.sleep(AGAIN_S)


async def led_from_both(a: Instance, b: Instance, said: str) -> str:
    clip = await ask(a)
    for one in (a, b):
        await until(one, clip, [307, 201])
    print(f"- {said}", flush=True)
    return clip


async def main(folder: Path) -> int:
    """Say what was seen; 0 when it was all of it."""
    media = MediaServer(await build(folder))
    where = f"http://127.0.0.1:{media.port}/{{clip}}"
    (folder / "redis").mkdir()
    await media.start()
    try:
        with (
            redis_server(folder / "redis") as redis,
            instance(
                folder / "data",
                painted=True,
                redis_url=redis.url,
                instance="a",
                whip_url=f"{where}/whip",
                watch_url=f"{where}/whep",
            ) as a,
            instance(
                folder / "data",
                redis_url=redis.url,
                instance="b",
                workers=0,
                whip_url=f"{where}/whip",
                watch_url=f"{where}/whep",
            ) as b,
        ):
            clip = await led_from_both(a, b, "A and B lead to the media server, which shows it")
            await media.kill()
            for one in (a, b):
                await until(one, clip, [201], "?here=1")
            print("- without it both show the clip to who asks them", flush=True)
            await media.start()
            await led_from_both(a, b, "with it again the next clip is there")
    finally:
        await media.kill()
    return 0


if __name__ == "__main__":
    try:
        go()
    except RuntimeError as error:
        print(f"skipped: {error}")
        sys.exit(0)
    with tempfile.TemporaryDirectory() as made:
        sys.exit(asyncio.run(main(Path(made))))
