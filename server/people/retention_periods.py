"""How long things are kept of people: the periods by which they are in fact forgotten."""

from collections.abc import Mapping

from phosphene.consent.terms import ASK_S
from phosphene.people.personal_data import Period
from phosphene.people.push_message import TTL_S
from phosphene.settings import Settings
from phosphene.store import (
    act_weight,
    decisions,
    leaving,
    logins,
    operator_deeds,
    push_schedule,
    reactions,
    reads,
    retention,
)
from phosphene.trust import rate_limits

DAY_S = 86400.0


def retention_periods(settings: Settings) -> Mapping[Period, float]:
    """Those that the privacy page names, in seconds."""
    return {
        "logins": logins.LIFE_S,
        "views": settings.views_days * DAY_S,
        "reactions": reactions.KEPT_S,
        "audience": act_weight.FORGOTTEN_S,
        "notices": retention.NOTICES_S,
        "strangers": push_schedule.HOUR_S,
        "decisions": decisions.KEPT_S,
        "deeds": operator_deeds.KEPT_S,
        "grace": decisions.GRACE_S,
        "events": settings.events_days * DAY_S,
        "asks": 2 * ASK_S,
        "answers": reads.KEEP_ANSWERS_S,
        "departed": leaving.REMEMBERED_S,
        "births": settings.births_days * DAY_S,
        "failed": settings.failed_days * DAY_S,
        "addresses": rate_limits.HOUR_S,
        "pushes": TTL_S,
    }
