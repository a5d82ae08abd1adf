"""API keys: logins of programs, with what they may do. Each function is one piece of a
transaction."""

from collections.abc import Sequence
from typing import Any, Final

from phosphene.api_keys import ApiKey, Counted, NewApiKey, QuotaUse, join_scopes, split_scopes
from phosphene.errors import AlreadyTaken, NotFound, Unprocessable
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.store import logins
from phosphene.store.connection import SqlConnection
from phosphene.store.people import set_handle

DAY_S: Final = 86400.0
MOST: Final = 100
"""Keys of an instance that were not revoked."""
COLUMNS: Final = (
    "k.id, k.name, p.handle, k.scopes, k.requests_per_day, k.clips_per_day, k.created_at,"
    " k.used_at, k.revoked_at, k.day, k.requests, k.clips"
)


def add_key(cx: SqlConnection, digest: str, key_id: str, new: NewApiKey, now: float) -> Person:
    """Know a key by its digest from now on; the person whose account it opens, who is made where
    nobody has the name. Raises AlreadyTaken: the name is a person's. Unprocessable: too many."""
    if _count_open(cx) >= MOST:
        raise Unprocessable(f"{MOST} API keys at most: revoke one first")
    person = _find_account(cx, new.account, now)
    logins.begin(cx, digest, logins.Login(key_id, person.id, now, now, 0.0, new.name))
    cx.execute(
        "INSERT INTO api_keys (id, person, name, scopes, requests_per_day, clips_per_day,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(key_id, person.id, new.name, join_scopes(new.scopes)),
            *(new.requests_per_day, new.clips_per_day, now),
        ),
    )
    return person


def api_keys(cx: SqlConnection, now: float) -> list[ApiKey]:
    """All of them, the oldest first."""
    rows = cx.execute(
        f"SELECT {COLUMNS} FROM api_keys AS k LEFT JOIN people AS p ON p.id = k.person"
        " ORDER BY k.id"
    )
    return [_api_key(row, now) for row in rows]


def revoke_key(cx: SqlConnection, key_id: str, now: float) -> Sequence[str]:
    """End a key; the logins that had not ended. Raises NotFound."""
    row = cx.execute("SELECT person FROM api_keys WHERE id = ?", (key_id,)).fetchone()
    if row is None:
        raise NotFound(f"no API key {key_id}")
    cx.execute(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", (now, key_id)
    )
    return logins.end(cx, row[0], [key_id], now)


def take_quota(cx: SqlConnection, key_id: str, what: Counted, now: float) -> QuotaUse:
    """Count one request or clip of a key, if its day has one left. Raises NotFound."""
    cx.execute(
        "UPDATE api_keys SET day = ?, requests = 0, clips = 0 WHERE id = ? AND day <> ?",
        (_day_of(now), key_id, _day_of(now)),
    )
    taken = cx.execute(
        f"UPDATE api_keys SET {what} = {what} + 1, used_at = ?"
        f" WHERE id = ? AND {what} < {what}_per_day",
        (now, key_id),
    ).rowcount
    row = cx.execute(
        f"SELECT {what}_per_day, {what} FROM api_keys WHERE id = ?", (key_id,)
    ).fetchone()
    if row is None:
        raise NotFound(f"no API key {key_id}")
    return QuotaUse(taken == 1, row[0], row[0] - row[1])


def give_clip_back(cx: SqlConnection, key_id: str, now: float) -> None:
    """A clip that was counted is not drawn."""
    cx.execute(
        "UPDATE api_keys SET clips = clips - 1 WHERE id = ? AND day = ? AND clips > 0",
        (key_id, _day_of(now)),
    )


def _find_account(cx: SqlConnection, handle: str, now: float) -> Person:
    """The account of programs that has this name, made where nobody has it. Raises AlreadyTaken."""
    row = cx.execute("SELECT id FROM people WHERE handle = ?", (handle,)).fetchone()
    if row is None:
        person = set_handle(cx, Person(new_id(now), handle))
        # Its name is kept, and its guest's token, which nobody has, opens nothing.
        cx.execute("INSERT INTO accounts (person, created_at) VALUES (?, ?)", (person.id, now))
        return person
    known = cx.execute("SELECT 1 FROM api_keys WHERE person = ? LIMIT 1", (row[0],)).fetchone()
    # An operator's program is nobody else: what a person has said is by them.
    if known is None:
        raise AlreadyTaken(f"@{handle} is a person's: a key needs an account of its own")
    return Person(row[0], handle)


def _count_open(cx: SqlConnection) -> int:
    row = cx.execute("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL").fetchone()
    return int(row[0])


def _day_of(now: float) -> int:
    return int(now // DAY_S)


def _api_key(row: tuple[Any, ...], now: float) -> ApiKey:
    id_, name, account, scopes, requests_per_day, clips_per_day, *rest = row
    created_at, used_at, revoked_at, day, requests, clips = rest
    today = day == _day_of(now)
    return ApiKey(
        id=id_,
        name=name,
        account=account or "",
        scopes=split_scopes(scopes),
        requests_per_day=requests_per_day,
        clips_per_day=clips_per_day,
        created_at=created_at,
        used_at=used_at,
        revoked_at=revoked_at,
        requests_today=requests if today else 0,
        clips_today=clips if today else 0,
    )
