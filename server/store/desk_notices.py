"""Those who have a role are told that something waits for them. A piece of a transaction."""

from collections.abc import Collection
from typing import Final

from phosphene.events import Recorded
from phosphene.notifications import NoticeKind
from phosphene.reports import Role
from phosphene.store import inbox
from phosphene.store.connection import SqlConnection

TOLD: Final = 200
"""So many of those who have a role are told."""


def notify_deciders(
    cx: SqlConnection,
    kind: NoticeKind,
    but: Collection[str],
    now: float,
    least: Role = "moderator",
) -> list[Recorded]:
    """Tell those who have a role, ``but`` some, that something waits for them. ``least``: whether
    it waits for operators only."""
    rows = cx.execute(
        "SELECT person FROM roles WHERE role IN ('operator', ?) AND NOT EXISTS"
        " (SELECT 1 FROM suspensions AS s WHERE s.person = roles.person) LIMIT ?",
        (least, TOLD),
    ).fetchall()
    some = (person_id for (person_id,) in rows if person_id not in but)
    return [one for person_id in some for one in inbox.notify_owner(cx, person_id, kind, now)]
