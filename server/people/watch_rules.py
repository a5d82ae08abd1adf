"""What follows from the limits that somebody set for themselves. Pure."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from phosphene.errors import Rest, RestReason
from phosphene.notifications import QuietHours
from phosphene.people.quiet_hours import check_zone, find_zone, quiet_until
from phosphene.store.watch_limits import DAY_MINUTES, KeptLimits, WatchDay, WatchLimits

EXTENSION_S: Final = 300.0
NEVER: Final = 10**9
"""More than any limit: none is set."""


def check_zones(limits: WatchLimits) -> None:
    """Raises Unusable: nobody knows such a time zone here."""
    if limits.night is not None:
        check_zone("night", limits.night.zone)
    check_zone("zone", limits.zone)


def day_of(limits: WatchLimits, now: float) -> str:
    """The day that it is for somebody (ISO 8601)."""
    return datetime.fromtimestamp(now, _zone(limits)).date().isoformat()


def day_end(limits: WatchLimits, now: float) -> float:
    """When the next day begins for them."""
    zone = _zone(limits)
    tomorrow = datetime.fromtimestamp(now, zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).timestamp()


def rest_of(limits: WatchLimits, day: WatchDay, now: float) -> Rest | None:
    """Why, and until when, somebody is sent no pictures at ``now``; None: they are."""
    if now < day.extended_until:
        return None
    untils: dict[RestReason, float] = {}
    if (night := quiet_until(limits.night, now)) is not None:
        untils["night"] = night
    if limits.minutes_a_day is not None and day.seconds >= limits.minutes_a_day * 60:
        untils["day"] = day_end(limits, now)
    if now < day.paused_until:
        untils["pause"] = day.paused_until
    if not untils:
        return None
    # The last of them: who is let in after the pause and sent away for the day was let in for
    # nothing.
    reason = max(untils, key=lambda one: untils[one])
    more = limits.five_more and not day.extended_until
    return Rest(reason=reason, until=untils[reason], may_extend=more)


def change_limits(kept: KeptLimits, new: WatchLimits, now: float) -> KeptLimits:
    """The limits after somebody asks for others: what is stricter holds at once, what is looser
    from the next day on, and not before a night is over that has begun."""
    stricter = _stricter(kept.limits, new)
    if stricter == new:
        return KeptLimits(limits=new)
    at = day_end(kept.limits, now)
    at = quiet_until(kept.limits.night, at) or at
    return KeptLimits(limits=stricter, later=new, later_at=at)


def _stricter(old: WatchLimits, new: WatchLimits) -> WatchLimits:
    """Of each limit the stricter one."""
    had_pause = old.pause_after is not None
    return replace(
        new,
        minutes_a_day=_less(old.minutes_a_day, new.minutes_a_day),
        night=new.night if _covers(new.night, old.night) else old.night,
        pause_after=_less(old.pause_after, new.pause_after),
        pause_minutes=max(old.pause_minutes, new.pause_minutes) if had_pause else new.pause_minutes,
        five_more=new.five_more and (old.five_more or not _limits(old)),
        # Another zone may begin the day anew.
        zone=old.zone if _limits(old) else new.zone,
    )


def _limits(limits: WatchLimits) -> bool:
    """Whether anything is limited at all."""
    return any(one is not None for one in (limits.minutes_a_day, limits.night, limits.pause_after))


def _less(old: int | None, new: int | None) -> int | None:
    least = min(NEVER if old is None else old, NEVER if new is None else new)
    return None if least == NEVER else least


def _covers(new: QuietHours | None, old: QuietHours | None) -> bool:
    """Whether one night holds the other whole."""
    if old is None:
        return True
    if new is None or new.zone != old.zone:
        return new == old
    return _minutes(new) >= _minutes(old)


def _minutes(night: QuietHours) -> frozenset[int]:
    """Minutes of the day that a night holds."""
    start, end = (_minute(one) for one in (night.start, night.end))
    length = (end - start) % DAY_MINUTES
    return frozenset((start + one) % DAY_MINUTES for one in range(length))


def _minute(clock: str) -> int:
    at = time.fromisoformat(clock)
    return at.hour * 60 + at.minute


def _zone(limits: WatchLimits) -> ZoneInfo:
    # An update took it away: the limit holds, by another clock.
    return find_zone(limits.zone) or ZoneInfo("UTC")
