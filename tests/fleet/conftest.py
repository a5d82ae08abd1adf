"""A Redis, workers lent over it by processes of their own, and a pool that has no others."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from phosphene.fleet.fleet import Fleet, open_fleet
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from tests.fleet.lent import EASEL, PROGRAM, QUICK, main
from tests.fleet.neighbour import main as neighbours_main
from tests.forked import Forked
from tests.support import READY_TIMEOUT_S, RedisServer, drain, redis_server, wait_for_line

PLACES = 3


class Lent:
    """A process that lends a painter; ``says`` waits for a line of its log."""

    def __init__(self, process: Forked) -> None:
        self.process = process
        self._lines = drain(process.stderr)

    def says(self, part: str) -> str:
        return wait_for_line(self._lines, part, READY_TIMEOUT_S)

    @property
    def child(self) -> int:
        """Process id of the worker that it lends."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = {int(pid) for file in tasks for pid in file.read_text().split()}
        words = {pid: Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in pids}
        (worker,) = (pid for pid in pids if PROGRAM in words[pid])
        return worker


@contextmanager
def lent(
    redis: RedisServer,
    blobs: Path | str,
    ready: bool = True,
    neighbour: str = "",
    **settings: object,
) -> Iterator[Lent]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PHOSPHENE_")}
    given = {"redis_url": redis.url, "blobs": blobs, "places": PLACES} | settings
    environ |= {f"PHOSPHENE_{key.upper()}": str(value) for key, value in given.items()}
    environ["NEIGHBOUR"] = neighbour
    process = Forked(neighbours_main if neighbour else main, environ)
    worker = Lent(process)
    try:
        if ready:
            worker.says("lending ")
        yield worker
    finally:
        for number in (signal.SIGCONT, signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()


@asynccontextmanager
async def a_fleet(
    redis: RedisServer, blobs: Path | str, name: str = "a", count: int = 1, **settings: object
) -> AsyncIterator[tuple[Pool, Fleet]]:
    """A pool of an instance that uses ``count`` workers of others and has none of its own."""
    given = Settings(**({"workers": 0, "spares": 0, "places": PLACES, "queue": 8} | settings))  # type: ignore[arg-type]
    async with (
        open_pool(given, EASEL, QUICK) as pool,
        open_fleet(redis.url, str(blobs), name, ModelPools([pool]), QUICK) as fleet,
    ):
        async with asyncio.timeout(20):
            await pool.wait_for_workers(count)
        yield pool, fleet


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blobs")
