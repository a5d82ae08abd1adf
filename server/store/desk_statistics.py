"""How the desk of moderators works, in numbers: what waits, how fast it is decided, what is taken
back, who reports rightly, against whom is decided again and again. Each function is one piece of a
transaction."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.guest_names import guest_handle
from phosphene.store.connection import SqlConnection
from phosphene.store.refusal_counts import day_of
from phosphene.store.repeats import LOOKED_BACK_S

DAY_S: Final = 86400.0
DAYS: Final = 30
"""So many days are shown one by one, and so long back times are measured."""
SAMPLE: Final = 10_000
"""Reports and decisions that are looked at, the newest."""
LISTED: Final = 20
"""People in a list."""
AGAIN: Final = 2
"""Decisions against one person from which on they are listed."""
WEEK_S: Final = 7 * DAY_S


class OpenReports(Struct, frozen=True):
    """Reports of one kind that wait: of the last day, of the week before, older. ``oldest``: when
    the first of them came, in seconds since the epoch."""

    kind: str
    day: int
    week: int
    older: int
    oldest: float


class DecidedDay(Struct, frozen=True):
    """Decisions of one day (in UTC, as 2026-11-30), and how many of them were taken back."""

    day: str
    decisions: int
    undone: int


class FlaggerRecord(Struct, frozen=True):
    """A trusted flagger's reports of the last year that were decided; ``founded``: after which
    something was done that still holds."""

    handle: str
    decided: int
    founded: int


class RepeatedOffence(Struct, frozen=True):
    """Somebody against whom several decisions of the last year hold."""

    handle: str
    decisions: int


class DeskStatistics(Struct, frozen=True):
    """``median_s``, ``p90_s``: seconds from a report to its decision in the last thirty days, of
    ``measured`` reports; None while there are none. ``overturned``: of the appeals ``answered`` in
    the last year."""

    open: Sequence[OpenReports]
    days: Sequence[DecidedDay]
    measured: int
    median_s: float | None
    p90_s: float | None
    answered: int
    overturned: int
    flaggers: Sequence[FlaggerRecord]
    offenders: Sequence[RepeatedOffence]


def desk_statistics(cx: SqlConnection, now: float) -> DeskStatistics:
    """As it is at a time."""
    took = sorted(_times(cx, now - DAYS * DAY_S))
    answered, overturned = _appeals(cx, now - LOOKED_BACK_S)
    return DeskStatistics(
        open=_open(cx, now),
        days=[_day(cx, now - n * DAY_S) for n in range(DAYS)],
        measured=len(took),
        median_s=quantile(took, 0.5),
        p90_s=quantile(took, 0.9),
        answered=answered,
        overturned=overturned,
        flaggers=_flaggers(cx, now - LOOKED_BACK_S),
        offenders=_offenders(cx, now - LOOKED_BACK_S),
    )


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that so great a share of them does not exceed (nearest rank). Pure."""
    if not ordered:
        return None
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


def _open(cx: SqlConnection, now: float) -> list[OpenReports]:
    rows = cx.execute(
        "SELECT kind, at FROM reports WHERE state = 'open' ORDER BY at, id LIMIT ?", (SAMPLE,)
    ).fetchall()
    ages: dict[str, list[float]] = {}
    for kind, at in rows:
        ages.setdefault(kind, []).append(now - at)
    return [_by_age(kind, ages[kind], now) for kind in sorted(ages)]


def _by_age(kind: str, ages: Sequence[float], now: float) -> OpenReports:
    day, week = sum(age < DAY_S for age in ages), sum(DAY_S <= age < WEEK_S for age in ages)
    return OpenReports(kind, day, week, len(ages) - day - week, now - max(ages))


def _day(cx: SqlConnection, at: float) -> DecidedDay:
    begins = at // DAY_S * DAY_S
    row = cx.execute(
        "SELECT count(*), count(undone_at) FROM decisions WHERE at >= ? AND at < ?",
        (begins, begins + DAY_S),
    ).fetchone()
    return DecidedDay(day_of(begins), int(row[0]), int(row[1]))


def _times(cx: SqlConnection, since: float) -> list[float]:
    rows = cx.execute(
        "SELECT d.at - r.at FROM decisions AS d JOIN reports AS r ON r.decision = d.id"
        " AND r.decision <> '' WHERE d.at > ? ORDER BY d.at DESC LIMIT ?",
        (since, SAMPLE),
    ).fetchall()
    return [max(0.0, float(row[0])) for row in rows]


def _appeals(cx: SqlConnection, since: float) -> tuple[int, int]:
    row = cx.execute(
        "SELECT count(answered_at), sum(CASE state WHEN 'overturned' THEN 1 ELSE 0 END)"
        " FROM appeals WHERE at > ?",
        (since,),
    ).fetchone()
    return int(row[0]), int(row[1] or 0)


def _flaggers(cx: SqlConnection, since: float) -> list[FlaggerRecord]:
    people = cx.execute(
        "SELECT person FROM roles WHERE role IN ('flagger') LIMIT ?", (LISTED,)
    ).fetchall()
    return [FlaggerRecord(_handle(cx, one), *_record(cx, one, since)) for (one,) in people]


def _record(cx: SqlConnection, person: str, since: float) -> tuple[int, int]:
    row = cx.execute(
        "SELECT count(*),"
        " sum(CASE WHEN d.action <> 'dismiss' AND d.undone_at IS NULL THEN 1 ELSE 0 END)"
        " FROM reports AS r JOIN decisions AS d ON d.id = r.decision"
        " WHERE r.reporter = ? AND r.at > ? AND r.state = 'decided'",
        (person, since),
    ).fetchone()
    return int(row[0]), int(row[1] or 0)


def _offenders(cx: SqlConnection, since: float) -> list[RepeatedOffence]:
    rows = cx.execute(
        "SELECT author FROM decisions WHERE at > ? AND undone_at IS NULL"
        " AND action IN ('hide', 'remove', 'warn', 'suspend') ORDER BY at DESC, id DESC LIMIT ?",
        (since, SAMPLE),
    ).fetchall()
    often = Counter(str(row[0]) for row in rows).most_common(LISTED)
    return [RepeatedOffence(_handle(cx, author), n) for author, n in often if n >= AGAIN]


def _handle(cx: SqlConnection, person: str) -> str:
    row = cx.execute("SELECT handle FROM people WHERE id = ?", (person,)).fetchone()
    return str(row[0]) if row and row[0] else guest_handle(person)
