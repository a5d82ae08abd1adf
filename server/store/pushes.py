"""Push: which browsers are told of what is in their person's inbox, and when. Pieces of a
transaction.

There is no queue of messages: a browser is told whatever is unread in the inbox and came after what
it was told last. So nothing is told twice, or after it was read, and what waited is told as one.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from phosphene.errors import Unprocessable
from phosphene.events import Notice
from phosphene.notifications import QuietHours
from phosphene.store import inbox, logins
from phosphene.store.connection import SqlConnection
from phosphene.store.hidden_people import hidden_from

MOST: Final = 10
"""Browsers of a person that are told."""
# Longer than a message takes with all its patience: then its instance is gone.
CLAIM_S: Final = 60.0
SHOWN: Final = 20
"""Notices of which one message is made."""
# With the pauses between them these are two days: by then the browser is gone, or will come back
# with a page, which subscribes anew.
MOST_FAILURES: Final = 12
COLUMNS: Final = (
    "s.id, s.person, s.login, s.endpoint, s.p256dh, s.auth, s.language, s.created_at, s.told_at,"
    " s.rings, s.failures"
)


class PushSubscription(Struct, frozen=True, kw_only=True):
    """A browser of a login that is told; see 0021_push.sql. Times in seconds since the epoch."""

    id: str
    person: str
    login: str
    endpoint: str
    p256dh: str
    auth: str
    language: str
    created_at: float
    told_at: float
    rings: int = 0
    failures: int = 0


class DuePush(Struct, frozen=True):
    """A browser that is to be told now: the unread notices that came since it was told, the newest
    first, how many are unread in all, and when its person wants quiet."""

    subscription: PushSubscription
    notices: tuple[Notice, ...]
    unread: int
    quiet: QuietHours | None


def subscription_id(endpoint: str) -> str:
    """By what a browser's endpoint is known: whoever knows the endpoint itself can ring it."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:32]


def subscribe_browser(cx: SqlConnection, one: PushSubscription) -> None:
    """Tell a browser from now on; of whoever was told there before no more. Raises Unprocessable:
    the person has too many."""
    others = cx.execute(
        "SELECT count(*) FROM push_subscriptions WHERE person = ? AND id <> ?", (one.person, one.id)
    )
    if others.fetchone()[0] >= MOST:
        raise Unprocessable(f"{MOST} browsers are told at most: turn one off first")
    cx.execute(
        "INSERT INTO push_subscriptions (id, person, login, endpoint, p256dh, auth, language,"
        " created_at, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET person = excluded.person, login = excluded.login,"
        " p256dh = excluded.p256dh, auth = excluded.auth, language = excluded.language,"
        " failures = 0,"
        # Of somebody else nothing that they were to be told is told to who is here now.
        " told_at = CASE WHEN push_subscriptions.person = excluded.person"
        " THEN push_subscriptions.told_at ELSE excluded.told_at END,"
        " due_at = CASE WHEN push_subscriptions.person = excluded.person"
        " THEN push_subscriptions.due_at END",
        (
            one.id,
            one.person,
            one.login,
            one.endpoint,
            one.p256dh,
            one.auth,
            one.language,
            one.created_at,
            one.told_at,
        ),
    )


def unsubscribe_browser(cx: SqlConnection, person_id: str, subscription_id: str) -> bool:
    """Whether it was one of the person's."""
    return bool(
        cx.execute(
            "DELETE FROM push_subscriptions WHERE id = ? AND person = ?",
            (subscription_id, person_id),
        ).rowcount
    )


def subscriptions(cx: SqlConnection, person_id: str) -> list[PushSubscription]:
    """Browsers of a person that are told, the oldest first."""
    rows = cx.execute(
        f"SELECT {COLUMNS} FROM push_subscriptions AS s WHERE s.person = ? ORDER BY s.created_at",
        (person_id,),
    )
    return list(map(_subscription, rows))


def next_due(cx: SqlConnection) -> float | None:
    """When the next browser is to be told."""
    row = cx.execute(
        "SELECT due_at FROM push_subscriptions WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1"
    ).fetchone()
    return None if row is None else float(row[0])


def take_due(cx: SqlConnection, now: float, limit: int) -> list[DuePush]:
    """Browsers that are to be told now, and by nobody else for a minute."""
    rows = cx.execute(
        f"SELECT {COLUMNS}, l.id FROM push_subscriptions AS s"
        " LEFT JOIN logins AS l ON l.id = s.login AND l.ended_at IS NULL AND l.seen_at > ?"
        " WHERE s.due_at <= ? ORDER BY s.due_at LIMIT ?",
        (now - logins.LIFE_S, now, limit),
    ).fetchall()
    due = list[DuePush]()
    for *own, login in rows:
        one = _subscription(own)
        # Forgotten after 400 days without a visit: nobody is signed in there any more.
        if login is None:
            unsubscribe_browser(cx, one.person, one.id)
            continue
        cx.execute("UPDATE push_subscriptions SET due_at = ? WHERE id = ?", (now + CLAIM_S, one.id))
        due.append(_due(cx, one))
    return due


def set_quiet_hours(
    cx: SqlConnection, person_id: str, quiet: QuietHours | None, now: float
) -> None:
    """When a person wants quiet from now on."""
    inbox.set_quiet_hours(cx, person_id, quiet)
    # What waits for the end of those before is looked at anew; what failed waits on.
    cx.execute(
        "UPDATE push_subscriptions SET due_at = ?"
        " WHERE person = ? AND due_at IS NOT NULL AND failures = 0",
        (now, person_id),
    )


def settle_push(cx: SqlConnection, one: PushSubscription, until: float, now: float) -> bool:
    """A browser was told what came up to a time, or needs not be; whether more came meanwhile,
    which is to be told next."""
    row = cx.execute(
        "UPDATE push_subscriptions SET told_at = ?, failures = 0,"
        " due_at = CASE WHEN rings = ? THEN NULL ELSE ? END WHERE id = ? AND person = ?"
        " RETURNING due_at",
        (until, one.rings, now, one.id, one.person),
    ).fetchone()
    return row is not None and row[0] is not None


def postpone_push(cx: SqlConnection, one: PushSubscription, until: float, failed: bool) -> None:
    """Tell a browser later; one that failed too often no more."""
    if failed and one.failures + 1 >= MOST_FAILURES:
        unsubscribe_browser(cx, one.person, one.id)
        return
    cx.execute(
        "UPDATE push_subscriptions SET due_at = ?, failures = failures + ? WHERE id = ?",
        (until, int(failed), one.id),
    )


def _due(cx: SqlConnection, one: PushSubscription) -> DuePush:
    hidden = hidden_from(cx, one.person)
    notices = inbox.unread_since(cx, one.person, one.told_at, SHOWN)
    # Whom one mutes or blocks after they did it does not ring either.
    heard = tuple(notice for notice in notices if notice.actor.id not in hidden)
    unread = inbox.count_unread(cx, one.person)
    return DuePush(one, heard, unread, inbox.quiet_hours(cx, one.person))


def _subscription(row: Sequence[Any]) -> PushSubscription:
    names = PushSubscription.__struct_fields__
    return PushSubscription(**dict(zip(names, row, strict=True)))
