"""Quiet hours: when somebody is not to be rung, and when they are again. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phosphene.errors import Unusable
from phosphene.notifications import QuietHours


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name; None: nobody knows it here."""
    try:
        return ZoneInfo(name)
    # ValueError and OSError of names that lead out of the database, or to one of its folders.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def check_zone(field: str, name: str) -> None:
    """Raises Unusable: nobody knows the time zone of a field here."""
    if find_zone(name) is None:
        raise Unusable(f"{field}: no time zone is called {name!r} here")


def quiet_until(quiet: QuietHours | None, now: float) -> float | None:
    """When the quiet hours end that hold at ``now``, both in seconds since the epoch; None while
    they do not. Of a zone that an update took away nothing is quiet."""
    zone = None if quiet is None else find_zone(quiet.zone)
    if quiet is None or zone is None:
        return None
    here = datetime.fromtimestamp(now, zone)
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    # Compared by the clock on the wall, so that a night in which it is changed is an hour longer or
    # shorter, as it is for who sleeps.
    clock = here.time().replace(tzinfo=None)
    over_midnight = start > end
    within = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not within:
        return None
    days = 1 if over_midnight and clock >= start else 0
    ends = datetime.combine(here.date() + timedelta(days=days), end, zone)
    # An hour that is there twice: the first was over before ``now``.
    return max(ends.timestamp(), now)
