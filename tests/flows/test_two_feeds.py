"""One person's feed at two instances that share a database and a Redis."""

from pathlib import Path

import httpx
import pytest
import websockets

from tests.api.test_feed_turns import Page, cookie_of, fill
from tests.support import instance, redis_server

pytestmark = [pytest.mark.process, pytest.mark.asyncio]


@pytest.mark.breadth
async def test_what_is_told_one_instance_changes_the_order_of_the_other(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "redis"
    folder.mkdir()
    with (
        redis_server(folder) as redis,
        instance(data, instance="a", redis_url=redis.url, workers=0, feed_learner=True) as a,
        instance(data, instance="b", redis_url=redis.url, workers=0, feed_learner=True) as b,
    ):
        await fill(data, 40)
        async with (
            httpx.AsyncClient(base_url=a.url) as here,
            httpx.AsyncClient(base_url=b.url) as there,
        ):
            await here.get("/v1/me")
            there.cookies = here.cookies
            await there.get("/v1/feed")
            await b.says('"message":"feed learner ready"')
            async with websockets.connect(
                a.socket_url, additional_headers=cookie_of(here)
            ) as socket:
                page = Page(socket)
                for number in range(12):
                    clip = f"clip{number:02}"
                    if number % 2:  # a whale
                        assert (await here.put(f"/v1/clips/{clip}/like")).status_code == 200
                        assert (await here.put(f"/v1/clips/{clip}/save")).status_code < 300
                    else:
                        await page.turn(clip, 0)
            found = (await there.get("/v1/feed?limit=6")).json()["clips"]
    assert not {one["id"] for one in found} & {f"clip{number:02}" for number in range(12)}
    assert [one["text"] for one in found].count("whale") >= 5
