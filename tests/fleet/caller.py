"""An instance to be killed: ``python -m tests.fleet.caller URL BLOBS CLIPS``, with clips on air."""

import asyncio
import sys

from phosphene.fleet import names
from phosphene.fleet.fleet import open_fleet
from phosphene.render import messages
from phosphene.render.dispatch.pool import ModelPools, Pool
from phosphene.render.dispatch.worker_processes import open_pool
from phosphene.settings import Settings
from tests.fleet.lent import EASEL, QUICK


async def main(url: str, blobs: str, clips: int) -> None:
    names.INSTANCE_MS = 300  # type: ignore[misc]
    settings = Settings(workers=0)
    async with (
        open_pool(settings, EASEL, QUICK) as pool,
        open_fleet(url, blobs, "caller", ModelPools([pool]), QUICK),
        asyncio.TaskGroup() as tasks,
    ):
        await pool.wait_for_workers(1)
        for at in range(clips):
            tasks.create_task(watch(pool, f"called{at}"))


async def watch(pool: Pool, clip: str) -> None:
    order = messages.Render(clip=clip, text="a", seed=1, seconds=10, steps=4)
    async for answer in pool.render_clip(order):
        if isinstance(answer, messages.Started):
            print(clip, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
