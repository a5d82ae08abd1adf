import pytest

from phosphene.bus.counters import AllowanceRequest
from phosphene.bus.local_counters import SWEEP_AT, LocalCounters
from phosphene.bus.redis_counters import open_counters
from phosphene.ratelimit_headers import Allowance
from tests.bus.taking import take_one

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
def counters(clock: Clock) -> LocalCounters:
    return LocalCounters(clock)


async def test_a_share_counts_until_it_expires(counters: LocalCounters, clock: Clock) -> None:
    assert await counters.sum_shares("a") == 0
    await counters.set_share("a", 3, 10.0)
    await counters.set_share("b", 1, 20.0)
    assert await counters.sum_shares("a") == 3
    await counters.set_share("a", 2, 10.0)
    assert await counters.sum_shares("a") == 2
    clock.now += 10.0
    assert (await counters.sum_shares("a"), await counters.sum_shares("b")) == (0, 1)
    await counters.set_share("b", 0, 10.0)
    assert await counters.sum_shares("b") == 0


async def test_an_allowance_slides(counters: LocalCounters, clock: Clock) -> None:
    first, second, third = [await take_one(counters, "a", limit=2, window_s=10.0) for _ in range(3)]
    assert (first, second) == (Allowance(0.0, 1, 10.0), Allowance(0.0, 0, 10.0))
    assert third == Allowance(10.0, 0, 10.0)
    assert await take_one(counters, "b", limit=2, window_s=10.0) == Allowance(0.0, 1, 10.0)
    clock.now += 4.0
    assert await take_one(counters, "a", limit=2, window_s=10.0) == Allowance(6.0, 0, 6.0)
    assert await take_one(counters, "b", limit=3, window_s=10.0) == Allowance(0.0, 1, 6.0)
    clock.now += 6.0
    assert await take_one(counters, "a", limit=2, window_s=10.0) == Allowance(0.0, 1, 10.0)
    assert await take_one(counters, "c", limit=0, window_s=10.0) == Allowance(10.0, 0, 10.0)


async def test_allowances_of_the_past_are_forgotten(counters: LocalCounters, clock: Clock) -> None:
    await take_one(counters, "kept", limit=1, window_s=1000.0)
    for number in range(3 * SWEEP_AT):
        clock.now += 1.0
        await take_one(counters, f"key {number}", limit=1, window_s=2.0)
    assert (await take_one(counters, "kept", limit=2, window_s=10_000.0)).wait_s == 0.0
    assert counters.allowances_kept < SWEEP_AT


async def test_an_empty_url_means_alone() -> None:
    async with open_counters("", "one") as counters:
        assert not counters.is_shared


async def test_after_one_that_is_refused_nothing_is_taken(counters: LocalCounters) -> None:
    both = AllowanceRequest("person", 1, 10.0), AllowanceRequest("address", 5, 10.0)
    assert [one.remaining for one in await counters.take_allowances(*both)] == [0, 4]
    assert await counters.take_allowances(*both) == [Allowance(10.0, 0, 10.0)]
    assert (await take_one(counters, "address", limit=5, window_s=10.0)).remaining == 3
