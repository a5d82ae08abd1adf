from pathlib import Path

import pytest

from phosphene.feed.promise import NEW_S
from phosphene.model import ClipShown, ReactionKind
from phosphene.reports import NewReport
from phosphene.store import reactions
from phosphene.store.sqlite import SqliteStore
from phosphene.store.store import Ages
from tests.store.making import ANNA, BEN, EVE, Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio


async def clips_of(store: SqliteStore, person: str = EVE.id) -> list[str]:
    return [one.clip for one in await store.reactions.list_of(person)]


async def test_a_reaction_is_read_with_whether_its_person_keeps_their_name(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        await store.add_clip(a_clip("c1"))
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 4200, served=False)
        await store.reactions.add_reaction(BEN.id, "nothing", "watch", 10)
        # Nobody teaches what is made of their own.
        await store.reactions.add_reaction(ANNA.id, "c1", "watch", 4200)
        (one,) = await store.reactions.list_after(0, 10)
    assert (one.clip, one.kind, one.watched_ms, one.served) == ("c1", "watch", 4200, False)
    assert not one.known


@pytest.mark.parametrize(
    ("watched_ms", "kind"),
    [(1499, "skip"), (1500, "watch"), (4999, "watch"), (5000, "finished"), (10_000, "looped")],
)
async def test_what_was_watched_is_called_by_how_long(
    tmp_path: Path, watched_ms: int, kind: str
) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1"))
        await store.reactions.add_reaction(BEN.id, "c1", "watch", watched_ms)
        (one,) = await store.reactions.list_of(BEN.id)
    assert one.kind == kind


async def test_a_report_of_a_clip_is_a_reaction_to_it_once(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await store.set_handle(ANNA)
        for words in ("", "look again"):
            await store.moderation.add_report(NewReport("clip", "c1", "spam", words), BEN)
        await store.moderation.add_report(NewReport("person", ANNA.handle, "spam"), BEN)
        (one,) = await store.reactions.list_of(BEN.id)
    assert (one.clip, one.kind, one.watched_ms) == ("c1", "report", None)


async def test_nobody_who_reads_on_misses_one_after_somebody_left(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        await store.add_clip(a_clip("c1"))
        for _ in range(3):
            await store.reactions.add_reaction(EVE.id, "c1", "watch", 2000)
        last = (await store.reactions.list_after(0, 10))[-1].id
        await store.library.clear_history(EVE.id, None)
        clock.now += 0.001
        assert not await clips_of(store)
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 2000)
        found = await store.reactions.list_after(last, 10)
    assert [(one.person, one.kind) for one in found] == [(EVE.id, "cleared"), (BEN.id, "watch")]


async def test_who_clears_one_clip_is_told_of_once_however_often_they_do(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        for clip in ("c1", "c2", "c3"):
            await store.add_clip(a_clip(clip))
            await store.reactions.add_reaction(EVE.id, clip, "watch", 2000)
        await store.library.clear_history(BEN.id, None)
        for clip in ("c1", "c1", "c3"):
            await store.library.clear_history(EVE.id, clip)
        assert await clips_of(store) == ["c2"]
        found = await store.reactions.list_after(0, 10)
    assert [(one.clip, one.kind) for one in found] == [("c2", "watch"), ("", "cleared")]


async def test_what_is_taken_back_is_gone_and_said_to_be(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await store.reactions.take_back(BEN.id, "c1", "not_for_me")
        assert not await store.reactions.list_after(0, 10)
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 1900)
        await store.reactions.add_reaction(BEN.id, "c1", "not_for_me")
        await store.reactions.take_back(BEN.id, "c1", "not_for_me")
        found = await store.reactions.list_after(0, 10)
    assert [(one.clip, one.kind) for one in found] == [("c1", "watch"), ("", "cleared")]


async def test_the_newest_stay_and_seconds_are_bounded(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for number in range(3):
            await store.add_clip(a_clip(f"c{number}"))
        await store.reactions.add_reaction(EVE.id, "c0", "watch", 10**9)
        (first,) = await store.reactions.list_of(EVE.id)
        for _ in range(reactions.KEPT):
            await store.reactions.add_reaction(EVE.id, "c1", "watch", 5)
        await store.reactions.add_reaction(BEN.id, "c2", "watch", 5)
        found = await clips_of(store)
        assert await clips_of(store, BEN.id) == ["c2"]
    assert first.watched_ms == reactions.MOST_MS
    assert found == ["c1"] * reactions.KEPT


async def test_what_was_long_ago_is_forgotten_and_what_is_of_a_removed_clip(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for clip in ("c1", "c2"):
            await store.add_clip(a_clip(clip, status="done"))
        await store.reactions.add_reaction(EVE.id, "c1", "watch", 5)
        clock.now += reactions.KEPT_S / 2
        await store.reactions.add_reaction(EVE.id, "c1", "watch", 6)
        await store.reactions.add_reaction(EVE.id, "c2", "watch", 7)
        clock.now += reactions.KEPT_S / 2
        while (await store.tidy_some(Ages())).more:
            pass
        assert await clips_of(store) == ["c1", "c2"]
        await store.remove_clip("c1")
        assert await clips_of(store) == ["c2"]


async def test_people_who_watched_and_who_were_here_are_counted_once_each(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        first = a_clip("c1", status="done")
        for clip in (first, a_clip("c2", status="done")):
            await store.add_clip(clip)
        for person, watched_ms in (("p1", 300), ("p1", 4000), ("p2", 900), ("p3", 9000)):
            await store.reactions.add_reaction(person, "c1", "watch", watched_ms)
        await store.reactions.add_reaction("p4", "c1", "report")
        await store.reactions.add_reaction("p5", "c2", "watch", 5000)
        clock.now += NEW_S
        await store.reactions.add_reaction("p6", "c2", "watch", 5000)
        found = await store.reactions.count_shown(first, clock.now)
    assert found == ClipShown(watched=2, shown=3, here=5)


async def test_who_watched_a_clip_and_went_on_is_counted_and_who_came_too_late_is_not(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        first = a_clip("c1", status="done")
        for clip in (first, a_clip("c2", status="done")):
            await store.add_clip(clip)
        await store.add_view("c1", ANNA.id)
        for person in (BEN.id, EVE.id):
            await store.add_view("c1", person)
            await store.reactions.add_reaction(person, "c1", "watch", 4000)
        clock.now += NEW_S
        for _ in range(reactions.KEPT):
            await store.reactions.add_reaction(BEN.id, "c2", "watch", 5000)
        await store.add_view("c1", "late")
        await store.reactions.add_reaction("late", "c1", "watch", 4000)
        found = await store.reactions.count_shown(first, clock.now)
    assert found == ClipShown(watched=2, shown=2, here=2)


async def test_people_beside_one_are_counted_once_and_only_as_far_as_is_asked(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        made = store.reactions
        for clip in ("c1", "c2"):
            await store.add_clip(a_clip(clip))
        for number in range(4):
            for clip in ("c1", "c2", "c2"):
                await made.add_reaction(f"p{number}", clip, "watch", 4000)
        for person in ("p0", "p1"):
            for clip in ("c1", "c2"):
                await made.add_reaction(person, clip, "save")
        for person in ("p2", "p3", "p4"):
            await made.add_reaction(person, "c1", "share")
        await made.add_reaction("p5", "c1", "watch", 300)
        await made.add_reaction("p6", "c1", "report")
        assert await made.count_others("c1", "p0", 9) == 4
        assert await made.count_others("c1", "p0", 2) == 2
        assert await made.count_joining("c2", "c1", "p0", 9) == 1
        assert await made.count_going_on("c2", "c1", "p0", 9) == 3
        assert await made.count_going_on("c1", "c2", "p3", 9) == 0


async def test_who_skips_a_clip_did_not_go_on_to_it_nor_from_it(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        made = store.reactions
        for clip in ("c1", "c2"):
            await store.add_clip(a_clip(clip))
        await made.add_reaction("p1", "c1", "watch", 4000)
        await made.add_reaction("p1", "c2", "watch", 300)
        await made.add_reaction("p2", "c1", "watch", 300)
        await made.add_reaction("p2", "c2", "watch", 4000)
        await made.add_reaction("p3", "c1", "not_for_me")
        await made.add_reaction("p3", "c2", "report")
        assert await made.count_going_on("c2", "c1", "p0", 9) == 0
        await made.add_reaction("p1", "c2", "watch", 4000)
        assert await made.count_going_on("c2", "c1", "p0", 9) == 1


@pytest.mark.parametrize("kind", ["not_for_me", "report"])
async def test_what_is_rejected_does_not_come_back(tmp_path: Path, kind: ReactionKind) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        for clip in ("c1", "c2"):
            await store.add_clip(a_clip(clip, status="done"))
        await store.reactions.add_reaction(EVE.id, "c1", kind)
        for _ in range(reactions.KEPT + 1):
            await store.reactions.add_reaction(EVE.id, "c2", "watch", 5)
        assert await clips_of(store) == ["c1"] + ["c2"] * reactions.KEPT
        clock.now += reactions.KEPT_S
        while (await store.tidy_some(Ages())).more:
            pass
        for which in ("c1", None):
            await store.library.clear_history(EVE.id, which)
        assert (await store.wishes.get_standing(EVE.id)).rejected == ("c1",)
        assert await clips_of(store) == ["c1"]


async def test_the_newest_rejections_stay_beside_what_is_watched(tmp_path: Path) -> None:
    async with a_store(tmp_path / "x.db", "one", Clock()) as store:
        for clip in ("c1", "c2"):
            await store.add_clip(a_clip(clip))
        await store.reactions.add_reaction(EVE.id, "c1", "not_for_me")
        await store.reactions.add_reaction(EVE.id, "c2", "watch", 5)
        for _ in range(reactions.KEPT):
            await store.reactions.add_reaction(EVE.id, "c2", "not_for_me")
        found = await store.reactions.list_of(EVE.id)
    assert [one.clip for one in found] == ["c2"] * (reactions.KEPT + 1)
    assert found[0].kind == "skip"
