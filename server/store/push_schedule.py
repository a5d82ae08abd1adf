"""Who rings: whether what somebody is told of also rings the browsers that are told by push.

Pieces of the transaction of the deed.
"""

from typing import Final

from phosphene.store.connection import SqlConnection

HOUR_S: Final = 3600.0
"""For one stranger a person is rung once in this time, whatever the stranger does meanwhile."""


def schedule_push(
    cx: SqlConnection, person_id: str, actor_id: str, *, stranger: bool, now: float
) -> None:
    """Let the browsers of a person be told of what is new in the inbox."""
    if stranger and _rang(cx, person_id, actor_id, now):
        return
    rung = cx.execute(
        # What waits already, for the end of quiet hours or after a failure, goes on waiting.
        "UPDATE push_subscriptions SET rings = rings + 1, due_at = coalesce(due_at, ?)"
        " WHERE person = ?",
        (now, person_id),
    ).rowcount
    # Of whom nothing is told by push nothing is written down.
    if rung and stranger:
        cx.execute(
            "INSERT INTO push_strangers (person, actor, at) VALUES (?, ?, ?)"
            " ON CONFLICT (person, actor) DO UPDATE SET at = excluded.at",
            (person_id, actor_id, now),
        )


def _rang(cx: SqlConnection, person_id: str, actor_id: str, now: float) -> bool:
    # A table of its own, and not the notices: who likes and unlikes leaves none of these.
    row = cx.execute(
        "SELECT 1 FROM push_strangers WHERE person = ? AND actor = ? AND at > ?",
        (person_id, actor_id, now - HOUR_S),
    ).fetchone()
    return row is not None
