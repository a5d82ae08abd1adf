"""The worker processes of a pool: started, and another when one is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from phosphene.children.restart import keep_process
from phosphene.failure_boundary import running
from phosphene.render.dispatch.command import ModelWorkers, spares, worker_command
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.process import open_worker
from phosphene.render.dispatch.worker_handle import WorkerHandle, WorkerLimits
from phosphene.settings import Settings


@asynccontextmanager
async def open_pools(
    models: Sequence[ModelWorkers], limits: WorkerLimits | None = None
) -> AsyncIterator[ModelPools]:
    """A pool for each model, as ``open_pool`` makes it."""
    news = asyncio.Event()
    async with AsyncExitStack() as stack:
        pools = [
            await stack.enter_async_context(open_pool(one.settings, one.command, limits, news))
            for one in models
        ]
        yield ModelPools(pools)


@asynccontextmanager
async def open_pool(
    settings: Settings,
    command: Sequence[str] | None = None,
    limits: WorkerLimits | None = None,
    news: asyncio.Event | None = None,
) -> AsyncIterator[Pool]:
    """A pool with ``settings.workers`` workers, which start at once and end with the block, and
    ``settings.spares`` that start when the first one is ready.

    ``command`` starts a worker, by default that of ``worker_command``; ``news`` as in ``Pool``.
    """
    pool, command = Pool(settings, news), command or worker_command(settings)
    if not settings.workers:
        yield pool
        return
    try:
        async with running(_keep_workers(pool, settings, command, limits or WorkerLimits())):
            yield pool
    finally:
        pool.close()


async def _keep_workers(
    pool: Pool, settings: Settings, command: Sequence[str], limits: WorkerLimits
) -> None:
    data = Path(settings.data)
    async with asyncio.TaskGroup() as group:
        for _ in range(settings.workers):
            group.create_task(keep_worker(pool, command, limits, data))
        await pool.wait_known()
        for _ in range(spares(settings)):
            group.create_task(keep_worker(pool, command, limits, data))


async def keep_worker(pool: Pool, command: Sequence[str], limits: WorkerLimits, data: Path) -> None:
    """Hold one seat of the pool: start a worker, and another when it is lost, for ever."""

    async def run_once(notify_ready: Callable[[], None]) -> None:
        async with open_worker(command, limits, data) as (ready, link):
            notify_ready()
            await pool.use_worker(WorkerHandle(ready, link, limits))

    await keep_process("pool", run_once, pool.note_lost_worker)
