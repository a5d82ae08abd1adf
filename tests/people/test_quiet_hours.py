from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phosphene.errors import Unusable
from phosphene.notifications import QuietHours
from phosphene.people.quiet_hours import check_zone, quiet_until

PARIS = ZoneInfo("Europe/Paris")
NIGHT = QuietHours("22:30", "07:00", "Europe/Paris")
NAP = QuietHours("13:00", "14:00", "Europe/Paris")


def at(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (None, "2026-06-01T03:00", None),
        (NIGHT, "2026-06-01T22:29:59", None),
        (NIGHT, "2026-06-01T22:30", "2026-06-02T07:00"),
        (NIGHT, "2026-06-01T23:59", "2026-06-02T07:00"),
        (NIGHT, "2026-06-02T00:00", "2026-06-02T07:00"),
        (NIGHT, "2026-06-02T06:59:59", "2026-06-02T07:00"),
        (NIGHT, "2026-06-02T07:00", None),
        (NAP, "2026-06-02T12:59", None),
        (NAP, "2026-06-02T13:00", "2026-06-02T14:00"),
        (NAP, "2026-06-02T14:00", None),
        # The clock is put forward, and back: the night ends at seven all the same.
        (NIGHT, "2026-03-28T23:00", "2026-03-29T07:00"),
        (NIGHT, "2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_when_quiet_ends(quiet: QuietHours | None, now: str, until: str | None) -> None:
    assert quiet_until(quiet, at(now)) == (None if until is None else at(until))


def test_it_is_the_persons_clock_that_counts() -> None:
    there = msgspec.structs.replace(NIGHT, zone="America/New_York")
    noon = at("2026-06-01T12:00")  # six in the morning there
    assert quiet_until(there, noon) == at("2026-06-01T13:00")
    assert quiet_until(NIGHT, noon) is None


def test_an_hour_that_is_there_twice_never_ends_in_the_past() -> None:
    odd = QuietHours("02:10", "02:40", "Europe/Paris")
    for fold in (0, 1):
        now = at("2026-10-25T02:20", fold)
        ends = quiet_until(odd, now)
        assert ends is not None
        assert ends >= now


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "/etc/passwd", "Europe", "a"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(Unusable, match="quiet"):
        check_zone("quiet", zone)
    assert quiet_until(msgspec.structs.replace(NIGHT, zone=zone), at("2026-06-01T23:00")) is None


@pytest.mark.parametrize(
    "given",
    [
        {"from": "24:00", "to": "07:00", "zone": "UTC"},
        {"from": "7:00", "to": "08:00", "zone": "UTC"},
        {"from": "07:00", "to": "07:00", "zone": "UTC"},
        {"from": "07:00\n", "to": "08:00", "zone": "UTC"},
        {"from": "07:00", "to": "08:00", "zone": ""},
        {"from": "07:00", "to": "08:00"},
    ],
)
def test_what_are_no_hours_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, QuietHours)


def test_every_zone_that_browsers_name_is_known() -> None:
    for zone in ("UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"):
        check_zone("quiet", zone)
