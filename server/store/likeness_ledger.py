"""The ledgers of likenesses: entries are added, and never changed. Each function is one piece of a
transaction."""

import secrets
from typing import Final

from phosphene.consent.ledger import (
    GONE,
    LedgerEntry,
    LedgerFact,
    LedgerLine,
    OwnLedger,
    UseRefused,
    encode_fact,
    entry_digest,
    first_broken,
    person_digest,
)
from phosphene.guest_names import guest_handle
from phosphene.model import Person
from phosphene.store.connection import SqlConnection

MOST: Final = 10_000
"""Entries of one list."""
HOUR_S: Final = 3600.0


def add_entry(
    cx: SqlConnection,
    owner: str,
    fact: LedgerFact,
    now: float,
    person: str = "",
    attempts: int | None = None,
) -> LedgerEntry:
    """Write down a fact, which holds no more than a digest of the ``person`` it is of.
    ``attempts``: how often they were refused so, None where they were not."""
    row = cx.execute(
        "SELECT seq, digest FROM likeness_ledger WHERE owner = ? ORDER BY seq DESC LIMIT 1",
        (owner,),
    ).fetchone()
    seq, previous = (row[0] + 1, row[1]) if row else (1, "")
    said = encode_fact(fact)
    digest = entry_digest(person_digest(owner), seq, now, said, previous)
    cx.execute(
        "INSERT INTO likeness_ledger (owner, seq, at, fact, person, previous, digest, attempts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (owner, seq, now, said, person, previous, digest, attempts),
    )
    return LedgerEntry(seq=seq, at=now, fact=said, previous=previous, digest=digest)


def add_refusal(cx: SqlConnection, owner: str, fact: UseRefused, now: float, person: str) -> None:
    """A person was refused: an entry for the first attempt within an hour, and a count beside it
    for those that follow, so that nobody fills the ledger of somebody else."""
    # Beside it: the hash is over what was written first, and stays right.
    again = cx.execute(
        "UPDATE likeness_ledger SET attempts = attempts + 1 WHERE owner = ?1 AND seq ="
        " (SELECT seq FROM likeness_ledger WHERE owner = ?1 AND person = ?2 AND at > ?3"
        " AND attempts IS NOT NULL ORDER BY at DESC LIMIT 1)",
        (owner, person, now - HOUR_S),
    ).rowcount
    if not again:
        add_entry(cx, owner, fact, now, person, attempts=1)


def entry_hash(cx: SqlConnection, owner: str, seq: int) -> str:
    """The digest of an entry; empty where there is none."""
    row = cx.execute(
        "SELECT digest FROM likeness_ledger WHERE owner = ? AND seq = ?", (owner, seq)
    ).fetchone()
    return str(row[0]) if row else ""


def read_ledger(cx: SqlConnection, owner: str) -> OwnLedger:
    """The newest entries of a person's own, the oldest of them first."""
    rows = cx.execute(
        "SELECT l.seq, l.at, l.fact, l.person, l.previous, l.digest, l.attempts, p.handle"
        " FROM likeness_ledger AS l LEFT JOIN people AS p ON p.id = l.person"
        # The newest: every attempt adds an entry, and one person's of a day would hide all later.
        " WHERE l.owner = ? ORDER BY l.seq DESC LIMIT ?",
        (owner, MOST + 1),
    ).fetchall()
    lines = [_line(*row) for row in reversed(rows)]
    # One more, which the first that is shown is bound to.
    before = _entry(lines.pop(0)) if len(lines) > MOST else None
    return OwnLedger(person_digest(owner), lines, first_broken(owner, map(_entry, lines), before))


def forget_owner(cx: SqlConnection, owner: str) -> None:
    """Somebody leaves: of their ledger only the hashes stay, under another id."""
    cx.execute(
        "UPDATE likeness_ledger SET owner = ?, fact = ?, person = '', at = 0, attempts = NULL"
        " WHERE owner = ?",
        (f"left-{secrets.token_hex(16)}", GONE, owner),
    )


def forget_person(cx: SqlConnection, person: str) -> None:
    """Nobody's ledger says any more that it was this person; the hashes stay right."""
    cx.execute(
        # Said twice, as in the schema: only then does SQLite use the partial index.
        "UPDATE likeness_ledger SET person = '' WHERE person = ? AND person <> ''",
        (person,),
    )


def _line(
    seq: int,
    at: float,
    fact: str,
    person: str,
    previous: str,
    digest: str,
    attempts: int | None,
    handle: str | None,
) -> LedgerLine:
    whom = Person(person, handle or guest_handle(person)) if person else None
    return LedgerLine(
        seq=seq,
        at=at,
        fact=fact,
        person=whom,
        previous=previous,
        digest=digest,
        attempts=attempts or 1,
    )


def _entry(line: LedgerLine) -> LedgerEntry:
    return LedgerEntry(
        seq=line.seq, at=line.at, fact=line.fact, previous=line.previous, digest=line.digest
    )
