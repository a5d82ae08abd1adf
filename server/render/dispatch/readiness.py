"""When the first clip can be drawn."""

import logging

from phosphene.errors import RenderFailed
from phosphene.render.dispatch.pool import Pool

log = logging.getLogger("phosphene")


async def announce_ready(pool: Pool) -> None:
    """Say in the log when the workers can draw, or why they cannot."""
    if not pool.has_own_workers:
        return
    try:
        await pool.wait_ready()
    except RenderFailed as error:
        log.error("no clip can be drawn: %s", error)
    else:
        log.info("ready", extra={"model": pool.info and pool.info.model})
