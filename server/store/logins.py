"""Logins: by what a browser or a program is known. Each function is one piece of a transaction."""

import hashlib
from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from phosphene.errors import SUSPENDED, Forbidden
from phosphene.store.connection import SqlConnection

LIFE_S: Final = 400 * 86400.0
"""A login that nobody used for so long is over; the longest that browsers keep a cookie
(RFC 6265bis)."""
COLUMNS: Final = "l.id, l.person, l.begun_at, l.seen_at, l.confirmed_at, l.agent, l.ended_at"


class Login(Struct, frozen=True):
    """One browser or program of a person; times in seconds since the epoch. ``confirmed_at``: when
    the person last proved there that it is them, 0.0 for never. ``agent``: what it called itself.
    ``handle``: None while the person has chosen none. ``suspended``: they may only read;
    ``limited``: they have set limits for what they watch; ``scopes``: what an API key may do, None
    of what is none."""

    id: str
    person: str
    begun_at: float
    seen_at: float
    confirmed_at: float
    agent: str
    ended_at: float | None = None
    handle: str | None = None
    suspended: bool = False
    limited: bool = False
    scopes: str | None = None


# An ended one stays until its token is forgotten: else it would be adopted as one of a guest who
# came back.
def find(cx: SqlConnection, digest: str, now: float) -> Login | None:
    """The login of a token, also one that has ended."""
    row = cx.execute(
        # Asked here, with what every request asks anyway.
        f"SELECT {COLUMNS}, p.handle, s.person, w.person, k.scopes"
        " FROM logins AS l"
        " LEFT JOIN people AS p ON p.id = l.person"
        " LEFT JOIN suspensions AS s ON s.person = l.person"
        " LEFT JOIN watch_limits AS w ON w.person = l.person"
        " LEFT JOIN api_keys AS k ON k.id = l.id"
        " WHERE l.digest = ? AND l.seen_at > ?",
        (digest, now - LIFE_S),
    ).fetchone()
    if row is None:
        return None
    *own, suspended, limited, scopes = row
    return replace(
        Login(*own),
        suspended=suspended is not None,
        limited=limited is not None,
        scopes=scopes,
    )


def is_suspended(cx: SqlConnection, person_id: str) -> bool:
    """Whether a person may only read."""
    row = cx.execute("SELECT 1 FROM suspensions WHERE person = ?", (person_id,)).fetchone()
    return row is not None


def need_active(cx: SqlConnection, person_id: str) -> None:
    """Raises Forbidden: a moderator has suspended them."""
    if is_suspended(cx, person_id):
        raise Forbidden(SUSPENDED)


# A digest without salt: what nobody can guess needs none, and who reads the database gets in
# nowhere.
def begin(cx: SqlConnection, digest: str, login: Login) -> None:
    cx.execute(
        "INSERT INTO logins (digest, id, person, begun_at, seen_at, confirmed_at, agent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            digest,
            login.id,
            login.person,
            login.begun_at,
            login.seen_at,
            login.confirmed_at,
            login.agent,
        ),
    )


def adopt(cx: SqlConnection, digest: str, login: Login, now: float) -> Login | None:
    """Begin a login for a token that no row knows; None when the person has an account: who has
    one signs in; or when they have left. Of several requests that come with the token at once the
    first begins it."""
    for query, key in (
        ("SELECT 1 FROM accounts WHERE person = ?", login.person),
        ("SELECT 1 FROM departed WHERE digest = ?", left_digest(login.person)),
    ):
        if cx.execute(query, (key,)).fetchone() is not None:
            return None
    begin(cx, digest, login)
    return find(cx, digest, now)


def left_digest(person_id: str) -> str:
    """By what it is known that somebody left."""
    return hashlib.sha256(b"left:" + person_id.encode()).hexdigest()


def note_seen(cx: SqlConnection, login_id: str, now: float) -> None:
    cx.execute("UPDATE logins SET seen_at = ? WHERE id = ?", (now, login_id))


def confirm(cx: SqlConnection, login_id: str, now: float) -> None:
    """The person proved that it is them."""
    cx.execute(
        "UPDATE logins SET confirmed_at = ?, seen_at = ? WHERE id = ? AND ended_at IS NULL",
        (now, now, login_id),
    )


def open_logins(cx: SqlConnection, person_id: str, now: float) -> list[Login]:
    """Those of a person that have not ended, the one seen last first."""
    rows = cx.execute(
        f"SELECT {COLUMNS} FROM logins AS l WHERE person = ? AND ended_at IS NULL AND seen_at > ?",
        (person_id, now - LIFE_S),
    )
    return sorted((Login(*row) for row in rows), key=lambda one: -one.seen_at)


def end(cx: SqlConnection, person_id: str, login_ids: Iterable[str], now: float) -> list[str]:
    """End logins of a person; those that had not ended. Nobody is told there any more."""
    ended = [
        one
        for one in login_ids
        if cx.execute(
            "UPDATE logins SET ended_at = ? WHERE id = ? AND person = ? AND ended_at IS NULL",
            (now, one, person_id),
        ).rowcount
    ]
    cx.executemany("DELETE FROM push_subscriptions WHERE login = ?", [(one,) for one in ended])
    return ended


def ended_among(cx: SqlConnection, login_ids: Iterable[str], now: float) -> list[str]:
    """Those that are over: ended, or forgotten."""
    # One look-up by key for each: a list as one parameter is written in SQLite and in PostgreSQL in
    # different ways.
    query = "SELECT 1 FROM logins WHERE id = ? AND ended_at IS NULL AND seen_at > ?"
    return [one for one in login_ids if not cx.execute(query, (one, now - LIFE_S)).fetchone()]
