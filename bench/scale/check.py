"""One point of the calculation, measured: many receivers of one clip over two instances."""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from redis.asyncio import Redis

from bench.fanout import Place, Receivers, cpu_s, receiving
from bench.material import FPS, make
from bench.scale.needs import Figures
from bench.scale.paced_worker import LASTS_S
from tests.flows.consenting import wait_live
from tests.support import Instance, RedisServer, instance, redis_server

JOINING_S: Final = 60.0
WARM_UP_S: Final = 2.0
AT_ONCE: Final = 25
HOST: Final = "127.0.0.1"
GROUP: Final = 125
"""Receivers of one process; they come group after group, as who was answered is to connect soon."""
REQUESTS: Final = 500


class Measured(NamedTuple):
    """CPU of both instances; ``fps`` that a receiver got; bytes and commands of Redis a second."""

    join_ms: float
    viewer_ms: float
    fps: float
    bus_out: float
    bus_commands: float
    request_ms: float


class Totals(NamedTuple):
    cpu: float
    at: float
    pictures: float
    bus_out: float
    bus_commands: float


async def check(receivers: int, seconds: float, figures: Figures) -> None:
    """Print what was measured beside what is calculated."""
    os.environ[LASTS_S] = str(JOINING_S + WARM_UP_S + seconds + 20)
    with tempfile.TemporaryDirectory() as name, redis_server(Path(name)) as redis:
        folder = Path(name)
        place = Place(folder, make(folder / "material"), HOST, 500, None)
        serve = partial(
            instance,
            folder,
            redis_url=redis.url,
            viewers=receivers,
            connections_per_address=10_000,
            joins_per_minute=100_000,
        )
        easel = "bench.scale.paced_worker"
        with (
            serve(instance="a", painted=True, easel=easel) as a,
            serve(instance="b", workers=0) as b,
        ):
            found = await _measure((a, b), receivers // 2, seconds, place, redis)
    _report(found, receivers, figures)


async def _measure(
    servers: Sequence[Instance], each: int, seconds: float, place: Place, redis: RedisServer
) -> Measured:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        doors = [await enter(httpx.AsyncClient(base_url=one.url, timeout=60)) for one in servers]
        sizes = [GROUP] * (each // GROUP) + ([each % GROUP] if each % GROUP else [])
        groups = [
            [await enter(receiving(size, place, offered=False)) for size in sizes] for _ in doors
        ]
        parts = [part for group in groups for part in group]
        bus = await enter(Redis.from_url(redis.url))
        clip = await _ask_for_clip(doors[0])
        await wait_live(servers[0], clip)
        before = await _totals(servers, (), bus)
        await asyncio.gather(*(_join(*one, clip) for one in zip(doors, groups, strict=True)))
        joined = await _totals(servers, parts, bus)
        await asyncio.sleep(WARM_UP_S)
        first = await _totals(servers, parts, bus)
        await asyncio.sleep(seconds)
        last = await _totals(servers, parts, bus)
        asked = await _request(doors[0], f"/v1/clips/{clip}")
        after = await _totals(servers, parts, bus)
    count, wall = each * len(servers), last.at - first.at
    viewer_s = (last.pictures - first.pictures) / FPS
    viewer_ms = 1000 * (last.cpu - first.cpu) / viewer_s
    seen_s = (joined.pictures - before.pictures) / FPS
    seen_while_asked_s = (after.pictures - last.pictures) / FPS
    return Measured(
        join_ms=(1000 * (joined.cpu - before.cpu) - viewer_ms * seen_s) / count,
        viewer_ms=viewer_ms,
        fps=(last.pictures - first.pictures) / wall / count,
        bus_out=(last.bus_out - first.bus_out) / wall,
        bus_commands=(last.bus_commands - first.bus_commands) / wall,
        request_ms=(1000 * (after.cpu - last.cpu) - viewer_ms * seen_while_asked_s) / asked,
    )


async def _ask_for_clip(door: httpx.AsyncClient) -> str:
    """The id of a clip that viewers can join."""
    made = await door.post("/v1/clips", json={"text": "one for all", "seconds": 10})
    made.raise_for_status()
    clip: str = made.json()["id"]
    return clip


async def _join(door: httpx.AsyncClient, parts: Sequence[Receivers], clip: str) -> None:
    """Each offer is answered, and each receiver gets pictures."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def answer(offer: str) -> str:
        async with gate:
            headers = {"Content-Type": "application/sdp"}
            given = await door.post(f"/v1/clips/{clip}/whep", content=offer, headers=headers)
            given.raise_for_status()
            return given.text

    for part in parts:
        part.say(await asyncio.gather(*map(answer, await part.hear())))
        await part.hear()


async def _request(door: httpx.AsyncClient, path: str) -> int:
    for _ in range(REQUESTS):
        (await door.get(path)).raise_for_status()
    return REQUESTS


async def _totals(servers: Sequence[Instance], parts: Sequence[Receivers], bus: Redis) -> Totals:
    seen = [await part.ask() for part in parts]
    net = await bus.info("stats")
    return Totals(
        cpu=sum(cpu_s(one.process.pid) for one in servers),
        at=time.monotonic(),
        pictures=sum(one["pictures"] for one in seen),
        bus_out=net["total_net_output_bytes"],
        bus_commands=net["total_commands_processed"],
    )


def _report(found: Measured, receivers: int, figures: Figures) -> None:
    costs = figures[0]
    cores = receivers * found.fps / FPS / 1000
    mirrored = found.bus_out / (costs.clip_kbit * 125)
    print(f"{receivers:,} receivers over two instances, {found.fps:.1f} of {FPS} pictures a second")
    print(f"{'':<44}{'measured':>10}{'assumed':>10}")
    rows = (
        ("cores of both instances", cores * found.viewer_ms, cores * costs.viewer_ms),
        ("CPU of a viewer-second, ms", found.viewer_ms, costs.viewer_ms),
        ("CPU of a viewer who comes, ms", found.join_ms, costs.join_ms),
        ("CPU of a request, ms", found.request_ms, costs.request_ms),
        ("bytes of Redis for a byte of one mirror", mirrored, costs.bus_overhead),
        ("commands of Redis a second", found.bus_commands, 2.0 * FPS),
    )
    for name, measured, assumed in rows:
        print(f"{name:<44}{measured:>10.2f}{assumed:>10.2f}")
