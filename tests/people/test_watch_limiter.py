"""What people with limits are sent is counted over all instances, and ends at the limit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from phosphene.errors import AlreadyTaken, Forbidden, Resting
from phosphene.people import watch_limiter
from phosphene.people.connections import OpenConnections
from phosphene.people.watch_limiter import WatchLimiter
from phosphene.store.sqlite import SqliteStore
from phosphene.store.watch_limits import WatchLimits
from tests.store.making import BEN, EVE, Clock, a_store

pytestmark = pytest.mark.asyncio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[SqliteStore]:
    async with a_store(tmp_path / "x.db", "one", clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def limiter(
    store: SqliteStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WatchLimiter]:
    monkeypatch.setattr(watch_limiter, "PACE_S", 0.0)
    made = WatchLimiter(store.watch_limits, OpenConnections(), clock)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(made.run())
        yield made
        running.cancel()


async def counted(limiter: WatchLimiter, seconds: float, clips: int = 0) -> None:
    """Until so much of BEN's is counted."""
    async with asyncio.timeout(20):
        while True:
            own = await limiter.get_limits(BEN.id)
            if (own.seconds_today, own.clips) == (seconds, clips):
                return


async def test_who_reached_their_minutes_is_sent_away_and_let_in_the_next_day(
    limiter: WatchLimiter, clock: Clock
) -> None:
    await limiter.set_limits(BEN.id, WatchLimits(minutes_a_day=1))
    ended, others = asyncio.Event(), asyncio.Event()
    with (
        limiter.viewers.holding(BEN.id, ended.set),
        limiter.viewers.holding(EVE.id, others.set),
    ):
        for _ in range(2):
            limiter.add_sent(BEN.id, 29.0, "a")
            limiter.add_sent(EVE.id, 60.0, "a")
        await counted(limiter, 58.0)
        await limiter.check_awake(BEN.id)
        assert not ended.is_set()
        limiter.add_sent(BEN.id, 2.0, "a")
        async with asyncio.timeout(20):
            await ended.wait()
    assert not others.is_set()
    await limiter.check_awake(EVE.id)
    with pytest.raises(Resting) as resting:
        await limiter.check_awake(BEN.id)
    rest = resting.value.rest
    assert (rest.reason, rest.may_extend) == ("day", False)
    assert resting.value.retry_after_s == rest.until - clock.now
    with pytest.raises(Forbidden):
        await limiter.extend_time(BEN.id)
    clock.now = rest.until
    await limiter.check_awake(BEN.id)
    assert (await limiter.get_limits(BEN.id)).seconds_today == 0


async def test_two_instances_count_together(
    store: SqliteStore, limiter: WatchLimiter, clock: Clock
) -> None:
    other = WatchLimiter(store.watch_limits, OpenConnections(), clock)
    await other.set_limits(BEN.id, WatchLimits(minutes_a_day=1, pause_after=3))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(other.run())
        # The same clip from both is one.
        for one in (limiter, other):
            one.add_sent(BEN.id, 20.0, "a")
        await counted(limiter, 40.0, 1)
        other.add_sent(BEN.id, 20.0, "b")
        await counted(limiter, 60.0, 2)
        running.cancel()
    with pytest.raises(Resting):
        await limiter.check_awake(BEN.id)


async def test_a_pause_after_so_many_clips(limiter: WatchLimiter, clock: Clock) -> None:
    await limiter.set_limits(BEN.id, WatchLimits(pause_after=2, pause_minutes=5))
    for clip in ("a", "a", "b"):
        limiter.add_sent(BEN.id, 1.0, clip)
    await counted(limiter, 3.0, 0)
    with pytest.raises(Resting) as resting:
        await limiter.check_awake(BEN.id)
    assert (resting.value.rest.reason, resting.value.rest.until) == ("pause", clock.now + 300)
    clock.now += 300
    await limiter.check_awake(BEN.id)
    limiter.add_sent(BEN.id, 1.0, "c")
    await counted(limiter, 4.0, 1)


async def test_five_minutes_more_once_a_day(limiter: WatchLimiter, clock: Clock) -> None:
    limits = WatchLimits(minutes_a_day=1, five_more=True)
    await limiter.set_limits(BEN.id, limits)
    with pytest.raises(Forbidden):
        await limiter.extend_time(BEN.id)
    limiter.add_sent(BEN.id, 60.0, "a")
    await counted(limiter, 60.0)
    own = await limiter.get_limits(BEN.id)
    assert own.rest
    assert own.rest.may_extend
    assert (await limiter.extend_time(BEN.id)).rest is None
    clock.now += 300
    own = await limiter.get_limits(BEN.id)
    assert own.rest
    assert not own.rest.may_extend
    with pytest.raises(AlreadyTaken):
        await limiter.extend_time(BEN.id)


async def test_who_loosens_a_limit_waits(limiter: WatchLimiter, clock: Clock) -> None:
    limits = WatchLimits(minutes_a_day=1)
    await limiter.set_limits(BEN.id, limits)
    limiter.add_sent(BEN.id, 60.0, "a")
    await counted(limiter, 60.0)
    own = await limiter.set_limits(BEN.id, replace(limits, minutes_a_day=None))
    assert own.rest
    assert (own.limits.minutes_a_day, own.later_at) == (1, own.rest.until)
    clock.now = own.rest.until
    assert (await limiter.get_limits(BEN.id)).limits.minutes_a_day is None


async def test_who_sets_a_limit_that_is_reached_is_sent_away_at_once(limiter: WatchLimiter) -> None:
    await limiter.set_limits(BEN.id, WatchLimits(minutes_a_day=60))
    limiter.add_sent(BEN.id, 90.0, "")
    await counted(limiter, 90.0)
    ended = asyncio.Event()
    with limiter.viewers.holding(BEN.id, ended.set):
        await limiter.set_limits(BEN.id, WatchLimits(minutes_a_day=1))
    assert ended.is_set()
