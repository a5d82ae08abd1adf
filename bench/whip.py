"""A clip pushed into a media server while it is diffused, and what viewers of that server see.

    python -m bench.whip [--viewers 2] [--seconds 6]

The media server is Pion, compiled from Debian's packages (apt-get install golang-go
golang-github-pion-webrtc.v3-dev); the viewers are aiortc peers that decode every picture.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from aiortc.mediastreams import MediaStreamError

from bench.machine import describe
from tests.stream.viewer import Viewer
from tests.support import instance

GOPATH = "/usr/share/gocode"
GO = ("/usr/lib/go-1.19/bin/go", "go")
SDP = {"content-type": "application/sdp"}
RETRY_S = 0.1
SILENT_S = 4.0


def go() -> str:
    """The Go compiler, where Pion is there too. Raises RuntimeError."""
    found = next((path for name in GO if (path := shutil.which(name))), None)
    if found is None or not Path(GOPATH, "src/github.com/pion/webrtc").exists():
        raise RuntimeError("there is no Go with Pion here; see the top of this file")
    return found


async def build(folder: Path) -> Path:
    """Compile the media server. Raises RuntimeError."""
    # Inside a GOPATH and with a go.mod, "/v3" of an import is understood without modules.
    source, target = folder / "path" / "src" / "relay", folder / "relay"
    source.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "relay" / "main.go", source)
    (source / "go.mod").write_text("module relay\n")
    environ = os.environ | {
        "GOPATH": f"{folder / 'path'}:{GOPATH}",
        "GO111MODULE": "off",
        "GOCACHE": str(folder / "go"),
    }
    made = await asyncio.create_subprocess_exec(
        go(), "build", "-o", str(target), ".", env=environ, cwd=source
    )
    if await made.wait():
        raise RuntimeError("the media server does not compile")
    return target


@asynccontextmanager
async def running(program: Path) -> AsyncIterator[str]:
    """The address of the media server."""
    server = await asyncio.create_subprocess_exec(program, stdout=asyncio.subprocess.PIPE)
    assert server.stdout
    try:
        yield f"http://{(await server.stdout.readline()).decode().strip()}"
    finally:
        server.terminate()
        await server.wait()


async def watch(http: httpx.AsyncClient, url: str) -> list[float]:
    """When each picture was decoded, from the first moment that the server has the clip."""
    viewer, times = Viewer(), list[float]()
    offer = await viewer.offer()
    while (answer := await http.post(url, content=offer, headers=SDP)).status_code != 201:  # noqa: ASYNC110
        await asyncio.sleep(RETRY_S)
    await viewer.accept(answer.text)
    try:
        while True:
            await asyncio.wait_for(viewer.frame(), SILENT_S)
            times.append(time.monotonic())
    except (MediaStreamError, TimeoutError):
        await viewer.peer.close()
        return times


async def measure(relay: str, viewers: int, seconds: int, data: Path) -> str:
    """One clip from the prompt to its end at the viewers of the other server."""
    with instance(data, whip_url=f"{relay}/{{clip}}/whip", pace=2) as server:
        async with httpx.AsyncClient(timeout=30) as http:
            prompt = {"text": "a red balloon over the hills", "seconds": seconds}
            clip = (await http.post(f"{server.url}/v1/clips", json=prompt)).json()["id"]
            url = f"{relay}/{clip}/whep"
            found = await asyncio.gather(*(watch(http, url) for _ in range(viewers)))
        said = any('"message":"pushed"' in line for line in server.logs)
    lines = [
        f"viewer {number}: {len(times)} pictures in {times[-1] - times[0]:.1f} s, "
        f"{(len(times) - 1) / (times[-1] - times[0]):.1f} a second"
        for number, times in enumerate(found, 1)
    ]
    return "\n".join([*lines, f"pushed to the clip's end: {'yes' if said else 'no'}"])


async def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=6)
    asked = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as folder:
        program = await build(Path(folder))
        async with running(program) as relay:
            print(await measure(relay, asked.viewers, asked.seconds, Path(folder) / "data"))


if __name__ == "__main__":
    asyncio.run(main())
