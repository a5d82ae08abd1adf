"""Who may decide about what others made. Each function is one piece of a transaction."""

from typing import Any, Final

import msgspec

from phosphene.errors import Forbidden, Unprocessable
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.reports import Decider, GivenRole, Role, RoleHolder
from phosphene.store.accounts import has_account
from phosphene.store.connection import SqlConnection
from phosphene.store.operator_deeds import note_deed

FLAGGER: Final = "flagger"


def role_of(cx: SqlConnection, person_id: str) -> Role | None:
    """What a person may decide about; a flagger decides of nothing."""
    row = cx.execute("SELECT role FROM roles WHERE person = ?", (person_id,)).fetchone()
    return None if row is None or row[0] == FLAGGER else msgspec.convert(row[0], Role)


def is_flagger(cx: SqlConnection, person_id: str) -> bool:
    """Whether what a person reports is looked at first."""
    row = cx.execute("SELECT role FROM roles WHERE person = ?", (person_id,)).fetchone()
    return row is not None and row[0] == FLAGGER


def need_right(cx: SqlConnection, author: Person, by: Decider) -> None:
    """Whether somebody may decide of what is this author's. Raises Forbidden."""
    if by.id == author.id:
        raise Forbidden("this is your own: somebody else decides of it")
    if by.role != "operator" and role_of(cx, author.id) is not None:
        raise Forbidden(f"@{author.handle} has a role: an operator decides of it")


def may_another_decide(cx: SqlConnection, person_id: str, author_id: str) -> bool:
    """Whether somebody other than a person may decide of what is an author's (``need_right``)."""
    others = cx.execute(
        "SELECT 1 FROM roles AS r WHERE r.person NOT IN (?1, ?2) AND r.role <> 'flagger'"
        " AND NOT EXISTS"
        " (SELECT 1 FROM suspensions AS s WHERE s.person = r.person)"
        # Of somebody with a role only operators decide.
        " AND (r.role = 'operator' OR NOT EXISTS"
        " (SELECT 1 FROM roles WHERE person = ?2 AND role <> 'flagger')) LIMIT 1",
        (person_id, author_id),
    )
    return others.fetchone() is not None


def give_role(
    cx: SqlConnection, person: Person, role: GivenRole, given_by: str, now: float
) -> None:
    """``given_by``: a person's id, or '' of who knows the operator's token. Raises Unprocessable:
    the person has no account."""
    # A role of a guest would belong to whoever finds a cookie, and could not be proved again.
    if not has_account(cx, person.id):
        raise Unprocessable(f"@{person.handle} is a guest: a role needs a name that is kept")
    cx.execute(
        "INSERT INTO roles (person, role, given_by, given_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET role = excluded.role,"
        " given_by = excluded.given_by, given_at = excluded.given_at",
        (person.id, role, given_by, now),
    )
    note_deed(cx, given_by, "give role", f"person {person.id}", now, role)


def take_role(cx: SqlConnection, person_id: str, taken_by: str, now: float) -> None:
    """``taken_by``: a person's id, or '' of who knows the operator's token."""
    if cx.execute("DELETE FROM roles WHERE person = ?", (person_id,)).rowcount:
        note_deed(cx, taken_by, "take role", f"person {person_id}", now)


def role_holders(cx: SqlConnection, limit: int) -> list[RoleHolder]:
    """Operators first."""
    rows = cx.execute(
        "SELECT r.person, p.handle, r.role, r.given_by, g.handle, r.given_at FROM roles AS r"
        " LEFT JOIN people AS p ON p.id = r.person LEFT JOIN people AS g ON g.id = r.given_by"
        " ORDER BY r.role DESC, r.given_at LIMIT ?",
        (limit,),
    )
    return [_holder(*row) for row in rows]


def _holder(
    person_id: str, handle: Any, role: Any, by: str, by_handle: Any, at: float
) -> RoleHolder:
    return RoleHolder(
        person=Person(person_id, handle or guest_handle(person_id)),
        role=role,
        given_by=Person(by, by_handle or guest_handle(by)) if by else None,
        given_at=at,
    )
