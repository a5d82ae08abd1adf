"""A likeness is taken back over two instances: at the one the clip is drawn, at the other it is
watched and the press is made; with Redis, and without."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.flows.consenting import (
    ADA,
    BOB,
    as_person,
    inbox_of,
    lend,
    move_in,
    next_notice,
    wait_live,
    watching,
)
from tests.stream.webrtc.test_whip import TOKEN, Endpoint, serving
from tests.support import Instance, RedisServer, instance, redis_server


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def pair(
    redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Instance, Instance]]:
    data = tmp_path_factory.mktemp("data")
    asyncio.run(move_in(data))
    with (
        instance(data, painted=True, redis_url=redis.url, instance="a") as a,
        instance(data, redis_url=redis.url, instance="b", workers=0) as b,
    ):
        yield a, b


@pytest.mark.asyncio
async def test_a_press_at_one_instance_ends_what_the_other_draws(
    pair: tuple[Instance, Instance], redis: RedisServer
) -> None:
    a, b = pair
    async with (
        as_person(a, BOB) as bob,
        as_person(b, ADA) as ada,
        inbox_of(b, ADA) as inbox,
    ):
        for with_redis in (True, False):
            await lend(ada)
            made = await bob.post("/v1/clips", json={"text": "@ada at sea", "seconds": 10})
            assert made.status_code == 202, made.text
            clip = made.json()["id"]
            notice = await next_notice(inbox, "likeness_used")
            assert (notice["clip"], notice["actor"]["id"]) == (clip, BOB.id)
            await wait_live(a, clip)
            async with watching(bob, clip) as here, watching(ada, clip) as there:
                if not with_redis:
                    redis.kill()
                press = {"what": "everything"}
                taken = await ada.post("/v1/me/likeness/withdrawals", json=press)
                assert taken.json()["clips"] == [clip]
                await here.wait_gone()
                await there.wait_gone()
            for one in (bob, ada):
                assert (await one.get(f"/v1/clips/{clip}/hls/index.m3u8")).status_code == 410
            await a.says(f"clip {clip} cancelled")


@pytest.mark.asyncio
async def test_a_push_to_another_server_is_ended_by_a_press(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data, endpoint = tmp_path_factory.mktemp("data"), Endpoint()
    await move_in(data)
    async with serving(endpoint):
        with instance(data, painted=True, whip_url=endpoint.url, whip_token=TOKEN) as server:
            async with as_person(server, BOB) as bob, as_person(server, ADA) as ada:
                await lend(ada)
                made = await bob.post("/v1/clips", json={"text": "@ada at sea", "seconds": 10})
                async with asyncio.timeout(60):
                    for _ in range(5):
                        await endpoint.frames.get()
                    assert not endpoint.deleted.is_set()
                    press = {"what": "clip", "clip": made.json()["id"]}
                    taken = await ada.post("/v1/me/likeness/withdrawals", json=press)
                    assert taken.json()["clips"] == [press["clip"]]
                    # Ended by DELETE (RFC 9725): the clip would have run on for seconds.
                    await endpoint.deleted.wait()
