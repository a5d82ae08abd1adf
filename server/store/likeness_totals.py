"""What was done with likenesses, counted by month: it names nobody, and outlives who left. Each
function is one piece of a transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct

from phosphene.store.connection import SqlConnection

LikenessDeed = Literal[
    "used",
    "refused",
    "asked",
    "agreed",
    "declined",
    "withdrawn",
    "withheld",
    "matched",
    "released",
    "confirmed",
]
"""``used``: clips and lines that show somebody; ``refused``: attempts; ``asked``: for one use, and
what its owner said: ``agreed`` or ``declined``; ``withdrawn``: presses, and clips that were
``withheld`` by them; ``matched``: clips that were held for a face in them, and what an operator
said: ``released``, or ``confirmed``."""
YEAR_S: Final = 365 * 86400.0


class LikenessTotal(Struct, frozen=True):
    """``month`` as 2026-11, in UTC. ``mean_s``: seconds that one took, of what takes a while: from
    the ask to the answer, from the press until the last clip was withheld, from the match until an
    operator had looked."""

    month: str
    deed: LikenessDeed
    count: int
    mean_s: float | None


TIMED: Final[frozenset[LikenessDeed]] = frozenset(
    {"agreed", "declined", "withdrawn", "released", "confirmed"}
)


def count_deed(
    cx: SqlConnection, deed: LikenessDeed, now: float, *, took: float = 0.0, count: int = 1
) -> None:
    """It was done ``count`` times, which took so many seconds."""
    cx.execute(
        "INSERT INTO likeness_totals (month, deed, count, seconds) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (month, deed) DO UPDATE SET count = likeness_totals.count + excluded.count,"
        " seconds = likeness_totals.seconds + excluded.seconds",
        (month_of(now), deed, count, max(0.0, took)),
    )


def list_totals(cx: SqlConnection, now: float) -> Sequence[LikenessTotal]:
    """Of the last twelve months, the newest first."""
    rows = cx.execute(
        "SELECT month, deed, count, seconds FROM likeness_totals WHERE month > ?"
        " ORDER BY month DESC, deed DESC",
        (month_of(now - YEAR_S),),
    )
    return [
        LikenessTotal(month, deed, count, seconds / count if deed in TIMED and count else None)
        for month, deed, count, seconds in rows
    ]


def month_of(at: float) -> str:
    """The month of a time, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
