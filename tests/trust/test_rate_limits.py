"""Allowances of people and addresses."""

from typing import cast

import pytest

from phosphene.bus.counters import AllowanceRequest, SharedCounters
from phosphene.errors import TooMany
from phosphene.ratelimit_headers import SERVICE_LIMITS, Allowance, rate_limit_field
from phosphene.settings import Settings
from phosphene.sliding_window import Window
from phosphene.trust.rate_limits import RateLimits, household_of


class Allowances:
    """What RateLimits needs of the counters, on a clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.windows: dict[str, Window] = {}

    async def take_allowances(self, *asked: AllowanceRequest) -> list[Allowance]:
        taken = list[Allowance]()
        for one in asked:
            window = self.windows.setdefault(one.key, Window())
            wait = window.try_take(self.now, one.limit, one.window_s)
            taken.append(Allowance(wait, window.remaining(one.limit), wait or one.window_s))
            if wait:
                break
        return taken


SETTINGS = Settings(prompts_per_minute=2, writes_per_minute=3, joins_per_minute=2, address_factor=2)


def limits_on(bus: Allowances) -> RateLimits:
    return RateLimits(cast(SharedCounters, bus), SETTINGS)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("testclient", "unknown"),
        ("203.0.113.999", "unknown"),
    ],
)
def test_origin(address: str, expected: str) -> None:
    assert household_of(address) == expected


@pytest.mark.asyncio
async def test_a_person_is_told_when_to_come_back_and_then_gets_in() -> None:
    bus = Allowances()
    limits = limits_on(bus)
    await limits.count_act("prompt", "ann", "203.0.113.9")
    bus.now = 10.5
    await limits.count_act("prompt", "ann", "203.0.113.9")
    with pytest.raises(TooMany) as refused:
        await limits.count_act("prompt", "ann", "203.0.113.9")
    assert refused.value.retry_after_s == 50.0
    bus.now += refused.value.retry_after_s
    await limits.count_act("prompt", "ann", "203.0.113.9")


@pytest.mark.asyncio
async def test_another_address_does_not_help_a_person() -> None:
    limits = limits_on(Allowances())
    for number in range(2):
        await limits.count_act("prompt", "ann", f"203.0.113.{number}")
    with pytest.raises(TooMany):
        await limits.count_act("prompt", "ann", "203.0.113.9")


@pytest.mark.asyncio
async def test_new_identities_do_not_help_an_address() -> None:
    limits = limits_on(Allowances())
    for number in range(4):
        await limits.count_act("prompt", f"guest{number}", f"2001:db8::{number}")
    with pytest.raises(TooMany):
        await limits.count_act("prompt", "guest9", "2001:db8::9")
    await limits.count_act("prompt", "guest10", "2001:db8:0:1::1")


@pytest.mark.asyncio
async def test_who_is_over_their_limit_takes_nothing_from_their_neighbours() -> None:
    limits = limits_on(Allowances())
    for _ in range(2):
        await limits.count_act("prompt", "ann", "203.0.113.9")
    for _ in range(20):
        with pytest.raises(TooMany):
            await limits.count_act("prompt", "ann", "203.0.113.9")
    for _ in range(2):
        await limits.count_act("prompt", "bob", "203.0.113.9")


@pytest.mark.asyncio
async def test_prompts_and_writes_are_counted_apart() -> None:
    limits = limits_on(Allowances())
    for _ in range(2):
        await limits.count_act("prompt", "ann", "203.0.113.9")
    for _ in range(3):
        await limits.count_act("write", "ann", "203.0.113.9")
    with pytest.raises(TooMany):
        await limits.count_act("write", "ann", "203.0.113.9")


@pytest.mark.asyncio
async def test_who_is_unknown_shares_the_allowance_of_the_address() -> None:
    limits = limits_on(Allowances())
    for _ in range(4):
        await limits.count_act("join", None, "203.0.113.9")
    with pytest.raises(TooMany):
        await limits.count_act("join", None, "203.0.113.9")
    await limits.count_act("join", None, "203.0.113.10")


@pytest.mark.asyncio
async def test_what_a_person_and_an_address_have_left_is_noted_for_the_answer() -> None:
    limits = limits_on(Allowances())
    for left in ('"prompt-person";r=1;t=60, "prompt-address";r=3;t=60', '"prompt-person";r=0;t=60'):
        SERVICE_LIMITS.set([])
        await limits.count_act("prompt", "ann", "203.0.113.9")
        assert rate_limit_field(SERVICE_LIMITS.get()).startswith(left)
    SERVICE_LIMITS.set([])
    with pytest.raises(TooMany):
        await limits.count_act("prompt", "ann", "203.0.113.9")
    assert rate_limit_field(SERVICE_LIMITS.get()) == '"prompt-person";r=0;t=60'
