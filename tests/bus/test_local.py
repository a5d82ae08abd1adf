import asyncio
from contextlib import aclosing

import pytest

from phosphene.bus.bus import Bus, StreamEntry
from phosphene.bus.local import SWEEP_AT, LocalBus
from phosphene.bus.redis import open_bus
from phosphene.rate_limit import Allowance

pytestmark = pytest.mark.asyncio


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bus(clock: Clock) -> Bus:
    return LocalBus(clock)


async def test_one_instance_alone_has_nobody_to_tell_or_hear(bus: Bus) -> None:
    assert not bus.is_shared
    assert bus.is_up
    await bus.publish_hint("channel", b"data")
    assert not await bus.append_entry("stream", StreamEntry(1, b"data"))
    async with (
        aclosing(bus.receive_hints()) as heard,
        aclosing(bus.follow_stream("stream")) as entries,
    ):
        waiting = [asyncio.ensure_future(anext(heard)), asyncio.ensure_future(anext(entries))]
        done, _ = await asyncio.wait(waiting, timeout=0)
        assert not done
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)


async def test_a_share_counts_until_it_expires(bus: Bus, clock: Clock) -> None:
    assert await bus.sum_shares("a") == 0
    await bus.set_share("a", 3, 10.0)
    await bus.set_share("b", 1, 20.0)
    assert await bus.sum_shares("a") == 3
    await bus.set_share("a", 2, 10.0)
    assert await bus.sum_shares("a") == 2
    clock.now += 10.0
    assert (await bus.sum_shares("a"), await bus.sum_shares("b")) == (0, 1)
    await bus.set_share("b", 0, 10.0)
    assert await bus.sum_shares("b") == 0


async def test_an_allowance_slides(bus: Bus, clock: Clock) -> None:
    first, second, third = [await bus.take_allowance("a", limit=2, window_s=10.0) for _ in range(3)]
    assert (first, second) == (Allowance(0.0, 1, 10.0), Allowance(0.0, 0, 10.0))
    assert third == Allowance(10.0, 0, 10.0)
    assert await bus.take_allowance("b", limit=2, window_s=10.0) == Allowance(0.0, 1, 10.0)
    clock.now += 4.0
    assert await bus.take_allowance("a", limit=2, window_s=10.0) == Allowance(6.0, 0, 6.0)
    assert await bus.take_allowance("b", limit=3, window_s=10.0) == Allowance(0.0, 1, 6.0)
    clock.now += 6.0
    assert await bus.take_allowance("a", limit=2, window_s=10.0) == Allowance(0.0, 1, 10.0)
    assert await bus.take_allowance("c", limit=0, window_s=10.0) == Allowance(10.0, 0, 10.0)


async def test_allowances_of_the_past_are_forgotten(bus: Bus, clock: Clock) -> None:
    await bus.take_allowance("kept", limit=1, window_s=1000.0)
    for number in range(3 * SWEEP_AT):
        clock.now += 1.0
        await bus.take_allowance(f"key {number}", limit=1, window_s=2.0)
    assert (await bus.take_allowance("kept", limit=2, window_s=10_000.0)).wait_s == 0.0
    assert isinstance(bus, LocalBus)
    assert bus.allowances_kept < SWEEP_AT


async def test_an_empty_url_means_alone() -> None:
    async with open_bus("", "one") as bus:
        assert not bus.is_shared
