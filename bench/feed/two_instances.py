"""From a swipe to the order that another instance answers with, over two real servers and Redis.

Somebody's next clips are asked of B; they tell A that they turned from the first of them, and B is
asked again as soon as A has answered: from the telling to B's answer, which must not have the clip.
"""

import asyncio
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import numpy as np
import websockets

from tests.api.test_feed_turns import Page, cookie_of, fill
from tests.support import Instance, instance, redis_server

CLIPS = 400


async def measured(swipes: int) -> str:
    """The line of so many swipes."""
    with tempfile.TemporaryDirectory(prefix="phosphene.feed.") as folder:
        data = Path(folder)
        with (
            redis_server(data) as redis,
            _instance(data, redis.url, "a") as a,
            _instance(data, redis.url, "b") as b,
        ):
            await fill(data, CLIPS)
            async with (
                httpx.AsyncClient(base_url=a.url) as here,
                httpx.AsyncClient(base_url=b.url) as there,
            ):
                await here.get("/v1/me")
                there.cookies = here.cookies
                for at, http in ((a, here), (b, there)):
                    await http.get("/v1/feed")
                    await at.says('"message":"feed learner ready"')
                took = list[float]()
                for _ in range(swipes):
                    # One each: what a socket may say in a second is limited.
                    async with websockets.connect(
                        a.socket_url, additional_headers=cookie_of(here)
                    ) as socket:
                        took.append(await _swipe(Page(socket), there))
    middle, late = 1e3 * np.quantile(took, [0.5, 0.99])
    return f"{swipes} swipes over two instances: p50 {middle:.0f} p99 {late:.0f} ms"


def _instance(data: Path, redis_url: str, name: str) -> AbstractContextManager[Instance]:
    return instance(
        data,
        instance=name,
        redis_url=redis_url,
        workers=0,
        feed_learner=True,
        turns_per_minute=100_000,
    )


async def _swipe(page: Page, there: httpx.AsyncClient) -> float:
    """Seconds from telling A to what B answers then."""
    first, *rest = await _order(there)
    began = time.monotonic()
    await page.turn(first, 0, *rest[:5])
    after = await _order(there)
    elapsed = time.monotonic() - began
    if first in after:
        raise AssertionError("the other instance has not heard of it")
    return elapsed


async def _order(http: httpx.AsyncClient) -> list[str]:
    answer = await http.get("/v1/feed?limit=8")
    answer.raise_for_status()
    return [one["id"] for one in answer.json()["clips"]]


def run(swipes: int) -> str:
    """See ``measured``."""
    return asyncio.run(measured(swipes))
