"""What happens to the cluster: each fault comes, stays for a while, and is over when it returns."""

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from random import Random
from typing import Any, Final

import httpx
import psutil

from tests.soak.cluster import Cluster, Node

Fault = Callable[[Cluster, Random], Coroutine[Any, Any, None]]
LOCK_S: Final = 25.0
FROZEN_S: Final = 20.0
AWAY_S: Final = 3.0
ODD_OFFERS: Final = ("", "v=0", "v=0\r\nm=video 9 x y\r\n" * 300, "\u0315\u0316" * 4000)


async def nothing(_: Cluster, __: Random) -> None:
    """A round without a fault, to compare with."""


async def kill_worker(cluster: Cluster, rng: Random) -> None:
    _signal(_any_worker(cluster, rng), signal.SIGKILL)


async def kill_all_workers(cluster: Cluster, _: Random) -> None:
    for node in cluster.nodes:
        for worker in node.workers():
            _signal(worker.pid, signal.SIGKILL)


async def freeze_worker(cluster: Cluster, rng: Random) -> None:
    await _freeze(_any_worker(cluster, rng))


async def kill_instance(cluster: Cluster, rng: Random) -> None:
    _signal(rng.choice(cluster.nodes).pid, signal.SIGKILL)


async def stop_instance(cluster: Cluster, rng: Random) -> None:
    _signal(rng.choice(cluster.nodes).pid, signal.SIGTERM)


async def freeze_instance(cluster: Cluster, rng: Random) -> None:
    await _freeze(rng.choice(cluster.nodes).pid)


async def kill_everything(cluster: Cluster, _: Random) -> None:
    cluster.redis.kill()
    for node in cluster.nodes:
        _signal(node.pid, signal.SIGKILL)
    await asyncio.to_thread(cluster.redis.start)


async def restart_redis(cluster: Cluster, rng: Random) -> None:
    for _ in range(rng.randint(1, 8)):
        cluster.redis.kill()
        await asyncio.sleep(rng.choice((0.0, 0.2, AWAY_S)))
        await asyncio.to_thread(cluster.redis.start)
        await asyncio.sleep(rng.uniform(0.0, 0.6))


async def kill_redis_and_instance(cluster: Cluster, rng: Random) -> None:
    cluster.redis.kill()
    _signal(rng.choice(cluster.nodes).pid, signal.SIGKILL)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(cluster.redis.start)


async def fill_disk(cluster: Cluster, _: Random) -> None:
    """Nothing can be written for a while; where there is no small disk, nothing happens."""
    if not cluster.small_disk:
        return
    fill = cluster.data / "fill"
    with contextlib.suppress(OSError), fill.open("wb") as file:
        while file.write(bytes(1 << 20)):
            file.flush()
    await asyncio.sleep(8)
    fill.unlink(missing_ok=True)


async def lock_store(cluster: Cluster, _: Random) -> None:
    """Somebody else holds the write lock of the database."""
    await asyncio.to_thread(_hold_lock, cluster, LOCK_S)


async def stray_entries(cluster: Cluster, _: Random) -> None:
    """Entries of another form in every stream that Redis has, and on every channel."""
    names = _redis(cluster, "KEYS", "*").split()
    for name in names:
        if _redis(cluster, "TYPE", name).strip() == "stream":
            _redis(cluster, "XADD", name, "*", "foo", "bar")
    for channel in _redis(cluster, "PUBSUB", "CHANNELS").split():
        _redis(cluster, "PUBLISH", channel, "\x80 not a message")


async def odd_peers(cluster: Cluster, rng: Random) -> None:
    """Offers, queries and messages that no client of ours sends."""
    async with httpx.AsyncClient(timeout=10.0) as client:
        for node in cluster.nodes:
            for offer in ODD_OFFERS:
                await _say_anything(client, node, "/v1/whep", offer, "application/sdp")
            deep = json.dumps({"text": "x" * rng.randint(1, 9000), "seconds": -1})
            await _say_anything(client, node, "/v1/clips", deep, "application/json")


FAULTS: Final[tuple[Fault, ...]] = (
    nothing, kill_worker, kill_all_workers, freeze_worker, kill_instance, stop_instance,
    freeze_instance, kill_everything, restart_redis, kill_redis_and_instance, fill_disk,
    lock_store, stray_entries, odd_peers,
)  # fmt: skip


def schedule(rng: Random) -> Iterator[Fault]:
    """Every fault once in an order of its own, then all of them in another, without end."""
    while True:
        yield from rng.sample(FAULTS, len(FAULTS))


def _any_worker(cluster: Cluster, rng: Random) -> int | None:
    workers = [worker.pid for node in cluster.nodes for worker in node.workers()]
    return rng.choice(sorted(workers)) if workers else None


def _signal(pid: int | None, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        if pid is not None:
            os.kill(pid, number)


async def _freeze(pid: int | None) -> None:
    _signal(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(FROZEN_S)
    finally:
        _signal(pid, signal.SIGCONT)


def _hold_lock(cluster: Cluster, seconds: float) -> None:
    connection = sqlite3.connect(cluster.data / "phosphene.db", timeout=30, isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        try:
            subprocess.run(["sleep", str(seconds)], check=True)
        finally:
            connection.execute("ROLLBACK")


def _redis(cluster: Cluster, *words: str) -> str:
    command = ["redis-cli", "-p", str(cluster.redis.port), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


async def _say_anything(
    client: httpx.AsyncClient, node: Node, path: str, body: str, kind: str
) -> None:
    headers: dict[str, Any] = {"Content-Type": kind}
    with contextlib.suppress(httpx.HTTPError):
        answer = await client.post(node.url + path, content=body.encode(), headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
