from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from phosphene.model import FeedChoices, FeedWish, Polarity
from phosphene.store import wishes
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, NOON, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio
CLOCK = Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", CLOCK) as opened:
        yield opened


def wish(
    name: str, polarity: Polarity, *traits: str, at: float = NOON, until: float | None = None
) -> FeedWish:
    return FeedWish(name, polarity, "said", traits, at, until)


async def ids(store: SqliteStore, person: str = ANNA.id) -> list[str]:
    return [one.id for one in await store.wishes.list_wishes(person)]


async def test_a_wish_is_its_persons_and_taken_back_by_them_alone(store: SqliteStore) -> None:
    made = wish("w1", "none", "feeling:scary", "subject:fox", until=CLOCK.now + 9)
    await store.wishes.add_wishes(ANNA.id, [made])
    assert await store.wishes.list_wishes(ANNA.id) == [made]
    assert not await ids(store, BEN.id)
    assert not await store.wishes.drop_wish(BEN.id, "w1")
    assert await store.wishes.drop_wish(ANNA.id, "w1")
    assert not await store.wishes.drop_wish(ANNA.id, "w1")


async def test_another_wish_about_the_same_replaces_what_was_wished(store: SqliteStore) -> None:
    both = "subject:fox", "weather:snow"
    await store.wishes.add_wishes(ANNA.id, [wish("w1", "more", *both), wish("w2", "less", both[0])])
    await store.wishes.add_wishes(BEN.id, [wish("w3", "more", *both)])
    await store.wishes.add_wishes(ANNA.id, [wish("w4", "none", *reversed(both), at=NOON + 1)])
    assert await ids(store) == ["w2", "w4"]
    assert await ids(store, BEN.id) == ["w3"]


async def test_the_newest_are_kept(store: SqliteStore) -> None:
    made = [wish(f"w{n}", "more", f"word:{n}", at=NOON + n) for n in range(wishes.KEPT + 2)]
    await store.wishes.add_wishes(ANNA.id, made)
    assert await ids(store) == [one.id for one in made[2:]]


async def test_a_wish_that_is_over_holds_no_more_and_goes(store: SqliteStore) -> None:
    ends = [wish("w1", "more", "a", until=CLOCK.now + 5), wish("w2", "none", "b")]
    await store.wishes.add_wishes(ANNA.id, ends)
    CLOCK.now += 5
    assert await ids(store) == ["w2"]
    while (await store.tidy_some(Ages())).more:
        pass
    CLOCK.now -= 5
    assert await ids(store) == ["w2"]


async def test_choices_are_changed_one_by_one_and_read_with_what_is_not_for_one(
    store: SqliteStore,
) -> None:
    assert await store.wishes.get_choices(ANNA.id) == FeedChoices("foryou", True)
    await store.wishes.change_choices(ANNA.id, "latest", None)
    assert await store.wishes.change_choices(ANNA.id, None, False) == FeedChoices("latest", False)
    for clip in ("c1", "c2"):
        await store.add_clip(a_clip(clip, author=BEN))
        await store.reactions.add_reaction(ANNA.id, clip, "not_for_me")
    await store.reactions.add_reaction(ANNA.id, "c1", "watch", 5)
    standing = await store.wishes.get_standing(ANNA.id)
    assert (standing.choices, standing.rejected) == (FeedChoices("latest", False), ("c1", "c2"))
    assert (await store.wishes.get_standing(BEN.id)).choices == FeedChoices()


async def test_of_who_wants_nothing_personal_nothing_is_kept_and_their_views_count_once(
    store: SqliteStore,
) -> None:
    for clip in ("c1", "c2", "c3"):
        await store.add_clip(a_clip(clip, status="done"))
    await store.add_view("c1", BEN.id)
    await store.reactions.add_reaction(BEN.id, "c1", "watch", 4000)
    await store.wishes.change_choices(BEN.id, None, False)
    for clip in ("c1", "c2", "c2"):
        await store.add_view(clip, BEN.id)
        await store.reactions.add_reaction(BEN.id, clip, "watch", 4000)
        await store.set_like(clip, BEN, True)
    await store.reactions.add_reaction(BEN.id, "c3", "not_for_me")
    history = await store.library.list_kept(BEN.id, "history", limit=9, cursor=None)
    assert [one.id for one in history.clips] == ["c1"]
    made = [(one.clip, one.kind) for one in await store.reactions.list_of(BEN.id)]
    assert made == [("c1", "watch"), ("c3", "not_for_me")]
    assert (await store.get_counts(["c2"]))["c2"].views == 1
    await store.wishes.change_choices(BEN.id, None, True)
    await store.add_view("c2", BEN.id)
    await store.wishes.change_choices(BEN.id, None, False)
    CLOCK.now += 5
    # What was seen before stays where it was.
    await store.add_view("c1", BEN.id)
    history = await store.library.list_kept(BEN.id, "history", limit=9, cursor=None)
    assert [one.id for one in history.clips] == ["c2", "c1"]
    assert (await store.get_counts(["c2"]))["c2"].views == 1
