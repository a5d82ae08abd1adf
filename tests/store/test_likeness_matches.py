"""Clips that are held for a face in them, and what an operator says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.errors import NotFound
from phosphene.events import ClipFinished, ClipRemoved, Noticed, Recorded
from phosphene.model import FEED_TOPIC, Clip, clip_topic, person_topic
from phosphene.reports import Decider
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_store
from tests.store.test_likenesses import finish, keep_name

pytestmark = pytest.mark.asyncio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        for person in (ANNA, BEN, EVE):
            await keep_name(opened, person)
        await opened.moderation.give_role(EVE, "operator", Decider(None, "operator"))
        await opened.add_clip(a_clip("c", author=BEN))
        yield opened


def notices(recorded: list[Recorded]) -> list[tuple[str, str, str, str]]:
    told = [one for one in recorded if isinstance(one.event, Noticed)]
    return [
        (one.topic, one.event.notice.kind, one.event.notice.outcome, one.event.notice.clip)
        for one in told
        if isinstance(one.event, Noticed)
    ]


async def held(store: SqliteStore) -> Clip:
    return await store.get_clip("c")


async def test_a_clip_is_held_while_it_is_drawn_and_finished_for_nobody(
    store: SqliteStore,
) -> None:
    recorded = list(await store.matches.hold_clip("c", ANNA.id))
    # Neither who made it nor the clip: it may be somebody else's face.
    assert notices(recorded) == [
        (person_topic(ANNA.id), "likeness_matched", "", ""),
        (person_topic(EVE.id), "face_found", "", ""),
    ]
    gone = [one.topic for one in recorded if isinstance(one.event, ClipRemoved)]
    assert gone == [clip_topic("c"), FEED_TOPIC]
    assert (await held(store)).withheld_for == "match"
    assert list(await store.matches.hold_clip("c", ANNA.id)) == []
    await store.matches.hold_clip("c", EVE.id)
    await finish(store, await held(store))
    assert (await store.list_clips(limit=9, cursor=None)).clips == ()
    (waiting,) = await store.matches.list_held()
    assert (waiting.clip, waiting.author, waiting.at) == ("c", BEN, NOON)
    assert waiting.owners == (ANNA, EVE)
    with pytest.raises(NotFound):
        await store.matches.hold_clip("none", ANNA.id)


async def test_an_operator_gives_it_back_or_says_that_it_shows_them(
    store: SqliteStore, clock: Clock
) -> None:
    await store.add_clip(a_clip("d", author=BEN))
    for clip in ("c", "d"):
        await store.matches.hold_clip(clip, ANNA.id)
        await finish(store, await store.get_clip(clip))
    clock.now += 60
    back = list(await store.matches.settle_clip("c", confirmed=False))
    assert FEED_TOPIC in [one.topic for one in back if isinstance(one.event, ClipFinished)]
    assert notices(back) == [(person_topic(ANNA.id), "likeness_matched", "no", "")]
    assert (await held(store)).withheld_for is None
    kept = list(await store.matches.settle_clip("d", confirmed=True))
    assert notices(kept) == [(person_topic(ANNA.id), "likeness_matched", "yes", "")]
    assert (await store.get_clip("d")).withheld_for == "right"
    assert await store.matches.list_held() == []
    for clip in ("c", "d"):
        with pytest.raises(NotFound):
            await store.matches.settle_clip(clip, confirmed=True)
    totals = {one.deed: (one.count, one.mean_s) for one in await store.likenesses.list_totals()}
    assert totals == {"matched": (2, None), "released": (1, 60.0), "confirmed": (1, 60.0)}


async def test_nothing_waits_of_a_clip_or_a_person_that_is_gone(store: SqliteStore) -> None:
    await store.matches.hold_clip("c", ANNA.id)
    await store.leaving.begin(ANNA.id)
    while (await store.leaving.leave_some(ANNA.id)).more:
        pass
    # Nobody is named any more, and it is still for an operator to say.
    (waiting,) = await store.matches.list_held()
    assert waiting.owners == ()
    await finish(store, await held(store))
    await store.remove_clip("c")
    assert await store.matches.list_held() == []
