"""Asks for one use of a likeness: opened, answered, and used up. Each function is one piece of a
transaction."""

from collections.abc import Sequence
from typing import Final

from phosphene.consent.ledger import AskAnswered, UseAsked, person_digest
from phosphene.consent.request import UseRequest
from phosphene.consent.terms import ASK_S
from phosphene.consent.uses import AskState, LikenessAsk
from phosphene.errors import AlreadyTaken, NotFound, TooMany
from phosphene.events import Recorded
from phosphene.guest_names import guest_handle
from phosphene.ids import new_id
from phosphene.model import Person
from phosphene.store import inbox
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_ledger import add_entry
from phosphene.store.likeness_totals import count_deed

ASKS: Final = 200
"""Asks in one list."""
# Each rings with words of who asks: of a prompt with another word each time an owner would be
# pestered, at the pace at which clips may be asked for.
WAITING: Final = 5
"""So much one person may ask one owner before they answer."""


def open_ask(cx: SqlConnection, owner: str, request: UseRequest, now: float) -> list[Recorded]:
    """Ask an owner for one use, unless this is asked already. Raises TooMany."""
    waiting = cx.execute(
        "SELECT 1 FROM likeness_asks WHERE owner = ? AND person = ? AND purpose = ? AND at > ?"
        " AND state = 'open' LIMIT 1",
        (owner, request.by.id, request.purpose, now - ASK_S),
    ).fetchone()
    if waiting is not None:
        return []
    _need_few(cx, owner, request.by.id, now)
    ask, by = new_id(now), request.by
    cx.execute(
        "INSERT INTO likeness_asks (id, owner, person, purpose, text, at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open')",
        (ask, owner, by.id, request.purpose, request.text, now),
    )
    count_deed(cx, "asked", now)
    add_entry(cx, owner, UseAsked(ask, person_digest(by.id)), now, by.id)
    return inbox.notify_likeness(cx, owner, "likeness_asked", by, now, text=request.text)


def answer_ask(
    cx: SqlConnection, owner: str, ask_id: str, yes: bool, now: float
) -> tuple[LikenessAsk, list[Recorded]]:
    """Say yes or no to one use; who asked is told.

    Raises:
        NotFound: it is not theirs. AlreadyTaken: it was answered, or its day is over.
    """
    ask = _find_ask(cx, owner, ask_id)
    if ask.state != "open" or ask.expires_at <= now:
        raise AlreadyTaken("this was answered, or its day is over")
    state: AskState = "yes" if yes else "no"
    cx.execute("UPDATE likeness_asks SET state = ?, at = ? WHERE id = ?", (state, now, ask_id))
    count_deed(cx, "agreed" if yes else "declined", now, took=now - ask.at)
    add_entry(cx, owner, AskAnswered(ask_id, yes), now, ask.by.id)
    told = inbox.notify_likeness(
        cx,
        ask.by.id,
        "likeness_answered",
        inbox.own_name(cx, owner),
        now,
        text=ask.text,
        outcome=state,
    )
    return _find_ask(cx, owner, ask_id), told


def list_asks(cx: SqlConnection, owner: str) -> Sequence[LikenessAsk]:
    """What an owner was asked, the newest first."""
    rows = cx.execute(
        "SELECT l.id, l.person, p.handle, l.text, l.at, l.state FROM likeness_asks AS l"
        " LEFT JOIN people AS p ON p.id = l.person WHERE l.owner = ?"
        " ORDER BY l.at DESC, l.id DESC LIMIT ?",
        (owner, ASKS),
    )
    return [_ask(*row) for row in rows]


def withdraw_asks(cx: SqlConnection, owner: str, person: str = "") -> None:
    """No yes of an owner counts any more, to this person or to anybody."""
    cx.execute(
        "UPDATE likeness_asks SET state = 'no' WHERE owner = ?1 AND (?2 = '' OR person = ?2)"
        " AND state <> 'no'",
        (owner, person),
    )


def _need_few(cx: SqlConnection, owner: str, person: str, now: float) -> None:
    """Raises TooMany: so much that a person asked this owner waits for an answer."""
    count, oldest = cx.execute(
        "SELECT count(*), min(at) FROM likeness_asks WHERE owner = ? AND person = ? AND at > ?"
        " AND state = 'open'",
        (owner, person, now - ASK_S),
    ).fetchone()
    if count >= WAITING:
        raise TooMany(
            f"{WAITING} things that you asked them wait for an answer", oldest + ASK_S - now
        )


def _find_ask(cx: SqlConnection, owner: str, ask_id: str) -> LikenessAsk:
    row = cx.execute(
        "SELECT l.id, l.person, p.handle, l.text, l.at, l.state FROM likeness_asks AS l"
        " LEFT JOIN people AS p ON p.id = l.person WHERE l.id = ? AND l.owner = ?",
        (ask_id, owner),
    ).fetchone()
    if row is None:
        raise NotFound("nobody asks you that")
    return _ask(*row)


def _ask(
    id_: str, person: str, handle: str | None, text: str, at: float, state: AskState
) -> LikenessAsk:
    by = Person(person, handle or guest_handle(person))
    return LikenessAsk(id=id_, by=by, text=text, at=at, expires_at=at + ASK_S, state=state)
