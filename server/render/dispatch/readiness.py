"""When the first clip can be drawn."""

import asyncio
import logging
from collections.abc import Iterable

from phosphene.errors import RenderFailed
from phosphene.render.dispatch.pool import Pool

log = logging.getLogger("phosphene")


async def announce_ready(pools: Iterable[Pool]) -> None:
    """Say in the log when own workers of each model can draw, or why they cannot."""
    async with asyncio.TaskGroup() as tasks:
        for pool in pools:
            if pool.has_own_workers:
                tasks.create_task(_announce(pool), name=f"announcing {pool.model}")


async def _announce(pool: Pool) -> None:
    try:
        await pool.wait_ready()
    except RenderFailed as error:
        log.error("no clip can be drawn with %s: %s", pool.model, error)
    else:
        log.info("ready", extra={"model": pool.name})
