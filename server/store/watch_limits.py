"""Limits that people set for what they watch, and what those were sent. Each function is one piece
of a transaction; days and what follows from limits are given by the caller."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from phosphene.notifications import QuietHours, ZoneName
from phosphene.store.connection import SqlConnection

DAY_MINUTES: Final = 1440
CLIPS_LIMIT: Final = 500
PAUSE_LIMIT: Final = 240
Minutes = Annotated[int, Meta(ge=1, le=DAY_MINUTES)]


class WatchLimits(Struct, frozen=True, kw_only=True):
    """What somebody allows themselves: minutes of pictures a day, no pictures in the ``night``, a
    pause of ``pause_minutes`` after so many clips; ``five_more``: five minutes more, once a day.
    Days are those of the ``zone`` (IANA). None: no such limit."""

    minutes_a_day: Minutes | None = None
    night: QuietHours | None = None
    pause_after: Annotated[int, Meta(ge=1, le=CLIPS_LIMIT)] | None = None
    pause_minutes: Annotated[int, Meta(ge=1, le=PAUSE_LIMIT)] = 10
    five_more: bool = False
    zone: ZoneName = "UTC"


class WatchDay(Struct, frozen=True, kw_only=True):
    """What somebody was sent on a day (ISO 8601): ``seconds`` of pictures, ``clips`` since the last
    pause; until when they pause, and have five minutes more. Times in seconds since the epoch."""

    day: str = ""
    seconds: float = 0.0
    clips: int = 0
    paused_until: float = 0.0
    extended_until: float = 0.0


class KeptLimits(Struct, frozen=True, kw_only=True):
    """The limits that hold, and those that are ``later`` to, from ``later_at`` on (seconds since
    the epoch)."""

    limits: WatchLimits
    later: WatchLimits | None = None
    later_at: float | None = None


class Sent(Struct):
    """What a person was sent just now: seconds of pictures, and of which clips."""

    seconds: float = 0.0
    clips: set[str] = msgspec.field(default_factory=set)


DayOf = Callable[[WatchLimits, float], str]
"""Gives the day that it is for somebody."""
Change = Callable[[KeptLimits], KeptLimits]
Watching = tuple[KeptLimits, WatchDay]


def get_limits(cx: SqlConnection, person_id: str, day_of: DayOf, now: float) -> Watching | None:
    kept = kept_limits(cx, person_id, now)
    return None if kept is None else (kept, _day(cx, person_id, day_of(kept.limits, now)))


def kept_limits(cx: SqlConnection, person_id: str, now: float) -> KeptLimits | None:
    """Somebody's limits as they are by now."""
    query = "SELECT limits, later, later_at FROM watch_limits WHERE person = ?"
    row = cx.execute(query, (person_id,)).fetchone()
    if row is None:
        return None
    limits, later, later_at = row
    if later is not None and later_at <= now:
        return KeptLimits(limits=msgspec.json.decode(later, type=WatchLimits))
    waits = None if later is None else msgspec.json.decode(later, type=WatchLimits)
    holds = msgspec.json.decode(limits, type=WatchLimits)
    return KeptLimits(limits=holds, later=waits, later_at=later_at)


def list_limited(cx: SqlConnection, person_ids: Sequence[str]) -> list[str]:
    query = "SELECT 1 FROM watch_limits WHERE person = ?"
    return [one for one in person_ids if cx.execute(query, (one,)).fetchone()]


def change_limits(cx: SqlConnection, person_id: str, change: Change, now: float) -> None:
    new = change(kept_limits(cx, person_id, now) or KeptLimits(limits=WatchLimits()))
    later = None if new.later is None else msgspec.json.encode(new.later).decode()
    cx.execute(
        "INSERT INTO watch_limits (person, limits, later, later_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET limits = excluded.limits, later = excluded.later,"
        " later_at = excluded.later_at",
        (person_id, msgspec.json.encode(new.limits).decode(), later, new.later_at),
    )


def add_sent(
    cx: SqlConnection, sent: Mapping[str, Sent], day_of: DayOf, now: float
) -> dict[str, Watching]:
    found = dict[str, Watching]()
    for person_id, some in sent.items():
        before = get_limits(cx, person_id, day_of, now)
        if before is None:
            continue
        kept, day = before
        day = msgspec.structs.replace(day, seconds=day.seconds + some.seconds)
        if kept.limits.pause_after is not None:
            day = _with_clips(cx, person_id, kept.limits, day, some.clips, now)
        _keep_day(cx, person_id, day)
        found[person_id] = kept, day
    return found


def extend_time(cx: SqlConnection, person_id: str, day_of: DayOf, until: float, now: float) -> bool:
    found = get_limits(cx, person_id, day_of, now)
    if found is None or found[1].extended_until:
        return False
    _keep_day(cx, person_id, msgspec.structs.replace(found[1], extended_until=until))
    return True


def _with_clips(
    cx: SqlConnection,
    person_id: str,
    limits: WatchLimits,
    day: WatchDay,
    clips: set[str],
    now: float,
) -> WatchDay:
    """The day with these clips, and with the pause that they may make due."""
    # Rows and no number: a clip that two instances send, or that is seen twice, is one.
    cx.executemany(
        "INSERT INTO watched_clips (person, clip) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(person_id, clip) for clip in clips],
    )
    seen = _clips(cx, person_id)
    assert limits.pause_after is not None
    if seen < limits.pause_after:
        return msgspec.structs.replace(day, clips=seen)
    cx.execute("DELETE FROM watched_clips WHERE person = ?", (person_id,))
    paused = now + limits.pause_minutes * 60
    return msgspec.structs.replace(day, clips=0, paused_until=paused)


def _clips(cx: SqlConnection, person_id: str) -> int:
    row = cx.execute("SELECT count(*) FROM watched_clips WHERE person = ?", (person_id,))
    return int(row.fetchone()[0])


def _day(cx: SqlConnection, person_id: str, today: str) -> WatchDay:
    query = "SELECT day, seconds, paused_until, extended_until FROM watch_days WHERE person = ?"
    row = cx.execute(query, (person_id,)).fetchone()
    clips = _clips(cx, person_id)
    if row is None or row[0] != today:
        # A pause goes on over midnight.
        return WatchDay(day=today, clips=clips, paused_until=row[2] if row else 0.0)
    _, seconds, paused_until, extended_until = row
    return WatchDay(
        day=today,
        seconds=seconds,
        clips=clips,
        paused_until=paused_until,
        extended_until=extended_until,
    )


def _keep_day(cx: SqlConnection, person_id: str, day: WatchDay) -> None:
    cx.execute(
        "INSERT INTO watch_days (person, day, seconds, paused_until, extended_until)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET day = excluded.day,"
        " seconds = excluded.seconds, paused_until = excluded.paused_until,"
        " extended_until = excluded.extended_until",
        (person_id, day.day, day.seconds, day.paused_until, day.extended_until),
    )
