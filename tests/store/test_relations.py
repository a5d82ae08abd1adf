from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from phosphene.errors import Forbidden, NotFound
from phosphene.events import ClipFinished, InboxSeen, Noticed, Remixed
from phosphene.guest_names import guest_handle
from phosphene.model import Clip, Person
from phosphene.store.library import ClipChange
from phosphene.store.profiles import ProfileWords, Tally
from phosphene.store.sqlite import SqliteStore
from tests.store.earlier.make import a_recipe
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db") as opened:
        assert isinstance(opened, SqliteStore)
        for person in (ANNA, BEN, EVE):
            await opened.set_handle(person)
        yield opened


async def kinds(store: SqliteStore, person: Person) -> list[tuple[str, str, int]]:
    page = await store.people.read_inbox(person.id, limit=50, cursor=None)
    return [(one.kind, one.actor.id, one.count) for one in page.notices]


def private(clip: Clip) -> Clip:
    return msgspec.structs.replace(clip, visibility="private")


async def test_a_follow_is_told_once_and_counts(store: SqliteStore) -> None:
    (told,) = await store.people.set_relation(BEN, "follow", ANNA, True)
    assert isinstance(told.event, Noticed)
    assert (told.topic, told.event.unread) == (f"person:{ANNA.id}", 1)
    assert not await store.people.set_relation(BEN, "follow", ANNA, True)
    assert await store.people.count_relations(ANNA.id) == (1, 0)
    assert await store.people.list_followers(ANNA.id) == [BEN]
    assert not (await store.people.get_relationship(ANNA.id, BEN.id)).mutual
    await store.people.set_relation(ANNA, "follow", BEN, True)
    assert (await store.people.get_relationship(ANNA.id, BEN.id)).mutual
    await store.people.set_relation(BEN, "follow", ANNA, False)
    assert await store.people.count_relations(ANNA.id) == (0, 1)


async def test_a_guest_is_called_the_same_wherever_they_are_named(store: SqliteStore) -> None:
    guest = Person("guest-id", guest_handle("guest-id"))
    (told, *_) = await store.people.set_relation(guest, "follow", ANNA, True)
    assert isinstance(told.event, Noticed)
    page = await store.people.read_inbox(ANNA.id, limit=9, cursor=None)
    assert page.notices[0].actor == told.event.notice.actor == guest
    assert await store.people.list_followers(ANNA.id) == [guest]


async def test_who_blocks_is_left_alone_both_ways(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.people.set_relation(BEN, "follow", ANNA, True)
    await store.people.set_relation(ANNA, "follow", BEN, True)
    await store.people.set_relation(ANNA, "block", BEN, True)
    assert await store.people.count_relations(ANNA.id) == (0, 0)
    with pytest.raises(Forbidden):
        await store.people.set_relation(BEN, "follow", ANNA, True)
    with pytest.raises(Forbidden):
        await store.set_like("a", BEN, True)
    with pytest.raises(Forbidden):
        await store.add_comment(a_comment("k", "a", author=BEN))
    with pytest.raises(Forbidden):
        await store.add_clip(a_clip("b", parent="a", author=BEN))
    for one, other in ((ANNA, BEN), (BEN, ANNA)):
        assert await store.people.hidden_from(one.id) == {other.id}
    await store.people.set_relation(ANNA, "block", BEN, False)
    await store.set_like("a", BEN, True)


async def test_who_is_muted_does_not_know_and_is_not_heard(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.people.set_relation(ANNA, "mute", BEN, True)
    await store.add_comment(a_comment("k", "a", author=BEN))
    assert await kinds(store, ANNA) == []
    assert await store.people.hidden_from(BEN.id) == frozenset()


async def test_likes_are_told_together_until_one_looks(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.set_like("a", BEN, True)
    await store.set_like("a", EVE, True)
    assert await kinds(store, ANNA) == [("liked", EVE.id, 2)]
    (seen,) = await store.people.mark_seen(ANNA.id, NOON + 10**9)
    assert seen.event == InboxSeen(0)
    assert not await store.people.mark_seen(ANNA.id, NOON + 10**9)
    await store.set_like("a", BEN, False)
    await store.set_like("a", BEN, True)
    assert len(await kinds(store, ANNA)) == 2


async def test_the_number_of_likes_is_that_of_people(store: SqliteStore) -> None:
    for clip in "abc":
        await store.add_clip(a_clip(clip))
        await store.set_like(clip, BEN, True)
    assert await kinds(store, ANNA) == [("liked", BEN.id, 1)]
    await store.set_like("c", BEN, False)
    assert await kinds(store, ANNA) == [("liked", BEN.id, 1)]


async def test_a_like_that_is_taken_back_before_one_looks_is_not_told(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    for _ in range(3):
        await store.set_like("a", BEN, True)
        await store.set_like("a", BEN, False)
    assert await kinds(store, ANNA) == []
    await store.set_like("a", EVE, True)
    await store.set_like("a", BEN, True)
    await store.set_like("a", BEN, False)
    assert [count for *_, count in await kinds(store, ANNA)] == [1]
    await store.people.set_relation(BEN, "follow", ANNA, True)
    _, (withdrawn,) = (
        await store.set_like("a", EVE, False),
        await store.people.set_relation(BEN, "follow", ANNA, False),
    )
    assert withdrawn.event == InboxSeen(0)


async def test_who_is_blocked_may_take_a_like_back(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.set_like("a", BEN, True)
    await store.people.set_relation(ANNA, "block", BEN, True)
    counts, _ = await store.set_like("a", BEN, False)
    assert counts.likes == 0


async def test_a_stranger_rings_once_an_hour_and_a_friend_each_time(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    for number in range(3):
        await store.add_comment(a_comment(f"s{number}", "a", author=BEN))
    assert await kinds(store, ANNA) == [("commented", BEN.id, 3)]
    # Also when one has looked meanwhile.
    await store.people.mark_seen(ANNA.id, NOON + 10**9)
    assert not [
        one
        for one in await store.add_comment(a_comment("s3", "a", author=BEN))
        if isinstance(one.event, Noticed)
    ]
    assert await kinds(store, ANNA) == [("commented", BEN.id, 4)]
    await store.people.set_relation(ANNA, "follow", EVE, True)
    for number in range(2):
        await store.add_comment(a_comment(f"f{number}", "a", author=EVE))
    told = [one for one in await kinds(store, ANNA) if one[1] == EVE.id]
    assert told == [("commented", EVE.id, 1)] * 2


async def test_who_is_called_hears_of_it_if_they_may_see_the_clip(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_clip(private(a_clip("p")))
    text = f"@{EVE.handle} look, and @nobody, mail x@{EVE.handle}.example"
    await store.add_comment(a_comment("k", "a", text, author=BEN))
    await store.add_comment(a_comment("l", "p", text, author=ANNA))
    assert await kinds(store, EVE) == [("mentioned", BEN.id, 1)]


async def test_an_author_hears_of_remixes_and_of_the_end(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    done = a_clip("a", status="done")
    await store.change_clip(done, ClipFinished(done))
    await store.add_clip(a_clip("b", parent="a", author=BEN))
    assert {kind for kind, *_ in await kinds(store, ANNA)} == {"remixed", "finished"}


async def test_an_author_hears_whose_line_their_clip_follows(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    (told,) = await store.tell_steered(a_clip("a"), BEN, "then it rains")
    assert told.topic == f"person:{ANNA.id}"
    assert [kind for kind, *_ in await kinds(store, ANNA)] == ["steered"]
    assert await store.tell_steered(a_clip("a"), ANNA, "then it snows") == []


async def test_a_fork_is_told_as_a_fork(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    fork = a_clip("b", parent="a", author=BEN)
    recipe = msgspec.structs.replace(a_recipe(fork), kept=2)
    recorded = await store.add_clip(msgspec.structs.replace(fork, recipe=recipe))
    assert [one.event.fork for one in recorded if isinstance(one.event, Remixed)] == [True]
    assert [kind for kind, *_ in await kinds(store, ANNA)] == ["forked"]
    drafts = {"c": 2, "d": 0}
    for name, kept in drafts.items():
        draft = private(a_clip(name, parent="a", author=EVE, status="done"))
        recipe = msgspec.structs.replace(a_recipe(draft), kept=kept)
        await store.add_clip(msgspec.structs.replace(draft, recipe=recipe))
        await store.library.change_terms(name, EVE.id, ClipChange(visibility="public"))
    of_eve = [kind for kind, by, _ in await kinds(store, ANNA) if by == EVE.id]
    assert sorted(of_eve) == ["forked", "remixed"]


async def test_a_kind_that_is_not_wanted_is_not_told(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.people.set_kinds_off(ANNA.id, ["liked"])
    await store.set_like("a", BEN, True)
    assert await kinds(store, ANNA) == []
    assert await store.people.list_kinds_off(ANNA.id) == ["liked"]


async def test_a_removed_clip_leaves_no_notice(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    await store.add_comment(a_comment("k", "a", "secret words", author=BEN))
    failed = a_clip("a", status="failed")
    await store.change_clip(failed, ClipFinished(failed))
    await store.remove_clip("a")
    assert await kinds(store, ANNA) == []
    told = await store.list_events(f"person:{ANNA.id}", after=0, limit=9)
    assert told
    assert "secret" not in repr(told)


async def test_pages_of_an_inbox_meet(store: SqliteStore) -> None:
    await store.people.set_relation(ANNA, "follow", BEN, True)
    await store.add_clip(a_clip("a"))
    for number in range(5):
        await store.add_comment(a_comment(f"k{number}", "a", author=BEN))
    found, cursor = [], None
    while True:
        page = await store.people.read_inbox(ANNA.id, limit=2, cursor=cursor)
        found += [one.id for one in page.notices]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(set(found)) == 5
    assert page.unread == 5


async def test_a_profile_shows_what_is_public(store: SqliteStore) -> None:
    for clip in (a_clip("a"), a_clip("b", parent="a"), private(a_clip("p"))):
        await store.add_clip(clip)
    await store.set_like("a", BEN, True)
    assert await store.people.get_tally(ANNA.id) == Tally(2, 1, 1)
    for remixes, ids in ((False, ["a"]), (True, ["b"])):
        page = await store.people.list_clips_by(ANNA.id, limit=9, cursor=None, remixes=remixes)
        assert [one.id for one in page.clips] == ids
    liked = await store.people.list_liked(BEN.id, limit=9, cursor=None)
    assert [one.id for one in liked.clips] == ["a"]
    await store.people.set_relation(EVE, "follow", ANNA, True)
    first = await store.people.list_followed(EVE.id, limit=1, cursor=None)
    rest = await store.people.list_followed(EVE.id, limit=1, cursor=first.cursor)
    assert {one.id for one in (*first.clips, *rest.clips)} == {"a", "b"}
    assert rest.cursor is None


async def test_a_portrait_is_a_still_of_an_own_clip(store: SqliteStore) -> None:
    await store.add_clip(a_clip("a"))
    with pytest.raises(NotFound, match="still"):
        await store.people.set_words(ANNA.id, ProfileWords("hello", "a"))
    done = a_clip("a", status="done")
    await store.change_clip(done, ClipFinished(done))
    words = ProfileWords("hello", "a", True)
    await store.people.set_words(ANNA.id, words)
    assert await store.people.get_words(ANNA.id) == words
    with pytest.raises(NotFound):
        await store.people.set_words(BEN.id, ProfileWords("", "a"))
