"""``phosphene worker --redis-url``: a worker of this machine for all instances of a fleet."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis

from phosphene.bus.connection import close, connect
from phosphene.children.restart import keep_process
from phosphene.errors import BadInput, RenderFailed
from phosphene.fleet.blob_messages import BlobMessages, Undeliverable, open_blob_messages, store_of
from phosphene.fleet.heartbeat import Heartbeat
from phosphene.fleet.remote_worker import RemoteWorker
from phosphene.render.dispatch.pool import MOST_FAILED_STARTS
from phosphene.render.dispatch.process import open_worker
from phosphene.render.dispatch.worker_handle import WorkerHandle, WorkerLimits
from phosphene.settings import Settings

BLOCK_TIMEOUT_S = 2.0

log = logging.getLogger("phosphene.worker")


class Lender:
    """Keeps one worker process and lends it, for ever or until it is drained."""

    def __init__(self, settings: Settings, command: Sequence[str], limits: WorkerLimits) -> None:
        self._settings = settings
        self._command = command
        self._limits = limits
        self._remote_worker: RemoteWorker | None = None
        self._stopping = False

    async def run(self) -> None:
        """Raises BadInput (the Redis URL or the blob store), RenderFailed (no worker starts)."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, task.cancel)
        with suppress(asyncio.CancelledError):
            await self._lend()

    def _stop(self, cut: Callable[[], object]) -> None:
        """The first signal lets the clips end, the second does not; without any it is the same."""
        if self._remote_worker is None or self._stopping:
            cut()
            return
        log.info("taking no more clips; ending after those that are drawn")
        self._stopping = True
        self._remote_worker.drain()

    async def _lend(self) -> None:
        blobs = open_blob_messages(store_of(self._settings))
        try:
            reading = connect(self._settings.redis_url, BLOCK_TIMEOUT_S)
            commands, store = connect(self._settings.redis_url), await blobs.read_mark()
        except ValueError as error:
            raise BadInput(f"redis_url: {error}") from None
        except Undeliverable as error:
            raise BadInput(f"blobs: {error}") from None
        try:
            await self._keep(reading, commands, blobs, store)
        finally:
            for client in (reading, commands):
                await close(client)

    async def _keep(self, reading: Redis, commands: Redis, blobs: BlobMessages, store: str) -> None:
        data = Path(self._settings.data)

        async def run_once(notify_ready: Callable[[], None]) -> None:
            if self._stopping:  # it was lost while its last clips were drawn
                return
            try:
                async with open_worker(self._command, self._limits, data) as (ready, link):
                    notify_ready()
                    worker = WorkerHandle(ready, link, self._limits)
                    await self._work(worker, reading, commands, blobs, store)
            finally:
                self._remote_worker = None

        # The process that beats holds no torch: a worker that hangs in CUDA, or is killed for
        # memory, is reported 0.1 s later by one that does not.
        await keep_process("lender", run_once, _note_loss)

    async def _work(
        self, worker: WorkerHandle, reading: Redis, commands: Redis, blobs: BlobMessages, store: str
    ) -> None:
        settings = self._settings
        self._remote_worker = RemoteWorker(
            *(worker, self._identity(worker, store), reading, commands, blobs),
            places=settings.places,
            pace=settings.pace,
        )
        log.info("lending %s on %s to the fleet", worker.ready.model, worker.ready.device)
        await self._remote_worker.run()

    def _identity(self, worker: WorkerHandle, store: str) -> Heartbeat:
        return Heartbeat(
            worker="",
            name=self._settings.instance or f"{socket.gethostname()}:{os.getpid()}",
            model=self._settings.model,
            store=store,
            ready=worker.ready,
            cost=worker.cost,
            room=0,
        )


def _note_loss(reason: str, failures: int) -> None:
    """Raises RenderFailed after too many in a row that were not ready."""
    log.warning("the render worker is lost: %s", reason)
    if failures >= MOST_FAILED_STARTS:
        raise RenderFailed(f"no render worker can be started: {reason}")
