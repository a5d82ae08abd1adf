"""What was reported, decided and appealed in the last year, counted: it names nobody. Each function
is one piece of a transaction."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.store.connection import SqlConnection

YEAR_S: Final = 365 * 86400.0
GROUPS: Final = 1000
"""More kinds than these there are not."""


class ReportTotal(Struct, frozen=True):
    """Reports of one reason; ``unlawful``: those that say that the law is broken."""

    reason: str
    count: int
    unlawful: int


class DecisionTotal(Struct, frozen=True):
    """Decisions of one kind on one ground; ``undone``: those that were taken back."""

    action: str
    ground: str
    count: int
    undone: int


class AppealTotal(Struct, frozen=True):
    """Appeals by what came of them; ``mean_s``: seconds until they were answered."""

    state: str
    count: int
    mean_s: float | None


class ModerationTotals(Struct, frozen=True):
    """``mean_s``: seconds from a report to its decision; None while nothing was decided."""

    reports: Sequence[ReportTotal]
    decisions: Sequence[DecisionTotal]
    appeals: Sequence[AppealTotal]
    mean_s: float | None


def moderation_totals(cx: SqlConnection, now: float) -> ModerationTotals:
    """Of the year before a time, as far as it is kept."""
    since = now - YEAR_S
    reports = cx.execute(
        "SELECT reason, count(*), sum(unlawful) FROM reports WHERE at > ?"
        " GROUP BY reason ORDER BY reason LIMIT ?",
        (since, GROUPS),
    ).fetchall()
    decisions = cx.execute(
        "SELECT action, ground, count(*), count(undone_at) FROM decisions WHERE at > ?"
        " GROUP BY action, ground ORDER BY action, ground LIMIT ?",
        (since, GROUPS),
    ).fetchall()
    appeals = cx.execute(
        "SELECT state, count(*), avg(answered_at - at) FROM appeals WHERE at > ?"
        " GROUP BY state ORDER BY state LIMIT ?",
        (since, GROUPS),
    ).fetchall()
    took = cx.execute(
        "SELECT avg(d.at - r.at) FROM reports AS r JOIN decisions AS d ON d.id = r.decision"
        " WHERE r.at > ? AND r.state = 'decided'",
        (since,),
    ).fetchone()
    return ModerationTotals(
        [ReportTotal(reason, int(n), int(unlawful)) for reason, n, unlawful in reports],
        [DecisionTotal(action, ground, int(n), int(u)) for action, ground, n, u in decisions],
        [AppealTotal(state, int(n), mean) for state, n, mean in appeals],
        took[0],
    )
