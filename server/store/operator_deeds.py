"""What those who run the place did, in order, for each other to read: rows are added and never
changed, and the digest of each is over the one before. Each function is one piece of a
transaction."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.operator_deeds import OperatorDeed, OperatorDeeds
from phosphene.store.connection import SqlConnection

KEPT_S: Final = 5 * 365 * 86400.0
"""So long a deed is kept."""

PERSON: Final = "person "
"""With this the subject begins of what was done to somebody."""


def note_deed(
    cx: SqlConnection, by: str, deed: str, subject: str, now: float, said: str = ""
) -> None:
    """Write down what somebody did. ``by``: a person's id, '' of who knows the operator's token;
    ``subject``: an id, ``said``: what else tells what was done."""
    row = cx.execute("SELECT seq, digest FROM operator_deeds ORDER BY seq DESC LIMIT 1").fetchone()
    seq, before = (row[0] + 1, row[1]) if row else (1, "")
    cx.execute(
        "INSERT INTO operator_deeds (seq, at, person, deed, subject, said, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, now, by, deed, subject, said, _digest(before, seq, now, deed, subject, said)),
    )


def read_deeds(cx: SqlConnection, before: int, limit: int) -> OperatorDeeds:
    """The newest before a number, and whether each follows from the one before it."""
    rows = cx.execute(
        "SELECT o.seq, o.at, o.person, p.handle, o.deed, o.subject, o.said, o.digest"
        " FROM operator_deeds AS o LEFT JOIN people AS p ON p.id = o.person"
        " WHERE o.seq < ? ORDER BY o.seq DESC LIMIT ?",
        (before, limit + 1),
    ).fetchall()
    deeds = [_deed(*row) for row in rows[:limit]]
    more = deeds[-1].seq if len(rows) > limit else None
    return OperatorDeeds(deeds, more, _first_broken(rows))


def forget_deeds(cx: SqlConnection, now: float, limit: int) -> bool:
    """Forget what was done so long ago; whether there may be more."""
    gone = cx.execute(
        "DELETE FROM operator_deeds WHERE seq IN"
        " (SELECT seq FROM operator_deeds ORDER BY seq LIMIT ?) AND at <= ?",
        (limit, now - KEPT_S),
    ).rowcount
    return gone == limit


def _first_broken(rows: Sequence[Any]) -> int | None:
    """The oldest row that does not follow from the one before it; the last of them is the first
    that is told, and bound to nothing here."""
    for (seq, at, _, _, deed, subject, said, digest), earlier in zip(
        reversed(rows[:-1]), reversed(rows[1:]), strict=True
    ):
        follows = earlier[0] == seq - 1
        if not follows or digest != _digest(earlier[-1], seq, at, deed, subject, said):
            return int(seq)
    return None


# Not over who did it, nor to whom: that is forgotten when they leave.
def _digest(before: str, seq: int, at: float, deed: str, subject: str, said: str) -> str:
    bound = PERSON if subject.startswith(PERSON) else subject
    told = (before, seq, at, deed, bound, said)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _deed(
    seq: int, at: float, by: str, handle: Any, deed: str, subject: str, said: str, digest: str
) -> OperatorDeed:
    person = Person(by, handle or guest_handle(by)) if by else None
    return OperatorDeed(
        seq=seq, at=at, by=person, deed=deed, subject=subject, said=said, digest=digest
    )
