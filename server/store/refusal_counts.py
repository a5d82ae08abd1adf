"""What was refused and asked about, counted by day: without a prompt, and without a person. Each
function is one piece of a transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from phosphene.refusal_totals import CountedRefusal, RefusalDay, RefusalTotal, RightDay
from phosphene.store.connection import SqlConnection

DAY_S: Final = 86400.0
YEAR_DAYS: Final = 365
KEPT_S: Final = 2 * YEAR_DAYS * DAY_S
"""So long a day is counted."""
GROUPS: Final = 100
"""More layers, languages and outcomes than these there are not."""
_SUMS: Final = (
    "sum(CASE outcome WHEN 'refused' THEN count ELSE 0 END),"
    " sum(CASE outcome WHEN 'asked' THEN count ELSE 0 END)"
)


def count_refusal(cx: SqlConnection, one: CountedRefusal, now: float) -> None:
    """Once more."""
    day = day_of(now)
    cx.execute(
        "INSERT INTO refusal_counts (day, layer, language, outcome, count) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (day, layer, language, outcome)"
        " DO UPDATE SET count = refusal_counts.count + 1",
        (day, one.layer, one.language, one.outcome),
    )
    if one.entry:
        cx.execute(
            "INSERT INTO right_counts (entry, day, outcome, count) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (entry, day, outcome) DO UPDATE SET count = right_counts.count + 1",
            (one.entry, day, one.outcome),
        )


def refusal_totals(cx: SqlConnection, now: float) -> Sequence[RefusalTotal]:
    """Of the last twelve months."""
    rows = cx.execute(
        f"SELECT layer, language, {_SUMS} FROM refusal_counts WHERE day > ?"
        " GROUP BY layer, language ORDER BY layer, language LIMIT ?",
        (day_of(now - YEAR_DAYS * DAY_S), GROUPS),
    ).fetchall()
    return [RefusalTotal(layer, language, int(r), int(a)) for layer, language, r, a in rows]


def refusal_days(cx: SqlConnection, days: int, now: float) -> Sequence[RefusalDay]:
    """Of so many days, the newest first."""
    rows = cx.execute(
        f"SELECT day, layer, language, {_SUMS} FROM refusal_counts WHERE day > ?"
        " GROUP BY day, layer, language ORDER BY day DESC, layer, language LIMIT ?",
        (day_of(now - days * DAY_S), days * GROUPS),
    ).fetchall()
    return [RefusalDay(day, layer, language, int(r), int(a)) for day, layer, language, r, a in rows]


def right_days(cx: SqlConnection, entry: str, days: int, now: float) -> Sequence[RightDay]:
    """What an entry of the registry refused and asked in so many days, the newest first."""
    rows = cx.execute(
        f"SELECT day, {_SUMS} FROM right_counts WHERE entry = ? AND day > ?"
        " GROUP BY day ORDER BY day DESC LIMIT ?",
        (entry, day_of(now - days * DAY_S), days),
    ).fetchall()
    return [RightDay(day, int(refused), int(asked)) for day, refused, asked in rows]


def day_of(at: float) -> str:
    """The day of a time, in UTC: 2026-11-30."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
