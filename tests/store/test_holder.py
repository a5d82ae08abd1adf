"""Leases in a process that lives, sleeps, and is overtaken."""

import asyncio
from pathlib import Path

import pytest

from phosphene.errors import LeaseLost
from phosphene.store.holder import LeaseHolder, open_holder
from phosphene.store.leases import lease_of
from phosphene.store.sqlite import LEASE_S
from tests.store.making import Clock, a_clip, a_store

pytestmark = pytest.mark.asyncio


def ignore() -> None:
    pass


async def test_after_a_sleep_a_lease_is_renewed_before_a_word_is_said(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        await store.add_clip(a_clip("a"))
        async with open_holder(store, clock, LEASE_S, alone=False) as holder:
            lease = holder.hold_lease(lease_of("a"), 1, clock(), ignore)
            await holder.confirm_lease(lease)
            clock.now += 2 * LEASE_S
            assert not holder.is_held(lease)
            await holder.confirm_lease(lease)
            assert holder.is_held(lease)
            assert await store.list_orphans() == []


async def test_who_slept_too_long_is_told_and_says_no_more(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    told = asyncio.Event()
    async with a_store(path, "one", clock) as one, a_store(path, "two", clock) as two:
        await one.add_clip(a_clip("a"))
        since = clock()
        clock.now += 2 * LEASE_S
        assert await two.take_over("a")
        async with open_holder(one, clock, LEASE_S, alone=False) as holder:
            lease = holder.hold_lease(lease_of("a"), 1, since, told.set)
            with pytest.raises(LeaseLost):
                await holder.confirm_lease(lease)
            assert told.is_set()


async def test_what_ended_or_was_released_is_not_lost(tmp_path: Path) -> None:
    path, clock = tmp_path / "x.db", Clock()
    told = asyncio.Event()
    async with a_store(path, "one", clock) as one:
        holder = LeaseHolder(one, clock, LEASE_S, alone=False)
        await one.add_clip(a_clip("a"))
        lease = holder.hold_lease(lease_of("a"), 1, clock(), told.set)
        await holder.release_lease(lease)
        assert [orphan.number for orphan in await one.list_orphans()] == [1]
        assert await one.renew_leases() == {}
        assert not told.is_set()


async def test_who_is_alone_loses_nothing_by_time(tmp_path: Path) -> None:
    clock = Clock()
    async with a_store(tmp_path / "x.db", "one", clock) as store:
        holder = LeaseHolder(store, clock, LEASE_S, alone=True)
        lease = holder.hold_lease("anything", 1, clock(), ignore)
        clock.now += 1e9
        await holder.confirm_lease(lease)
