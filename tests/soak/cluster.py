"""What the soak wears down: two instances on one data folder, a Redis, and who restarts them.

The supervisor knows what an operator's would: the exit code and ``/healthz``.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil

from tests.support import RedisServer, free_port, redis_server

ROOT: Final = Path(__file__).parents[2]
DISK_MB: Final = 800
"""Clips of an hour fit (2.5 MB each, 130 in 20 minutes): it is full only when a fault fills it."""
LOOK_EVERY_S: Final = 1.0
STRIKES: Final = 8
"""Seconds without an answer of ``/healthz`` until a process is killed and started again."""


class Node:
    """One instance, started again whenever it ends or is not well; ``restarts`` counts."""

    def __init__(self, name: str, data: Path, redis_url: str, log: Path, workers: int) -> None:
        self.name, self.port = name, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.restarts = 0
        self.codes: list[int] = []
        self._data, self._redis_url, self._log = data, redis_url, log
        self._workers = workers
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def workers(self) -> list[psutil.Process]:
        """Processes that it started."""
        try:
            return psutil.Process(self.pid).children(recursive=True) if self.pid else []
        except psutil.NoSuchProcess:
            return []

    async def keep_alive(self) -> None:
        """Start it, and again whenever it ends, until cancelled; then stop it as an operator."""
        try:
            while True:
                await self._start()
                await self._watch()
                self.restarts += 1
        finally:
            await self._stop()

    async def is_well(self, client: httpx.AsyncClient, path: str = "/healthz") -> bool:
        try:
            return (await client.get(self.url + path)).status_code == 200
        except httpx.HTTPError:
            return False

    async def _start(self) -> None:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PHOS")}
        given = {
            "address_factor": 1000, "data": self._data, "house": False, "instance": self.name,
            "port": self.port, "prompts_per_minute": 1000, "redis_url": self._redis_url,
            "spares": 0, "stop_grace": 4, "writes_per_minute": 100000, "topic_events": 1000000,
            "workers": self._workers,
        }  # fmt: skip
        environ |= {f"PHOSPHENE_{key.upper()}": str(value) for key, value in given.items()}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "phosphene", "serve", stderr=log, env=environ, cwd=ROOT
            )

    async def _watch(self) -> None:
        """Until the process has ended, be it by ourselves because it is not well for too long."""
        assert self._process
        ended = asyncio.ensure_future(self._process.wait())
        strikes, up = 0, False
        async with httpx.AsyncClient(timeout=LOOK_EVERY_S) as client:
            while not ended.done():
                await asyncio.wait([ended], timeout=LOOK_EVERY_S)
                well = await self.is_well(client)
                up, strikes = up or well, 0 if well else strikes + 1
                if strikes > (STRIKES if up else 60) and not ended.done():
                    self._process.kill()
        self.codes.append(await ended)

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            process.kill()
            await process.wait()


class Cluster:
    """The two, their Redis and their disk."""

    def __init__(
        self,
        data: Path,
        redis: RedisServer,
        nodes: tuple[Node, Node],
        kept: Sequence[asyncio.Task[None]],
    ) -> None:
        self.data, self.redis, self.nodes = data, redis, nodes
        self._kept = kept

    @property
    def small_disk(self) -> bool:
        """Whether the data folder is a disk of its own, that can be filled."""
        return self.data.is_mount()

    async def stop(self) -> None:
        """Stop both instances as an operator does."""
        for task in self._kept:
            task.cancel()
        await asyncio.wait(self._kept)

    async def wait_until_ready(self, timeout_s: float = 120.0, path: str = "/readyz") -> None:
        """Until both could draw a clip (or whatever ``path`` says). Raises TimeoutError."""
        async with asyncio.timeout(timeout_s), httpx.AsyncClient(timeout=2.0) as client:
            for node in self.nodes:
                while not await node.is_well(client, path):  # noqa: ASYNC110  another process
                    await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def open_cluster(folder: Path, workers: int = 1) -> AsyncIterator[Cluster]:
    """Everything started, ready, and at the end stopped as an operator stops it. Each instance has
    so many workers."""
    with disk(folder / "data") as data, redis_server(folder) as redis:
        nodes = (
            Node("a", data, redis.url, folder / "a.log", workers),
            Node("b", data, redis.url, folder / "b.log", workers),
        )
        async with asyncio.TaskGroup() as tasks:
            kept = [tasks.create_task(node.keep_alive()) for node in nodes]
            cluster = Cluster(data, redis, nodes, kept)
            try:
                watching = "/readyz" if workers else "/readyz?for=watching"
                await cluster.wait_until_ready(path=watching)
                yield cluster
            finally:
                await cluster.stop()


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A folder on a small disk of its own where this user may mount one, else a plain folder."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "phosphene-soak", str(folder)]
    mounted = os.getuid() == 0 and shutil.which("mount") is not None
    mounted = mounted and subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        print("no small disk can be mounted here: the fault 'disk full' is left out", flush=True)
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
