from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from phosphene.errors import NotFound
from phosphene.store.sqlite import SqliteStore, open_store
from tests.store.making import ANNA, BEN, EVE, NOON, Clock, a_clip, a_comment

pytestmark = pytest.mark.asyncio

Deed = Callable[[SqliteStore], Awaitable[object]]


async def kinds_of(store: SqliteStore, person: str = BEN.id) -> list[str]:
    return [f"{one.kind} {one.clip}" for one in await store.reactions.list_of(person)]


async def remix(store: SqliteStore, clip_id: str = "r1") -> None:
    await store.add_clip(a_clip(clip_id, author=BEN, status="done", parent="c1"), parent="c1")


async def withhold(store: SqliteStore) -> None:
    await store.comments.remove("c1", "k1", ANNA.id)


DEEDS: dict[str, tuple[Deed, Deed]] = {
    "like": (lambda at: at.set_like("c1", BEN, True), lambda at: at.set_like("c1", BEN, False)),
    "save": (
        lambda at: at.library.set_saved("c1", BEN.id, True),
        lambda at: at.library.set_saved("c1", BEN.id, False),
    ),
    "comment": (lambda at: at.add_comment(a_comment("k1", "c1")), withhold),
    "remix": (remix, lambda at: at.remove_clip("r1")),
    "follow": (
        lambda at: at.people.set_relation(BEN, "follow", ANNA, True),
        lambda at: at.people.set_relation(BEN, "follow", ANNA, False),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DEEDS)
async def test_what_somebody_does_is_a_row_once_and_gone_when_it_is_taken_back(
    tmp_path: Path, kind: str
) -> None:
    do, undo = DEEDS[kind]
    async with open_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await do(store)
        if kind != "remix":
            await do(store)
        assert await kinds_of(store) == [f"{kind} c1"]
        await undo(store)
        assert await kinds_of(store) == []
        (told,) = await store.reactions.list_after(0, 10)
    assert (told.person, told.kind) == (BEN.id, "cleared")


async def test_a_fork_is_no_remix_and_one_of_two_that_is_left_counts(tmp_path: Path) -> None:
    async with open_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await remix(store, "r1")
        await remix(store, "r2")
        await store.remove_clip("r1")
        assert await kinds_of(store) == ["remix c1"]
        await store.add_comment(a_comment("k1", "c1"))
        await store.add_comment(a_comment("k2", "c1"))
        await store.comments.remove("c1", "k2", BEN.id)
        assert await kinds_of(store) == ["remix c1", "comment c1"]


async def test_an_author_is_followed_at_the_clip_that_was_met_last(tmp_path: Path) -> None:
    clock = Clock()
    async with open_store(tmp_path / "x.db", "one", clock) as store:
        for number in range(3):
            clip = a_clip(f"c{number}", status="done", created_at=NOON + number)
            await store.add_clip(clip)
        await store.add_clip(a_clip("e1", author=EVE, status="done"))
        await store.people.set_relation(EVE, "follow", ANNA, True)
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 4000)
        await store.reactions.add_reaction(BEN.id, "e1", "watch", 4000)
        await store.people.set_relation(BEN, "follow", ANNA, True)
        assert await kinds_of(store) == ["watch c1", "watch e1", "follow c1"]
        assert await kinds_of(store, EVE.id) == ["follow c2"]
        # Who blocks somebody, or is blocked, follows them no more.
        await store.people.set_relation(ANNA, "block", BEN, True)
        await store.people.set_relation(EVE, "block", ANNA, True)
        assert await kinds_of(store) == ["watch c1", "watch e1"]
        assert await kinds_of(store, EVE.id) == []


async def test_what_is_done_with_ones_own_clip_is_no_row(tmp_path: Path) -> None:
    async with open_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await store.set_like("c1", ANNA, True)
        await store.reactions.note_deed(ANNA.id, "c1", "share")
        assert await kinds_of(store, ANNA.id) == []


async def test_only_a_clip_that_one_sees_is_shared_and_a_deed_says_how_it_was_met(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        with pytest.raises(NotFound):
            await store.reactions.note_deed(BEN.id, "nothing", "share")
        await store.reactions.note_deed(EVE.id, "c1", "share")
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 4000, served=False)
        await store.reactions.note_deed(BEN.id, "c1", "share")
        rows = await store.reactions.list_after(0, 10)
    assert [(one.person, one.kind, one.served) for one in rows] == [
        (EVE.id, "share", True),
        (BEN.id, "watch", False),
        (BEN.id, "share", False),
    ]


async def test_whose_feed_is_not_personal_leaves_only_what_they_are_not_to_be_shown(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path / "x.db", "one", Clock()) as store:
        await store.add_clip(a_clip("c1", status="done"))
        await store.wishes.change_choices(BEN.id, None, False)
        await store.set_like("c1", BEN, True)
        await store.reactions.add_reaction(BEN.id, "c1", "watch", 4000)
        await store.reactions.add_reaction(BEN.id, "c1", "not_for_me")
        assert await kinds_of(store) == ["not_for_me c1"]
