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

from server.boundary import Backoff
from server.bus.connection import close, connect
from server.errors import BadInput, RenderFailed
from server.fleet.blob_messages import Parcels, Undeliverable, open_parcels, store_of
from server.fleet.heartbeat import Beat
from server.fleet.remote_worker import Outpost
from server.render.dispatch.pool import FIRST_PAUSE_S, HOPELESS, LONGEST_PAUSE_S
from server.render.dispatch.process import open_worker
from server.render.dispatch.worker_handle import Limits, Worker, WorkerLost, first
from server.settings import Settings

BLOCK_TIMEOUT_S = 2.0

log = logging.getLogger("phosphene.worker")


class Lender:
    """Keeps one worker process and lends it, for ever or until it is drained."""

    def __init__(self, settings: Settings, command: Sequence[str], limits: Limits) -> None:
        self._settings = settings
        self._command = command
        self._limits = limits
        self._outpost: Outpost | None = None
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
        if self._outpost is None or self._stopping:
            cut()
            return
        log.info("taking no more clips; ending after those that are drawn")
        self._stopping = True
        self._outpost.drain()

    async def _lend(self) -> None:
        parcels = open_parcels(store_of(self._settings))
        try:
            reading = connect(self._settings.redis_url, BLOCK_TIMEOUT_S)
            commands, store = connect(self._settings.redis_url), await parcels.mark()
        except ValueError as error:
            raise BadInput(f"redis_url: {error}") from None
        except Undeliverable as error:
            raise BadInput(f"blobs: {error}") from None
        try:
            await self._keep(reading, commands, parcels, store)
        finally:
            for client in (reading, commands):
                await close(client)

    async def _keep(self, reading: Redis, commands: Redis, parcels: Parcels, store: str) -> None:
        data = Path(self._settings.data)
        backoff, reason = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S), ""
        while not self._stopping:
            try:
                async with open_worker(self._command, self._limits, data) as worker:
                    backoff.reset()
                    await self._work(worker, reading, commands, parcels, store)
            except* WorkerLost as lost:
                reason = first(lost)
                log.warning("the render worker is lost: %s", reason)
                await backoff.pause()
            finally:
                self._outpost = None
            if backoff.failures >= HOPELESS:
                raise RenderFailed(f"no render worker can be started: {reason}")

    async def _work(
        self, worker: Worker, reading: Redis, commands: Redis, parcels: Parcels, store: str
    ) -> None:
        settings = self._settings
        self._outpost = Outpost(
            *(worker, self._card(worker, store), reading, commands, parcels),
            places=settings.places,
            pace=settings.pace,
        )
        log.info("lending %s on %s to the fleet", worker.ready.model, worker.ready.device)
        await self._outpost.run()

    def _card(self, worker: Worker, store: str) -> Beat:
        return Beat(
            worker="",
            name=self._settings.instance or f"{socket.gethostname()}:{os.getpid()}",
            model=self._settings.model,
            store=store,
            ready=worker.ready,
            cost=worker.cost,
            room=0,
        )
