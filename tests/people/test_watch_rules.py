"""What follows from limits: when somebody rests, and when looser limits begin to hold."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from phosphene.errors import Unusable
from phosphene.notifications import QuietHours
from phosphene.people.watch_rules import (
    change_limits,
    check_zones,
    day_end,
    day_of,
    rest_of,
)
from phosphene.store.watch_limits import KeptLimits, WatchDay, WatchLimits

PARIS = "Europe/Paris"
NIGHT = QuietHours("22:00", "07:00", PARIS)
LIMITS = WatchLimits(minutes_a_day=60, night=NIGHT, pause_after=20, zone=PARIS)


def at(clock: str, day: int = 10) -> float:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(PARIS)).timestamp()


def test_a_day_is_that_of_its_zone() -> None:
    assert day_of(LIMITS, at("23:59")) == "2026-06-10"
    assert day_of(LIMITS, at("00:00", 11)) == "2026-06-11"
    assert day_end(LIMITS, at("12:00")) == at("00:00", 11)


@pytest.mark.parametrize(
    ("clock", "day", "said"),
    [
        ("12:00", WatchDay(seconds=3599), None),
        ("12:00", WatchDay(seconds=3600), ("day", at("00:00", 11))),
        ("22:30", WatchDay(), ("night", at("07:00", 11))),
        # The last of several: who is let in for a moment was let in for nothing.
        ("22:30", WatchDay(seconds=3600), ("night", at("07:00", 11))),
        ("12:00", WatchDay(paused_until=at("12:10")), ("pause", at("12:10"))),
        ("12:00", WatchDay(seconds=3600, extended_until=at("12:05")), None),
        ("12:05", WatchDay(seconds=3600, extended_until=at("12:05")), ("day", at("00:00", 11))),
    ],
)
def test_when_somebody_rests(clock: str, day: WatchDay, said: tuple[str, float] | None) -> None:
    rest = rest_of(LIMITS, day, at(clock))
    assert (None if rest is None else (rest.reason, rest.until)) == said


def test_five_minutes_more_are_had_once() -> None:
    kind = replace(LIMITS, five_more=True)
    fresh, used = WatchDay(seconds=3600), WatchDay(seconds=3600, extended_until=at("11:00"))
    assert [rest_of(kind, day, at("12:00")).may_extend for day in (fresh, used)] == [True, False]  # type: ignore[union-attr]


def test_what_is_stricter_holds_at_once() -> None:
    stricter = replace(
        LIMITS,
        minutes_a_day=30,
        night=QuietHours("21:00", "08:00", PARIS),
        pause_after=10,
        pause_minutes=20,
    )
    changed = change_limits(KeptLimits(limits=LIMITS), stricter, at("12:00"))
    assert changed == KeptLimits(limits=stricter)
    first = replace(LIMITS, five_more=True)
    assert change_limits(KeptLimits(limits=WatchLimits()), first, at("12:00")).limits == first


@pytest.mark.parametrize(
    "looser",
    [
        replace(LIMITS, minutes_a_day=61),
        replace(LIMITS, minutes_a_day=None),
        replace(LIMITS, night=QuietHours("22:00", "06:59", PARIS)),
        replace(LIMITS, night=QuietHours("22:00", "07:00", "UTC")),
        replace(LIMITS, night=None),
        replace(LIMITS, pause_after=21),
        replace(LIMITS, pause_after=None),
        replace(LIMITS, pause_minutes=5),
        replace(LIMITS, five_more=True),
        # Elsewhere it is another day already, and an hour anew.
        replace(LIMITS, zone="Pacific/Auckland"),
        WatchLimits(),
    ],
)
def test_what_is_looser_waits_until_the_next_day_and_the_nights_end(looser: WatchLimits) -> None:
    changed = change_limits(KeptLimits(limits=LIMITS), looser, at("12:00"))
    assert (changed.limits, changed.later) == (LIMITS, looser)
    # At midnight it is night.
    assert changed.later_at == at("07:00", 11)
    without = change_limits(KeptLimits(limits=replace(LIMITS, night=None)), looser, at("12:00"))
    assert without.later_at in {None, at("00:00", 11)}


def test_of_a_change_that_is_both_the_stricter_part_holds_at_once() -> None:
    both = replace(LIMITS, minutes_a_day=90, pause_after=5)
    changed = change_limits(KeptLimits(limits=LIMITS), both, at("12:00"))
    assert changed.limits == replace(LIMITS, pause_after=5)
    # Who thinks better of it asks for what holds.
    back = change_limits(changed, changed.limits, at("12:01"))
    assert back == KeptLimits(limits=changed.limits)


def test_a_zone_that_nobody_knows_is_refused() -> None:
    for limits in (replace(LIMITS, zone="Mars/Base"), WatchLimits(zone="../etc/passwd")):
        with pytest.raises(Unusable):
            check_zones(limits)
