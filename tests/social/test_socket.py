"""The socket as clients see it, over a real server: with the fan-out extension and without."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from phosphene.events import ClipFinished, ClipProgress
from phosphene.model import Person
from phosphene.social.fanout import FanoutProtocol
from phosphene.social.protocol import MESSAGE_LIMIT
from tests.social.serving import Client, Site, a_client, a_clip, a_site, until
from tests.support import RedisServer

pytestmark = pytest.mark.asyncio
BEN = Person("ben-id", "ben")
CLEO = Person("cleo-id", "cleo")


@pytest_asyncio.fixture(
    params=[FanoutProtocol, WebSocketsSansIOProtocol], ids=["with fan-out", "plain"]
)
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path / "x.db", protocol=request.param, capacity=5) as opened:
        await opened.topics.publish_events(await opened.store.add_clip(a_clip("a")))
        yield opened


@pytest_asyncio.fixture
async def ben(site: Site) -> AsyncIterator[Client]:
    async with a_client(site.url) as client:
        yield client


async def comment(site: Site, count: int, first: int = 0) -> None:
    await asyncio.gather(
        *(site.actions.add_comment("a", CLEO, f"number {i}") for i in range(first, first + count))
    )


async def events(client: Client, last: int) -> list[int]:
    """Places of the comments from now to ``last``."""
    seqs: list[int] = []
    while not seqs or seqs[-1] < last:
        seqs.append((await client.event("commented"))["seq"])
    return seqs


async def test_a_snapshot_shows_everything_there_is(site: Site, ben: Client) -> None:
    await site.actions.like_clip("a", BEN, True)
    await comment(site, 40)
    await site.topics.emit_volatile(ClipProgress("a", 3, 8, 0, 5, 10.0, 0.5, 1.0))
    answer = await ben.subscribe("clip:a")
    snapshot = answer["snapshot"]
    assert not answer["recovered"]
    assert answer["at"]["seq"] == 42
    assert snapshot["clip"]["counts"] == {"likes": 1, "comments": 40, "remixes": 0, "views": 0}
    assert snapshot["liked"] is True
    assert len(snapshot["comments"]) == 30
    assert snapshot["progress"]["step"] == 3
    assert snapshot["viewers"] == 0
    feed = (await ben.subscribe("feed"))["snapshot"]
    nothing = dict.fromkeys(("clip", "progress", "waiting", "ballot", "pinned"))
    assert feed == nothing | {"liked": False, "comments": [], "liked_comments": [], "viewers": 0}


async def test_a_finished_clip_has_no_progress(site: Site, ben: Client) -> None:
    done = a_clip("a", status="done")
    await site.topics.publish_events(await site.store.change_clip(done, ClipFinished(done)))
    await site.topics.emit_volatile(ClipProgress("a", 3, 8, 0, 5, 10.0, 0.5, 1.0))
    assert (await ben.subscribe("clip:a"))["snapshot"]["progress"] is None


@pytest.mark.slow
async def test_events_follow_the_snapshot(site: Site, ben: Client) -> None:
    await ben.subscribe("clip:a")
    assert await ben.ask(type="like", clip="a", on=True) == {"type": "ok", "id": 2}
    liked = await ben.event("liked")
    assert liked == {
        "type": "event",
        "topic": "clip:a",
        "seq": 2,
        "event": {
            "type": "liked",
            "clip": "a",
            "by": {"id": "ben-id", "handle": "ben"},
            "on": True,
            "likes": 1,
        },
    }
    await ben.ask(type="comment", clip="a", text=" oh ", key="made-here")
    assert (await ben.event("commented"))["event"]["comment"]["text"] == "oh"
    await ben.ask(type="comment", clip="a", text="again", key="made-here")
    await ben.ask(type="like", clip="a", on=False)
    assert (await ben.event("liked"))["event"]["likes"] == 0
    assert (await site.store.get_clip("a")).counts.comments == 1


@pytest.mark.slow
async def test_who_comes_back_gets_what_was_missed(site: Site, ben: Client) -> None:
    at = (await ben.subscribe("clip:a"))["at"]
    await comment(site, 20)
    assert await events(ben, 21) == list(range(2, 22))
    # The topic is in memory for ben: cleo is caught up from there.
    async with a_client(site.url, "cleo") as cleo:
        answer = await cleo.subscribe("clip:a", {**at, "seq": 11})
        assert (answer["recovered"], answer["snapshot"]) == (True, None)
        assert await events(cleo, 21) == list(range(12, 22))
        await comment(site, 1, 100)
        assert await events(cleo, 22) == [22]
    await ben.ask(type="unsubscribe", topic="clip:a")
    # Nobody has it now: dora is caught up from the store.
    async with a_client(site.url, "dora") as dora:
        answer = await dora.subscribe("clip:a", {**at, "seq": 3})
        assert (answer["recovered"], answer["at"]["seq"]) == (True, 22)
        assert await events(dora, 22) == list(range(4, 23))


async def test_missed_likes_are_folded(site: Site, ben: Client) -> None:
    at = (await ben.subscribe("feed"))["at"]
    for number in range(20):
        await site.actions.like_clip("a", Person(f"p{number}", f"h{number}"), True)
    await comment(site, 1)
    await ben.subscribe("clip:a", {**at, "seq": 1})
    assert (await ben.event("liked"))["event"]["likes"] == 20
    assert (await ben.event("commented"))["seq"] == 22


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [{"epoch": "another"}, {"seq": 0}, {"seq": -5}, {"seq": 10**15}, {"seq": 10**30}]
)
async def test_a_place_that_is_not_ours_gets_a_snapshot(
    site: Site, ben: Client, change: dict[str, Any]
) -> None:
    at = (await ben.subscribe("feed"))["at"]
    for topic in ("clip:a", "feed"):
        answer = await ben.ask(type="subscribe", topic=topic, at={**at, "seq": 1, **change})
        if answer["type"] == "error":
            assert change["seq"] == 10**30
            assert answer["problem"]["status"] == 400
        else:
            assert not answer["recovered"]
            assert answer["at"] == {**at, "seq": 1}


@pytest.mark.slow
async def test_a_place_too_long_ago_gets_a_snapshot(site: Site, ben: Client) -> None:
    at = (await ben.subscribe("feed"))["at"]
    await comment(site, 300)
    answer = await ben.subscribe("clip:a", {**at, "seq": 1})
    assert not answer["recovered"]
    assert answer["at"]["seq"] == 301
    await comment(site, 1, 1000)
    assert await events(ben, 302) == [302]


@pytest.mark.slow
async def test_no_event_is_lost_or_doubled_around_a_snapshot(site: Site) -> None:
    """Snapshots while others write: what they show and what follows fit together exactly."""

    async def come(name: str) -> None:
        async with a_client(site.url, name) as client:
            for _ in range(5):
                answer = await client.subscribe("clip:a")
                shown = answer["snapshot"]["clip"]["counts"]["comments"]
                assert answer["at"]["seq"] == shown + 1
                if shown < 60:
                    first = await client.event("commented")
                    assert first["seq"] == shown + 2
                    assert first["event"]["comments"] == shown + 1
                await client.ask(type="unsubscribe", topic="clip:a")
                while client.skipped:
                    await client.receive()

    async with asyncio.TaskGroup() as tasks:
        for name in ("ben", "cleo", "dora"):
            tasks.create_task(come(name))
        for number in range(60):
            await site.actions.add_comment("a", CLEO, f"number {number}")


async def test_msgpack_says_the_same(site: Site) -> None:
    async with a_client(site.url, "cleo", "phosphene.msgpack") as cleo:
        assert cleo.connection.subprotocol == "phosphene.msgpack"
        async with a_client(site.url, "ben", "phosphene.json") as ben:
            assert ben.connection.subprotocol == "phosphene.json"
            assert await cleo.subscribe("clip:a") == await ben.subscribe("clip:a")
            await comment(site, 1)
            assert await cleo.event("commented") == await ben.event("commented")


async def test_an_unknown_subprotocol_is_not_agreed_on(site: Site) -> None:
    async with a_client(site.url, "ben", "something.else") as client:
        assert client.connection.subprotocol is None
        assert (await client.ask(type="ping"))["type"] == "pong"


async def test_unsubscribed_means_silent(site: Site, ben: Client) -> None:
    await ben.subscribe("clip:a")
    await ben.subscribe("clip:a")
    assert (await ben.ask(type="unsubscribe", topic="clip:a"))["type"] == "ok"
    assert (await ben.ask(type="unsubscribe", topic="never:was"))["type"] == "ok"
    await comment(site, 3)
    assert (await ben.ask(type="ping"))["type"] == "pong"
    assert ben.skipped == []


@pytest.mark.slow
async def test_who_watches_is_counted(site: Site, ben: Client) -> None:
    await ben.subscribe("clip:a")
    async with a_client(site.url, "ben") as second, a_client(site.url, "cleo") as cleo:
        for client in (ben, second, cleo):
            assert (await client.ask(type="watch", clip="a"))["type"] == "ok"
        assert await site.presence.count_viewers("a") == 2
        assert (await cleo.subscribe("clip:a"))["snapshot"]["viewers"] == 2
        await cleo.ask(type="watch", clip=None)
        assert await site.presence.count_viewers("a") == 1
        assert (await ben.ask(type="watch", clip="missing"))["problem"]["status"] == 404
    while (await ben.event("presence"))["event"]["viewers"] != 0:
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"type": "subscribe", "topic": "clip:missing"}, 404),
        ({"type": "subscribe", "topic": "nonsense"}, 404),
        ({"type": "subscribe", "topic": "clip:missing", "at": {"epoch": "", "seq": 3}}, 404),
        ({"type": "like", "clip": "missing", "on": True}, 404),
        ({"type": "comment", "clip": "a", "text": ""}, 400),
        ({"type": "comment", "clip": "a", "text": "x" * 501}, 422),
        ({"type": "comment", "clip": "a", "text": "oh", "key": "bad key!"}, 400),
        ({"type": "dance"}, 400),
        ({}, 400),
    ],
)
async def test_what_cannot_be_done_is_answered(
    ben: Client, message: dict[str, Any], status: int
) -> None:
    answer = await ben.ask(**message)
    assert answer["type"] == "error"
    assert answer["problem"]["status"] == status
    assert answer["problem"]["type"].startswith("/problems/")
    assert (await ben.ask(type="ping"))["type"] == "pong"


async def test_a_limit_is_answered_with_when_to_come_back(site: Site, ben: Client) -> None:
    site.allowed[0] = 1
    assert (await ben.ask(type="like", clip="a", on=True))["type"] == "ok"
    answer = await ben.ask(type="comment", clip="a", text="oh")
    assert answer["problem"]["status"] == 429
    assert answer["problem"]["retry_after_s"] == 3.0
    assert (await site.store.get_clip("a")).counts.comments == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "data", ["nope", "", "{", b'{"type":"ping"}', '{"x":"' + "x" * MESSAGE_LIMIT + '"}']
)
async def test_what_is_no_message_closes_with_4000(ben: Client, data: str | bytes) -> None:
    await ben.connection.send(data)
    assert await ben.closed() == 4000


async def test_a_huge_message_is_never_read(site: Site, ben: Client) -> None:
    await ben.connection.send("x" * 40_000)
    assert await ben.closed() == (1009 if site.fast else 4000)


async def test_bytes_that_are_no_websocket_end_the_connection(ben: Client) -> None:
    ben.connection.transport.write(b"\xff\xff\xff\xff\xff")
    assert await ben.closed() == 1002


@pytest.mark.slow
async def test_too_many_messages_close_with_4009(ben: Client) -> None:
    for _ in range(200):
        if ben.connection.close_code is not None:
            break
        await ben.connection.send('{"type":"ping"}')
    assert await ben.closed() == 4009


async def test_who_nobody_knows_is_closed_with_4001(site: Site) -> None:
    async with a_client(site.url, "") as stranger:
        assert await stranger.closed() == 4001
        assert stranger.connection.close_reason == "say who you are"


@pytest.mark.slow
async def test_a_full_server_closes_with_4013(site: Site) -> None:
    async with (
        a_client(site.url, "p1"),
        a_client(site.url, "p2"),
        a_client(site.url, "p3"),
        a_client(site.url, "p4"),
        a_client(site.url, "p5") as last,
    ):
        assert site.sockets.open_sockets == 5
        async with a_client(site.url, "") as late:
            assert await late.closed() == 4013
        await last.connection.close()
        await until(lambda: site.sockets.open_sockets < 5)
        async with a_client(site.url, "p6") as welcome:
            assert (await welcome.ask(type="ping"))["type"] == "pong"


async def test_nothing_is_left_of_who_vanishes(site: Site) -> None:
    async with a_client(site.url) as client:
        await client.subscribe("clip:a")
        await client.ask(type="watch", clip="a")
        client.connection.transport.abort()
    await until(lambda: site.sockets.open_sockets == len(site.topics) == 0)
    assert await site.presence.count_viewers("a") == 0


async def test_clients_of_two_instances_see_the_same(tmp_path: Path, redis: RedisServer) -> None:
    path = tmp_path / "x.db"
    async with (
        a_site(path, redis_url=redis.url, instance="one") as here,
        a_site(path, redis_url=redis.url, instance="two") as there,
        a_client(here.url) as ben,
        a_client(there.url, "cleo") as cleo,
    ):
        await here.topics.publish_events(await here.store.add_clip(a_clip("a")))
        at = (await ben.subscribe("clip:a"))["at"]
        await cleo.subscribe("clip:a")
        await ben.ask(type="comment", clip="a", text="one")
        await cleo.ask(type="comment", clip="a", text="two")
        assert await events(ben, 3) == await events(cleo, 3) == [2, 3]
        async with a_client(there.url, "ben") as moved:
            assert (await moved.subscribe("clip:a", at))["recovered"]
            assert await events(moved, 3) == [2, 3]


@pytest.mark.slow
async def test_one_address_holds_so_many_sockets(tmp_path: Path) -> None:
    async with a_site(tmp_path / "x.db", per_address=2) as site, a_client(site.url, "p1"):
        async with a_client(site.url, "p2"), a_client(site.url, "") as late:
            assert await late.closed() == 4013
        await until(lambda: site.sockets.open_sockets == 1)
        async with a_client(site.url, "p3"):
            assert site.sockets.open_sockets == 2
