"""From a moderator's decision until a clip is hidden everywhere, on two instances.

    python -m bench.hiding [--times 10]

Two instances share a database and a Redis. One draws a remix of a finished clip, with a viewer at
each; the decision about the finished clip is made at the other. Measured: until the last packet of
the remix, which is held with it, and until no address of the clip (film, half size, poster,
preview, birth, HLS, document, embed) is answered with anything by either.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import msgspec
from websockets.asyncio.client import connect

from bench.machine import describe
from tests.api.test_operating import bearer
from tests.flows.consenting import ADA, BOB, as_person, move_in, wait_live, watching
from tests.support import Instance, instance, redis_server

FILES = ("", "/video.mp4", "/half.mp4", "/poster.jpg", "/preview.webp", "/birth.mp4", "/index.m3u8")
LAW_S = 5.0
"""Within so long it is to be hidden everywhere."""


async def wait_done(server: Instance, clip: str) -> None:
    async with connect(server.socket_url) as socket:
        body = {"type": "subscribe", "id": 1, "topic": f"clip:{clip}"}
        await socket.send(msgspec.json.encode(body).decode())
        async for message in socket:
            said = msgspec.json.decode(message)
            told = said.get("snapshot") or said.get("event") or {}
            if told.get("type") == "clip_finished" or _status(told.get("clip")) == "done":
                return


def _status(clip: object) -> object:
    return clip.get("status") if isinstance(clip, dict) else None


async def draw(http: httpx.AsyncClient, **more: object) -> str:
    made = await http.post("/v1/clips", json={"text": "a red ball", **more})
    made.raise_for_status()
    return str(made.json()["id"])


async def until_gone(servers: tuple[Instance, ...], clip: str) -> None:
    """Until each address of a clip is answered with an error by each server."""
    paths = [*(f"/v1/clips/{clip}{name}" for name in FILES), f"/embed/{clip}"]
    left = [server.url + path for server in servers for path in paths]
    async with httpx.AsyncClient() as http:
        while left:
            answers = [(at, (await http.get(at)).status_code) for at in left]
            left = [at for at, status in answers if status < 400]


async def hide_once(a: Instance, b: Instance, data: Path) -> tuple[float, float]:
    """Seconds until the last packet of the remix, and until every address is dead."""
    async with as_person(a, BOB) as bob, as_person(b, ADA) as ada:
        clip = await draw(bob, seconds=1)
        await wait_done(a, clip)
        remix = await draw(bob, parent=clip, seconds=10)
        await wait_live(a, remix)
        async with watching(bob, remix) as here, watching(ada, remix) as there:
            body = {"kind": "clip", "subject": clip, "action": "hide", "reason": "rights"}
            decided = time.monotonic()
            addresses = asyncio.create_task(until_gone((a, b), clip))
            made = await ada.post("/v1/moderation/decisions", json=body, headers=bearer(data))
            made.raise_for_status()
            await addresses
            dead = time.monotonic() - decided
            await here.wait_gone()
            await there.wait_gone()
            return max(here.last_at, there.last_at, decided) - decided, dead


async def measure(times: int, data: Path) -> list[tuple[float, float]]:
    await move_in(data)
    with (
        redis_server(data) as redis,
        instance(data, painted=True, redis_url=redis.url, instance="a") as a,
        instance(data, redis_url=redis.url, instance="b", workers=0) as b,
    ):
        return [await hide_once(a, b, data) for _ in range(times)]


def told(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(given.times, Path(folder)))
    print(f"{len(found)} decisions, by each of two instances:")
    print("last packet of the remix that was on air:", told([one[0] for one in found]))
    print("last address of the clip that answered:", told([one[1] for one in found]))
    late = sum(max(one) > LAW_S for one in found)
    print(f"later than {LAW_S:.0f} s: {late}")


if __name__ == "__main__":
    main()
