"""What comes through the socket, however its connection fares."""

import asyncio
from collections.abc import AsyncIterator
from random import Random

import pytest

from phosphene.client import Client, Following
from phosphene.client.following import Places
from phosphene.errors import NotFound, Unauthorized
from phosphene.events import ClipProgress, ClipRemoved, Commented, ViewersChanged
from phosphene.model import Position, clip_topic
from phosphene.social.protocol import Happened, Snapshot, Subscribed
from tests.client.line import a_line
from tests.client.test_client import finished
from tests.support import Instance

SOON_S = 60
AT = Position("e", 5)


async def comments_until(events: Following, last: str) -> AsyncIterator[str]:
    """The comments that are told, up to one."""
    async with asyncio.timeout(SOON_S):
        async for told in events:
            if isinstance(told, Happened) and isinstance(told.event, Commented):
                yield told.event.comment.text
                if told.event.comment.text == last:
                    return


@pytest.mark.asyncio
async def test_nothing_is_lost_or_doubled_over_a_line_that_breaks(server: Instance) -> None:
    cuts = Random(7)
    async with Client(server.url) as writer, a_line(server.url) as line:
        clip = (await writer.create_clip("a disc to talk about", seconds=1)).id
        # Enough for the handshake and the snapshot, and then a part of a message more each time.
        line.cuts = [cuts.randint(1500, 4000) for _ in range(6)]
        said = [f"number {number}" for number in range(60)]
        async with Client(line.url) as reader, reader.follow_topics(clip_topic(clip)) as events:
            assert isinstance(await anext(events), Subscribed)
            talking = asyncio.ensure_future(talk(writer, clip, said))
            heard = [text async for text in comments_until(events, said[-1])]
            await talking
    assert heard == said
    assert not line.cuts


async def talk(client: Client, clip: str, said: list[str]) -> None:
    for text in said:
        await client.write_comment(clip, text)


@pytest.mark.asyncio
async def test_another_process_goes_on_where_one_was(server: Instance) -> None:
    async with Client(server.url) as client:
        clip = (await client.create_clip("a disc", seconds=1)).id
        async with client.follow_topics(clip_topic(clip)) as events:
            await anext(events)
            await client.write_comment(clip, "before")
            assert [text async for text in comments_until(events, "before")] == ["before"]
            places = events.places
        await client.write_comment(clip, "meanwhile")
        await client.write_comment(clip, "at the end")
        async with client.follow_topics(at=places) as events:
            heard = [text async for text in comments_until(events, "at the end")]
    assert heard == ["meanwhile", "at the end"]


@pytest.mark.asyncio
async def test_topics_come_and_go_and_one_that_is_not_there_hinders_no_other(
    server: Instance,
) -> None:
    async with Client(server.url) as client:
        clip = (await client.create_clip("a disc", seconds=1)).id
        async with (
            asyncio.timeout(SOON_S),
            client.follow_topics("feed", clip_topic("nothing")) as events,
        ):
            begun = await anext(events)
            assert isinstance(begun, Subscribed)
            assert begun.topic == "feed"
            # The feed may tell of the clip that is being drawn in between.
            with pytest.raises(NotFound):
                await anext(told async for told in events if not isinstance(told, Happened))
            await events.subscribe(clip_topic(clip))
            await events.watch_clip(clip)
            kinds = {type(told.event) async for told in _until_viewers(events)}
            assert ViewersChanged in kinds
            await events.unsubscribe(clip_topic(clip))
            assert set(events.places) == {"feed"}


async def _until_viewers(events: Following) -> AsyncIterator[Happened]:
    async for told in events:
        if isinstance(told, Happened):
            yield told
            if isinstance(told.event, ViewersChanged) and told.event.viewers:
                return


@pytest.mark.asyncio
async def test_a_clip_that_was_removed_while_nobody_was_told_is_gone(server: Instance) -> None:
    async with Client(server.url) as client, a_line(server.url) as line:
        clip = await client.create_clip("a disc to be removed", seconds=1)
        await finished(client, clip.id)
        async with (
            asyncio.timeout(SOON_S),
            Client(line.url) as reader,
            reader.follow_topics(clip_topic(clip.id)) as events,
        ):
            assert isinstance(await anext(events), Subscribed)
            async with line.down():
                await client.delete_clip(clip.id)
            told = await anext(events)
    assert isinstance(told, Happened)
    assert told.event == ClipRemoved(clip.id)


@pytest.mark.asyncio
async def test_an_identity_that_is_none_is_said(server: Instance) -> None:
    async with (
        Client(server.url, token="nobody's") as client,
        client.follow_topics("feed") as events,
    ):
        with pytest.raises(Unauthorized):
            await anext(events)


@pytest.mark.parametrize(("seq", "told"), [(4, False), (5, False), (6, True), (None, True)])
def test_an_event_is_news_once(seq: int | None, told: bool) -> None:
    places = Places({"clip:a": AT})
    event = Happened("clip:a", seq, ViewersChanged("a", 1))
    assert (places.news(event) is event) == told
    assert places.news(Happened("clip:b", 9, ViewersChanged("b", 1))) is None


def test_a_snapshot_begins_anew_and_a_recovery_goes_on() -> None:
    places = Places({"clip:a": AT})
    again = Subscribed(topic="clip:a", at=Position("e", 9), recovered=True)
    assert places.news(again) is None
    assert places.topics["clip:a"] == AT
    anew = Subscribed(topic="clip:a", at=Position("f", 2), recovered=False, snapshot=Snapshot())
    assert places.news(anew) is anew
    assert places.topics["clip:a"] == Position("f", 2)


def test_what_comes_before_the_snapshot_that_was_asked_for_is_in_it() -> None:
    places = Places({"clip:a": None})
    early = Happened("clip:a", 3, ClipProgress("a", 1, 2, 1, 1, 50.0, 0.5, 1.0))
    assert places.news(early) is None
