"""Likenesses: what was checked of somebody, how they are drawn, and who may. Each function is one
piece of a transaction."""

from collections.abc import Sequence
from typing import Final

import msgspec

from phosphene.consent.card import Card
from phosphene.consent.ledger import LevelChecked, PersonApproved, TermsGranted, person_digest
from phosphene.consent.likeness import Likeness
from phosphene.consent.terms import Level, LikenessTerms
from phosphene.consent.uses import LikenessPerson
from phosphene.errors import Unprocessable, Unusable
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.store.accounts import has_account
from phosphene.store.connection import SqlConnection
from phosphene.store.likeness_ledger import add_entry
from phosphene.store.likeness_standing import get_likeness
from phosphene.store.relations import is_minor

UNCHECKED: Final = "nothing is lent before it was checked that you are there: enrol first"
MINORS: Final = "a minor lends no likeness"
PEOPLE: Final = 1000
"""People in one list."""


def set_level(cx: SqlConnection, owner: str, level: Level, by: str, at: float) -> None:
    """Say what was checked of somebody, by whom; ``none``: it counts no more, and nothing of theirs
    is drawn from now on.

    Raises:
        Unprocessable: they have no account, with which a likeness could be taken back for ever, or
        are a minor.
    """
    if level != "none" and not has_account(cx, owner):
        raise Unprocessable("keep your name first: only who can sign in again can take it back")
    if level != "none" and is_minor(cx, owner):
        raise Unprocessable(MINORS)
    cx.execute(
        "INSERT INTO likenesses (owner, level, checked_by, checked_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner) DO UPDATE SET level = excluded.level,"
        " checked_by = excluded.checked_by, checked_at = excluded.checked_at",
        (owner, level, by, at),
    )
    add_entry(cx, owner, LevelChecked(level, by), at)


def grant_terms(
    cx: SqlConnection, owner: str, card: Card, terms: LikenessTerms, now: float
) -> Likeness:
    """Lend a likeness on these terms, instead of all that was granted before.

    Raises:
        Unprocessable: nothing was checked of them, or they are a minor. Unusable: it would have
        ended already.
    """
    before = get_likeness(cx, owner)
    if before.level == "none":
        raise Unprocessable(UNCHECKED)
    if is_minor(cx, owner):
        raise Unprocessable(MINORS)
    if terms.until is not None and terms.until <= now:
        raise Unusable("until: a time that is still to come")
    if before.grant and (before.card, before.terms) == (card, terms):
        return before
    entry = add_entry(cx, owner, TermsGranted(terms, card), now)
    cx.execute(
        "UPDATE likenesses SET card = ?, terms = ?, grant_seq = ? WHERE owner = ?",
        (_json(card), _json(terms), entry.seq, owner),
    )
    return get_likeness(cx, owner)


def revoke_terms(cx: SqlConnection, owner: str) -> None:
    """Nothing is lent any more; what was checked stays."""
    cx.execute(
        "UPDATE likenesses SET card = '', terms = '{}', grant_seq = 0 WHERE owner = ?", (owner,)
    )


def set_person(
    cx: SqlConnection, owner: str, person: str, allowed: bool | None, now: float
) -> bool:
    """Approve a person, or shut them out (False), or neither (None); whether that is new.

    Raises Unusable: it is oneself; Unprocessable: nothing was checked of the owner.
    """
    if person == owner:
        raise Unusable("you need no permission of your own")
    if get_likeness(cx, owner).level == "none":
        raise Unprocessable(UNCHECKED)
    row = cx.execute(
        "SELECT allowed FROM likeness_people WHERE owner = ? AND person = ?", (owner, person)
    ).fetchone()
    if (None if row is None else bool(row[0])) == allowed:
        return False
    if allowed is None:
        cx.execute("DELETE FROM likeness_people WHERE owner = ? AND person = ?", (owner, person))
    else:
        cx.execute(
            "INSERT INTO likeness_people (owner, person, allowed, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (owner, person) DO UPDATE SET allowed = excluded.allowed,"
            " at = excluded.at",
            (owner, person, int(allowed), now),
        )
    add_entry(cx, owner, PersonApproved(person_digest(person), allowed), now, person)
    return True


def is_shut_out(cx: SqlConnection, owner: str, person: str) -> bool:
    """Whether an owner shut this person out."""
    query = "SELECT 1 FROM likeness_people WHERE owner = ? AND person = ? AND allowed = 0"
    return cx.execute(query, (owner, person)).fetchone() is not None


def list_people(cx: SqlConnection, owner: str) -> Sequence[LikenessPerson]:
    """Whom an owner approved or shut out, by their ids."""
    rows = cx.execute(
        "SELECT l.person, p.handle, l.allowed, l.at FROM likeness_people AS l"
        " LEFT JOIN people AS p ON p.id = l.person WHERE l.owner = ? ORDER BY l.person LIMIT ?",
        (owner, PEOPLE),
    )
    return [
        LikenessPerson(Person(person, handle or guest_handle(person)), bool(allowed), at)
        for person, handle, allowed, at in rows
    ]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
