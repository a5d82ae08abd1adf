"""Presence checks, and the faces that are kept to be recognised. Each function is one piece of a
transaction."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.errors import AlreadyTaken, Forbidden, NotFound, TooMany
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.store.accounts import has_account
from phosphene.store.connection import SqlConnection
from phosphene.store.relations import is_minor

DAY_S: Final = 24 * 3600.0
# Of 20,000 recordings 2 pass (bench.enrolment).
TRIES: Final = 3
"""Presence checks that somebody may begin in a day."""
MATCHES: Final = 100
"""Matches in one list."""

Purpose = Literal["find", "guard"]
"""What a face is kept for: to find it in pictures of photorealistic models, and so that nobody else
enrols it."""


class FaceTemplate(Struct, frozen=True, kw_only=True):
    """A face that its owner asked to be recognised by; ``sealed``: what it is known by, under a key
    of their own."""

    person: str
    purposes: tuple[Purpose, ...]
    sealed: bytes
    at: float
    until: float


class EnrolmentStanding(Struct, frozen=True, kw_only=True):
    """``tries_left`` today; ``waiting``: whether an operator is to look at it; the template that is
    kept, if one is."""

    tries_left: int
    waiting: bool
    template: FaceTemplate | None


class VerifiedIdentity(Struct, frozen=True):
    """By which verifier somebody's identity was checked, and when (seconds since the epoch)."""

    checked_by: str
    checked_at: float


class FaceMatch(Struct, frozen=True):
    """Somebody's face is like that of another person, who enrolled before."""

    person: Person
    other: Person
    at: float


def take_try(cx: SqlConnection, person_id: str, now: float) -> None:
    """Somebody begins a presence check.

    Raises:
        NotFound: they have no account. Forbidden: they are a minor. TooMany.
    """
    if not has_account(cx, person_id):
        raise NotFound("keep your name first")
    if is_minor(cx, person_id):
        raise Forbidden("a minor's face is not enrolled")
    cx.execute("DELETE FROM presence_tries WHERE at <= ?", (now - DAY_S,))
    since = [at for (at,) in cx.execute(
        "SELECT at FROM presence_tries WHERE person = ? ORDER BY at", (person_id,)
    )]  # fmt: skip
    if len(since) >= TRIES:
        raise TooMany(
            f"a face may be checked {TRIES} times a day: try again tomorrow",
            max(1.0, since[-TRIES] + DAY_S - now),
        )
    cx.execute("INSERT INTO presence_tries (person, at) VALUES (?, ?)", (person_id, now))


def return_try(cx: SqlConnection, person_id: str) -> None:
    """The newest one came to nothing by our own fault."""
    cx.execute(
        "DELETE FROM presence_tries WHERE person = ?1 AND at ="
        " (SELECT max(at) FROM presence_tries WHERE person = ?1)",
        (person_id,),
    )


def note_verified(cx: SqlConnection, person_id: str, subject: str, by: str, at: float) -> None:
    """A verifier checked who somebody is.

    Raises:
        AlreadyTaken: under another account, or this one is somebody else's. NotFound: they have
        none.
    """
    if not has_account(cx, person_id):
        raise NotFound("keep your name first")
    # Both ways: who could take a second identity would leave the first one free for another
    # account.
    other = cx.execute(
        "SELECT person FROM verified_identities WHERE subject = ?1 AND person <> ?2"
        " UNION ALL SELECT person FROM verified_identities WHERE person = ?2 AND subject <> ?1",
        (subject, person_id),
    ).fetchone()
    if other is not None:
        raise AlreadyTaken(
            "another identity is enrolled under this account"
            if other[0] == person_id
            else "this identity is enrolled under another account"
        )
    cx.execute(
        "INSERT INTO verified_identities (person, subject, checked_by, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET"
        " checked_by = excluded.checked_by, at = excluded.at",
        (person_id, subject, by, at),
    )


def get_verified(cx: SqlConnection, person_id: str) -> VerifiedIdentity | None:
    row = cx.execute(
        "SELECT checked_by, at FROM verified_identities WHERE person = ?", (person_id,)
    ).fetchone()
    return None if row is None else VerifiedIdentity(*row)


def get_standing(cx: SqlConnection, person_id: str, now: float) -> EnrolmentStanding:
    (tries,) = cx.execute(
        "SELECT count(*) FROM presence_tries WHERE person = ? AND at > ?", (person_id, now - DAY_S)
    ).fetchone()
    waiting = cx.execute("SELECT 1 FROM face_matches WHERE person = ?", (person_id,)).fetchone()
    return EnrolmentStanding(
        tries_left=max(0, TRIES - tries),
        waiting=waiting is not None,
        template=get_template(cx, person_id, now),
    )


def get_template(cx: SqlConnection, person_id: str, now: float) -> FaceTemplate | None:
    row = cx.execute(
        "SELECT person, purposes, sealed, at, until FROM face_templates"
        " WHERE person = ? AND until > ?",
        (person_id, now),
    ).fetchone()
    return _template(row) if row is not None else None


def keep_template(cx: SqlConnection, template: FaceTemplate) -> None:
    """Instead of the one before."""
    purposes = msgspec.json.encode(template.purposes).decode()
    row = template.person, purposes, template.sealed, template.at, template.until
    cx.execute(
        "INSERT INTO face_templates (person, purposes, sealed, at, until) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET purposes = excluded.purposes,"
        " sealed = excluded.sealed, at = excluded.at, until = excluded.until",
        row,
    )


def drop_template(cx: SqlConnection, person_id: str) -> None:
    cx.execute("DELETE FROM face_templates WHERE person = ?", (person_id,))


def face_owners(cx: SqlConnection) -> tuple[list[str], list[str]]:
    """Of whom a template is stored, and of whom a portrait."""
    templates, portraits = (
        [person_id for (person_id,) in cx.execute(query)]
        for query in (
            "SELECT person FROM face_templates",
            "SELECT person FROM likeness_portraits",
        )
    )
    return templates, portraits


def findable_templates(cx: SqlConnection, now: float) -> Sequence[FaceTemplate]:
    """Of those who asked to be found in pictures of photorealistic models."""
    rows = cx.execute(
        "SELECT person, purposes, sealed, at, until FROM face_templates AS t"
        # Whose own face waits for an operator is looked for nowhere.
        " WHERE until > ? AND NOT EXISTS"
        " (SELECT 1 FROM face_matches AS m WHERE m.person = t.person)",
        (now,),
    )
    return [one for one in map(_template, rows) if "find" in one.purposes]


def guarded_templates(cx: SqlConnection, beside: str, now: float) -> Sequence[FaceTemplate]:
    """Of those who let nobody else enrol their face, but one person's own."""
    rows = cx.execute(
        "SELECT person, purposes, sealed, at, until FROM face_templates AS t"
        # Whose own face waits for an operator guards none.
        " WHERE until > ? AND person <> ? AND NOT EXISTS"
        " (SELECT 1 FROM face_matches AS m WHERE m.person = t.person)",
        (now, beside),
    )
    return [one for one in map(_template, rows) if "guard" in one.purposes]


def ended_templates(cx: SqlConnection, now: float) -> Sequence[str]:
    """Drop those whose time is over; whose they were."""
    rows = cx.execute("SELECT person FROM face_templates WHERE until <= ?", (now,)).fetchall()
    cx.execute("DELETE FROM face_templates WHERE until <= ?", (now,))
    return [person_id for (person_id,) in rows]


def add_match(cx: SqlConnection, person_id: str, other_id: str, now: float) -> None:
    """An operator is to look at two."""
    cx.execute(
        "INSERT INTO face_matches (person, other, at) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET other = excluded.other, at = excluded.at",
        (person_id, other_id, now),
    )


def drop_match(cx: SqlConnection, person_id: str) -> None:
    """Nothing of theirs waits. Idempotent."""
    cx.execute("DELETE FROM face_matches WHERE person = ?", (person_id,))


def settle_match(cx: SqlConnection, person_id: str) -> float:
    """An operator has looked at it; when the face was checked. Raises NotFound."""
    row = cx.execute("SELECT at FROM face_matches WHERE person = ?", (person_id,)).fetchone()
    if row is None:
        raise NotFound("nothing of theirs waits")
    drop_match(cx, person_id)
    return float(row[0])


def list_matches(cx: SqlConnection) -> Sequence[FaceMatch]:
    """The oldest first."""
    rows = cx.execute(
        "SELECT m.person, a.handle, m.other, b.handle, m.at FROM face_matches AS m"
        " LEFT JOIN people AS a ON a.id = m.person LEFT JOIN people AS b ON b.id = m.other"
        " ORDER BY m.at LIMIT ?",
        (MATCHES,),
    )
    return [
        FaceMatch(
            Person(person, handle or guest_handle(person)),
            Person(other, others or guest_handle(other)),
            at,
        )
        for person, handle, other, others, at in rows
    ]


def _template(row: tuple[str, str, bytes, float, float]) -> FaceTemplate:
    person, purposes, sealed, at, until = row
    told = msgspec.json.decode(purposes, type=tuple[Purpose, ...])
    return FaceTemplate(person=person, purposes=told, sealed=sealed, at=at, until=until)
