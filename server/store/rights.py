"""The registry of rights: holders, their entries, and a log that everybody reads. Each function is
one piece of a transaction."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, Unprocessable
from phosphene.ids import new_id
from phosphene.reports import Decider
from phosphene.rights import (
    Conflict,
    NewHolder,
    NewRight,
    Right,
    RightDecision,
    RightLogEntry,
    RightsLog,
)
from phosphene.store.connection import SqlConnection
from phosphene.store.operator_deeds import note_deed

LISTED: Final = 500
MOST: Final = 50_000
"""Live entries; with so many a decision takes 7 ms (p99)."""
OF_ONE: Final = 2000
"""Entries of one holder that are not withdrawn."""
HOLDS: Final = "state IN ('asks', 'waits', 'confirmed')"
"""Of an entry that is neither rejected nor withdrawn."""
COLUMNS: Final = (
    "SELECT r.id, r.body, coalesce(h.name, ''), coalesce(h.domain, ''), r.state, r.conflicts,"
    " r.at, r.decided_at, r.note"
    " FROM rights AS r LEFT JOIN right_holders AS h ON h.person = r.holder"
)


class KeptHolder(msgspec.Struct, frozen=True):
    """A row of ``right_holders``."""

    person: str
    name: str
    domain: str
    token: str
    method: str
    proved_at: float | None


def keep_holder(cx: SqlConnection, person: str, new: NewHolder, token: str, now: float) -> None:
    """Begin to show that a domain is somebody's; another domain is to be shown anew. Raises
    Unprocessable: entries say another name or domain."""
    told = cx.execute(
        "SELECT name, domain FROM right_holders WHERE person = ?", (person,)
    ).fetchone()
    # Else an entry would be in a name, and of a domain, that nobody has shown or looked at.
    if told and tuple(told) != (new.name, new.domain.lower()) and _count(cx, "holder = ?", person):
        raise Unprocessable("your entries say another name or domain: take them back first")
    cx.execute(
        "INSERT INTO right_holders (person, name, domain, token, method, at) VALUES"
        " (?1, ?2, ?3, ?4, '', ?5) ON CONFLICT (person) DO UPDATE SET name = excluded.name,"
        " token = excluded.token, method = '', proved_at = NULL, domain = excluded.domain",
        (person, new.name, new.domain.lower(), token, now),
    )


def get_holder(cx: SqlConnection, person: str) -> KeptHolder:
    """Raises NotFound: they are none."""
    row = cx.execute(
        "SELECT person, name, domain, token, method, proved_at FROM right_holders WHERE person = ?",
        (person,),
    ).fetchone()
    if row is None:
        raise NotFound("you have not said which domain is yours")
    return KeptHolder(*row)


def prove_holder(cx: SqlConnection, person: str, token: str, method: str, now: float) -> None:
    """The domain is theirs. Raises AlreadyTaken: they have begun anew meanwhile."""
    proved = cx.execute(
        "UPDATE right_holders SET method = ?, proved_at = ? WHERE person = ? AND token = ?",
        (method, now, person, token),
    ).rowcount
    if not proved:
        raise AlreadyTaken("this was begun anew meanwhile")


def add_rights(
    cx: SqlConnection,
    person: str,
    entries: Sequence[tuple[NewRight, tuple[Conflict, ...], frozenset[str]]],
    now: float,
) -> list[str]:
    """Register entries, each with why it waits, and the keys of its spellings; their ids. Raises
    Forbidden: the domain was not shown to be theirs. Unprocessable: too many."""
    holder = get_holder(cx, person)
    if holder.proved_at is None:
        raise Forbidden("show first that the domain is yours")
    own, every = _count(cx, "holder = ?", person), _count(cx, "1 = 1")
    if own + len(entries) > OF_ONE or every + len(entries) > MOST:
        raise Unprocessable(f"{OF_ONE} entries of one holder, {MOST} in all")
    return [_add(cx, holder, *entry, now) for entry in entries]


def _count(cx: SqlConnection, where: str, *of: str) -> int:
    row = cx.execute(f"SELECT count(*) FROM rights WHERE {HOLDS} AND {where}", of).fetchone()
    return int(row[0])


def _add(
    cx: SqlConnection,
    holder: KeptHolder,
    new: NewRight,
    conflicts: tuple[Conflict, ...],
    keys: frozenset[str],
    now: float,
) -> str:
    right_id = new_id(now)
    if "somebody else's entry" not in conflicts and taken_keys(cx, keys, holder.person):
        conflicts = (*conflicts, "somebody else's entry")
    if _was_doubted(cx, keys):
        conflicts = (*conflicts, "contested")
    cx.execute(
        "INSERT INTO rights (id, holder, body, state, conflicts, at, note)"
        " VALUES (?, ?, ?, ?, ?, ?, '')",
        (
            *(right_id, holder.person, msgspec.json.encode(new).decode()),
            *("waits" if conflicts else "asks", msgspec.json.encode(conflicts).decode(), now),
        ),
    )
    cx.executemany(
        "INSERT INTO right_keys (key, entry) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, right_id) for key in sorted(keys)],
    )
    _log(cx, right_id, "registered", now)
    return right_id


def taken_keys(cx: SqlConnection, keys: Collection[str], person: str) -> list[str]:
    """Which of these keys are of somebody else's entry."""
    found = []
    for key in sorted(keys):
        row = cx.execute(
            "SELECT 1 FROM right_keys AS k JOIN rights AS r ON r.id = k.entry WHERE k.key = ?"
            f" AND r.holder <> ? AND r.{HOLDS} LIMIT 1",
            (key, person),
        ).fetchone()
        if row is not None:
            found.append(key)
    return found


def _was_doubted(cx: SqlConnection, keys: Collection[str]) -> bool:
    """Whether an operator has rejected one of these, or somebody contested it, and it was
    registered once more."""
    return any(
        cx.execute(
            "SELECT 1 FROM right_keys AS k JOIN rights AS r ON r.id = k.entry WHERE k.key = ?"
            " AND (r.state = 'rejected' OR EXISTS"
            " (SELECT 1 FROM right_contests AS c WHERE c.entry = r.id)) LIMIT 1",
            (key,),
        ).fetchone()
        for key in sorted(keys)
    )


def get_right(cx: SqlConnection, right_id: str) -> Right:
    """Raises NotFound."""
    row = cx.execute(f"{COLUMNS} WHERE r.id = ?", (right_id,)).fetchone()
    if row is None:
        raise NotFound(f"no entry {right_id}")
    return _right(*row)


def own_rights(cx: SqlConnection, person: str) -> list[Right]:
    """A holder's, the newest first."""
    query = f"{COLUMNS} WHERE r.holder = ? ORDER BY r.at DESC, r.id DESC LIMIT ?"
    return [_right(*row) for row in cx.execute(query, (person, LISTED)).fetchall()]


def rights_in(cx: SqlConnection, state: str) -> list[Right]:
    """All in one state, the oldest first."""
    query = f"{COLUMNS} WHERE r.state = ? ORDER BY r.at, r.id LIMIT ?"
    return [_right(*row) for row in cx.execute(query, (state, LISTED)).fetchall()]


def live_rights(cx: SqlConnection) -> tuple[int, list[Right]]:
    """The number of the last change, and all entries that are live."""
    query = f"{COLUMNS} WHERE r.state IN ('asks', 'confirmed') LIMIT ?"
    rows = cx.execute(query, (MOST,)).fetchall()
    return log_version(cx), [_right(*row) for row in rows]


def log_version(cx: SqlConnection) -> int:
    """The number of the last change."""
    row = cx.execute("SELECT seq FROM rights_log ORDER BY seq DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def decide_right(
    cx: SqlConnection, right_id: str, decision: RightDecision, by: Decider, now: float
) -> Right:
    """An operator has looked. Raises NotFound; Unprocessable: it was withdrawn; Forbidden: it is
    their own."""
    right = get_right(cx, right_id)
    row = cx.execute("SELECT holder FROM rights WHERE id = ?", (right_id,)).fetchone()
    if by.id and by.id == row[0]:
        raise Forbidden("this is your own: somebody else decides of it")
    if right.state == "withdrawn":
        raise Unprocessable("this entry was withdrawn")
    cx.execute(
        "UPDATE rights SET state = ?, note = ?, decided_at = ? WHERE id = ?",
        (decision.state, decision.note, now, right_id),
    )
    note_deed(cx, by.id, f"{decision.state} right", f"right {right_id}", now, right.name)
    _log(cx, right_id, decision.state, now)
    return get_right(cx, right_id)


def contest_right(cx: SqlConnection, right_id: str, person: str, words: str, now: float) -> None:
    """Somebody says that an entry is wrong: what no operator has looked at yet is not live until
    one has. Raises NotFound; AlreadyTaken: they have said so."""
    right = get_right(cx, right_id)
    if right.state not in {"asks", "waits", "confirmed"}:
        raise NotFound(f"no entry {right_id} that holds")
    made = cx.execute(
        "INSERT INTO right_contests (entry, person, words, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (right_id, person, words, now),
    ).rowcount
    if not made:
        raise AlreadyTaken("you have contested this entry")
    conflicts = tuple(dict.fromkeys((*right.conflicts, "contested")))
    cx.execute(
        "UPDATE rights SET conflicts = ?, state = CASE state WHEN 'asks' THEN 'waits'"
        " ELSE state END WHERE id = ?",
        (msgspec.json.encode(conflicts).decode(), right_id),
    )
    _log(cx, right_id, "contested", now)


def contests_of(cx: SqlConnection, right_id: str) -> list[tuple[str, float]]:
    """What was said against an entry, and when."""
    rows = cx.execute(
        "SELECT words, at FROM right_contests WHERE entry = ? ORDER BY at LIMIT ?",
        (right_id, LISTED),
    ).fetchall()
    return [(str(words), float(at)) for words, at in rows]


def withdraw_right(cx: SqlConnection, right_id: str, person: str, now: float) -> None:
    """A holder takes an entry back. Raises NotFound."""
    gone = cx.execute(
        "UPDATE rights SET state = 'withdrawn' WHERE id = ? AND holder = ?"
        " AND state <> 'withdrawn'",
        (right_id, person),
    ).rowcount
    if not gone:
        raise NotFound(f"no entry {right_id} of yours")
    _log(cx, right_id, "withdrawn", now)


def read_log(cx: SqlConnection, before: int, limit: int) -> RightsLog:
    """The newest before a number."""
    rows = cx.execute(
        "SELECT seq, at, deed, entry, name, kind, domain, mode FROM rights_log WHERE seq < ?"
        " ORDER BY seq DESC LIMIT ?",
        (before, limit + 1),
    ).fetchall()
    names = ("seq", "at", "deed", "right", "name", "kind", "domain", "mode")
    told = [dict(zip(names, row, strict=True)) for row in rows[:limit]]
    entries = [msgspec.convert(one, RightLogEntry) for one in told]
    return RightsLog(entries, entries[-1].seq if len(rows) > limit else None)


def _log(cx: SqlConnection, right_id: str, deed: str, now: float) -> None:
    right = get_right(cx, right_id)
    cx.execute(
        "INSERT INTO rights_log (seq, at, deed, entry, name, kind, domain, mode)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(log_version(cx) + 1, now, deed, right_id),
            *(right.name, right.kind, right.domain, right.mode),
        ),
    )


def _right(
    right_id: str,
    body: str,
    holder: str,
    domain: str,
    state: str,
    conflicts: str,
    at: float,
    decided_at: float | None,
    note: str,
) -> Right:
    told: dict[str, Any] = msgspec.json.decode(body)
    told |= {"id": right_id, "holder": holder, "domain": domain, "state": state, "at": at}
    told |= {"conflicts": msgspec.json.decode(conflicts), "decided_at": decided_at, "note": note}
    return msgspec.convert(told, Right)
