"""By which identities of a provider people sign in. Each function is one piece of a transaction."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from phosphene.errors import AlreadyTaken, NotFound, Unprocessable
from phosphene.model import Person
from phosphene.store.connection import SqlConnection

MOST: Final = 5
"""Identities of one person."""


class LinkedIdentity(Struct, frozen=True, kw_only=True):
    """An issuer's subject that a person signs in as (OpenID Connect Core 1.0, 2); ``id`` is what it
    is called here. Times in seconds since the epoch."""

    issuer: str
    subject: str
    person: str
    id: str
    created_at: float
    used_at: float


COLUMNS: Final = ", ".join(LinkedIdentity.__struct_fields__)


def find_identity(cx: SqlConnection, issuer: str, subject: str) -> LinkedIdentity | None:
    """The identity, whoever has it."""
    row = cx.execute(
        f"SELECT {COLUMNS} FROM identities WHERE issuer = ? AND subject = ?", (issuer, subject)
    ).fetchone()
    return None if row is None else _identity(row)


def list_identities(cx: SqlConnection, person_id: str) -> list[LinkedIdentity]:
    """Those of a person, the oldest first."""
    rows = cx.execute(f"SELECT {COLUMNS} FROM identities WHERE person = ?", (person_id,))
    return sorted(map(_identity, rows), key=lambda one: (one.created_at, one.id))


def link_identity(cx: SqlConnection, person: Person, one: LinkedIdentity, first: bool) -> None:
    """Let a person, whose name is kept, sign in by an identity; ``first``: they had no other way
    in.

    Raises:
        AlreadyTaken: somebody else signs in by it. Unprocessable: they have too many.
    """
    if find_identity(cx, one.issuer, one.subject) is not None:
        raise AlreadyTaken("somebody signs in here by this already")
    if len(list_identities(cx, person.id)) >= MOST:
        raise Unprocessable(f"{MOST} identities are the most: remove one first")
    if first:
        cx.execute(
            "INSERT INTO accounts (person, created_at) VALUES (?, ?)", (person.id, one.created_at)
        )
    cx.execute(
        f"INSERT INTO identities ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (one.issuer, one.subject, one.person, one.id, one.created_at, one.used_at),
    )


def note_identity_use(cx: SqlConnection, identity_id: str, now: float) -> None:
    cx.execute("UPDATE identities SET used_at = ? WHERE id = ?", (now, identity_id))


def unlink_identity(cx: SqlConnection, person_id: str, identity_id: str) -> None:
    """Raises NotFound; Unprocessable: the person could sign in no more."""
    ids = [one.id for one in list_identities(cx, person_id)]
    if identity_id not in ids:
        raise NotFound("you do not sign in by this")
    keys = cx.execute("SELECT count(*) FROM passkeys WHERE person = ?", (person_id,)).fetchone()[0]
    if len(ids) + keys == 1:
        raise Unprocessable("this is your only way in: add a passkey first")
    cx.execute("DELETE FROM identities WHERE id = ?", (identity_id,))


def _identity(row: Sequence[object]) -> LinkedIdentity:
    names = LinkedIdentity.__struct_fields__
    return LinkedIdentity(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]
