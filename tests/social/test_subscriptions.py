import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phosphene.errors import BadInput
from phosphene.events import Commented, Liked, Recorded
from phosphene.model import Comment, Person, Position
from phosphene.social.protocol import TOPICS_PER_SOCKET, Subscribe, Unsubscribe
from phosphene.social.subscriptions import Subscriptions, fold
from phosphene.social.topic import RING
from phosphene.store.store import Ages
from tests.social.reading import Follower
from tests.social.serving import Site, a_clip
from tests.store.making import a_comment

BEN = Person("ben-id", "ben")


def subscriptions_of(site: Site, raw: Follower) -> Subscriptions:
    return Subscriptions(site.store, site.topics, site.presence.count_viewers, BEN, raw.subscriber)


@pytest.mark.asyncio
async def test_so_many_topics_and_no_more(site: Site) -> None:
    raw = Follower()
    subscriptions = subscriptions_of(site, raw)
    await asyncio.gather(
        *(site.store.add_clip(a_clip(f"c{number}")) for number in range(TOPICS_PER_SOCKET))
    )
    for number in range(TOPICS_PER_SOCKET):
        await subscriptions.subscribe(Subscribe(f"clip:c{number}"))
    with pytest.raises(BadInput, match="64"):
        await subscriptions.subscribe(Subscribe("clip:a"))
    await subscriptions.subscribe(Subscribe("clip:c0"))
    assert len(site.topics) == TOPICS_PER_SOCKET
    await subscriptions.unsubscribe(Unsubscribe("clip:c1"))
    await subscriptions.subscribe(Subscribe("clip:a"))
    subscriptions.leave_all()
    assert len(site.topics) == 0


@asynccontextmanager
async def restoring(subscriptions: Subscriptions, raw: Follower) -> AsyncIterator[None]:
    """Within, what the connection loses is given to it anew, as a socket does it."""
    async with asyncio.TaskGroup() as tasks:

        def restore() -> None:
            tasks.create_task(subscriptions.restore_lost())

        raw.subscriber.on_lost = restore
        yield


@pytest.mark.asyncio
async def test_who_was_too_slow_starts_anew_from_a_snapshot(site: Site) -> None:
    raw = Follower()
    subscriptions = subscriptions_of(site, raw)
    async with restoring(subscriptions, raw):
        await subscriptions.subscribe(Subscribe("clip:a", 7))
        await subscriptions.subscribe(Subscribe("feed", 8))
        raw.subscriber.pause_delivery()
        count = RING + 1
        await asyncio.gather(
            *(site.actions.add_comment("a", BEN, f"number {number}") for number in range(count))
        )
        assert len(raw.messages) == 2
        raw.subscriber.resume_delivery()
        while len(raw.messages) < 3:
            await raw.next()
        fresh = raw.messages[2]
        assert (fresh["type"], fresh["id"], fresh["recovered"]) == ("subscribed", None, False)
        assert fresh["at"]["seq"] == count + 1
        assert fresh["snapshot"]["clip"]["counts"]["comments"] == count
        await site.actions.add_comment("a", BEN, "and on it goes")
        assert raw.messages[3]["seq"] == count + 2
        assert len(raw.messages) == 4
        subscriptions.leave_all()


@pytest.mark.asyncio
async def test_a_place_whose_events_are_not_kept_any_more_gets_a_snapshot(site: Site) -> None:
    for number in range(9):
        await site.actions.add_comment("a", BEN, f"number {number}")
    while (await site.store.tidy_some(Ages(events=5))).more:
        pass
    recovered = {}
    for seq in (4, 5, 10):
        raw = Follower()
        subscriptions = subscriptions_of(site, raw)
        at = Position(site.topics.epoch, seq)
        await subscriptions.subscribe(Subscribe("clip:a", at=at))
        recovered[seq] = raw.messages[0]["recovered"], [one["seq"] for one in raw.messages[1:]]
        subscriptions.leave_all()
    # Events 6 to 10 are kept.
    assert recovered == {4: (False, []), 5: (True, [6, 7, 8, 9, 10]), 10: (True, [])}


@pytest.mark.asyncio
async def test_followers_of_an_instance_that_slept_too_long_get_a_snapshot(site: Site) -> None:
    raw = Follower()
    subscriptions = subscriptions_of(site, raw)
    async with restoring(subscriptions, raw):
        await subscriptions.subscribe(Subscribe("clip:a"))
        recorded = [
            await site.store.add_comment(a_comment(f"k{number}", "a")) for number in range(9)
        ]
        while (await site.store.tidy_some(Ages(events=5))).more:
            pass
        # The hint of the last one finds that those before it cannot be read any more.
        await site.topics.publish_events(recorded[-1])
        while len(raw.messages) < 2:
            await raw.next()
        fresh = raw.messages[1]
        assert (fresh["type"], fresh["recovered"], fresh["at"]["seq"]) == ("subscribed", False, 10)
        assert fresh["snapshot"]["clip"]["counts"]["comments"] == 9
        await site.actions.add_comment("a", BEN, "and on it goes")
        assert [message["seq"] for message in raw.messages[2:]] == [11]
        subscriptions.leave_all()


@pytest.mark.asyncio
async def test_who_left_meanwhile_gets_no_snapshot(site: Site) -> None:
    raw = Follower()
    subscriptions = subscriptions_of(site, raw)
    await subscriptions.subscribe(Subscribe("clip:a"))
    raw.subscriber.pause_delivery()
    await asyncio.gather(
        *(site.actions.add_comment("a", BEN, f"number {number}") for number in range(RING + 1))
    )
    raw.subscriber.resume_delivery()
    await subscriptions.unsubscribe(Unsubscribe("clip:a"))
    async with restoring(subscriptions, raw):
        await subscriptions.subscribe(Subscribe("feed", 5))
        assert [message["topic"] for message in raw.messages] == ["clip:a", "feed"]
        subscriptions.leave_all()


def test_of_missed_likes_only_the_last_counts() -> None:
    def like(seq: int) -> Recorded:
        return Recorded("clip:a", seq, Liked("a", BEN, True, seq))

    other = Recorded("clip:a", 3, Liked("a", BEN, True, 3))
    comment = Recorded("clip:a", 4, _commented())
    assert fold([like(1), like(2), other, comment, like(5)]) == [comment, like(5)]
    assert fold([comment]) == [comment]
    assert fold([]) == []


def _commented() -> Commented:
    said = Comment(id="k", clip="a", author=BEN, text="oh", created_at=0.0)
    return Commented(said, 1)
