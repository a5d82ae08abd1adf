"""Minors hear only from those whom they follow, and are found by nobody else."""

from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import Forbidden
from phosphene.store.relations import NOT_HERE
from phosphene.store.sqlite import SqliteStore
from tests.store.making import ANNA, BEN, EVE, NOON, a_clip, a_comment, a_store

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """ANNA is a minor and follows EVE; BEN is a stranger who followed her."""
    async with a_store(tmp_path / "x.db", "one", lambda: NOON) as opened:
        for person in (ANNA, BEN, EVE):
            await opened.set_handle(person)
        await opened.add_clip(a_clip("a"))
        await opened.add_clip(a_clip("b", author=BEN))
        await opened.people.set_relation(ANNA, "follow", EVE, True)
        for person in (BEN, EVE):
            await opened.people.set_relation(person, "follow", ANNA, True)
        await opened.people.mark_seen(ANNA.id, NOON)
        yield opened


async def refused(work: Awaitable[Any]) -> bool:
    # In the words of a block: no stranger learns why.
    with pytest.raises(Forbidden, match=NOT_HERE):
        await work
    return True


async def unread(store: SqliteStore) -> int:
    return (await store.people.read_inbox(ANNA.id, limit=9, cursor=None)).unread


async def test_strangers_reach_a_minor_by_no_way(store: SqliteStore) -> None:
    await store.add_comment(a_comment("mine", "b", "hello", author=ANNA))
    await store.add_comment(a_comment("early", "a", "hi", author=BEN))
    await store.people.mark_seen(ANNA.id, NOON)
    await store.minors.mark_minor(ANNA.id, "self")
    # Whoever followed without being followed does so no more.
    assert [one.id for one in await store.people.list_followers(ANNA.id)] == [EVE.id]
    assert await refused(store.people.set_relation(BEN, "follow", ANNA, True))
    assert await refused(store.add_comment(a_comment("k", "a", "hi", author=BEN)))
    answer = replace(a_comment("answer", "b", "hi", author=BEN), parent="mine")
    assert await refused(store.add_comment(answer))
    assert await refused(store.comments.edit("a", "early", BEN, "come here"))
    await store.add_comment(a_comment("call", "b", f"@{ANNA.handle} look", author=BEN))
    await store.set_like("a", BEN, True)
    await store.add_clip(a_clip("remix", author=BEN, parent="a"))
    assert await unread(store) == 0
    assert await refused(store.minors.check_contact(ANNA.id, BEN.id))


async def test_whom_a_minor_follows_is_no_stranger(store: SqliteStore) -> None:
    await store.minors.mark_minor(ANNA.id, "operator")
    await store.add_comment(a_comment("k", "a", "hi", author=EVE))
    await store.set_like("a", EVE, True)
    assert await unread(store) == 2
    await store.minors.check_contact(ANNA.id, EVE.id)


async def test_strangers_do_not_find_a_minor(store: SqliteStore) -> None:
    async def finds(asker: str) -> list[str]:
        return [p.id for p in await store.search.find_people("anna", (), asker=asker, limit=9)]

    assert await finds("") == [ANNA.id]
    await store.minors.mark_minor(ANNA.id, "self")
    assert [await finds(one) for one in ("", BEN.id, EVE.id, ANNA.id)] == [
        *([], []),
        *([ANNA.id], [ANNA.id]),
    ]


async def test_what_an_operator_said_is_not_unsaid_by_oneself(store: SqliteStore) -> None:
    await store.minors.mark_minor(ANNA.id, "operator")
    await store.minors.mark_minor(ANNA.id, "self")
    assert await store.minors.is_minor(ANNA.id)
    assert not await store.minors.may_use_likeness(ANNA.id, EVE.id)
    assert await store.minors.may_use_likeness(ANNA.id, ANNA.id)
    assert await store.minors.may_use_likeness(EVE.id, ANNA.id)
    await store.minors.unmark_minor(ANNA.id)
    assert not await store.minors.is_minor(ANNA.id)


async def test_everybody_of_an_instance_for_minors_is_one(store: SqliteStore) -> None:
    await store.minors.protect_all(True)
    assert await store.minors.is_minor("somebody")
    assert await refused(store.add_comment(a_comment("k", "a", "hi", author=BEN)))
    await store.add_comment(a_comment("l", "a", "hi", author=EVE))
    await store.minors.protect_all(False)
    assert not await store.minors.is_minor("somebody")
