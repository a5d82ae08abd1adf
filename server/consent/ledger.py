"""The ledger of a likeness: entries that are only added, each bound to the one before by its hash.

Who a fact is of stands beside it and not in it: the chain holds a digest of their id, so that
somebody who leaves is forgotten and every hash stays right.
"""

import hashlib
from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.consent.card import Card
from phosphene.consent.request import Via
from phosphene.consent.terms import Level, LikenessTerms, Why

Withdrawal = Literal["clip", "person", "everything"]


class LevelChecked(Struct, frozen=True, tag="checked"):
    """What was checked of the owner, by whom; ``none``: it counts no more."""

    level: Level
    checked_by: str


class TermsGranted(Struct, frozen=True, tag="granted"):
    """From now on, in the place of all that was granted before."""

    terms: LikenessTerms
    card: Card


class PersonApproved(Struct, frozen=True, tag="approved"):
    """``allowed``: True for a person who was approved, False for one who may use it no more, None:
    neither."""

    person: str
    allowed: bool | None


class UseAsked(Struct, frozen=True, tag="asked"):
    ask: str
    person: str


class AskAnswered(Struct, frozen=True, tag="answered"):
    ask: str
    yes: bool


class UseGranted(Struct, frozen=True, tag="used"):
    """A clip that shows the likeness, and the entry of the ledger that allows it."""

    clip: str
    person: str
    via: Via
    grant: int


class UseRefused(Struct, frozen=True, tag="refused"):
    person: str
    via: Via
    why: Why


class LikenessWithdrawn(Struct, frozen=True, tag="withdrawn"):
    """Taken back: of one ``clip``, of all by one ``person``, or everything. ``clips``: how many are
    withheld by it."""

    what: Withdrawal
    clip: str = ""
    person: str = ""
    clips: int = 0


LedgerFact = (
    LevelChecked
    | TermsGranted
    | PersonApproved
    | UseAsked
    | AskAnswered
    | UseGranted
    | UseRefused
    | LikenessWithdrawn
)
GONE: Final = ""
"""The fact of an entry whose owner has left: only its hashes stay."""
_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[LedgerFact] = msgspec.json.Decoder(LedgerFact)


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """``fact`` is JSON (see ``LedgerFact``), its keys in order; ``previous`` is the digest of the
    entry before, empty for the first."""

    seq: int
    at: float
    fact: str
    previous: str
    digest: str


def encode_fact(fact: LedgerFact) -> str:
    return _encoder.encode(fact).decode()


def read_fact(fact: str) -> LedgerFact:
    return _decoder.decode(fact)


def person_digest(person_id: str) -> str:
    """Who a fact is of, for who knows the id."""
    return hashlib.sha256(person_id.encode()).hexdigest()[:32]


def entry_digest(owner: str, seq: int, at: float, fact: str, previous: str) -> str:
    """SHA-256 of what an entry says. ``owner`` is a ``person_digest``."""
    return hashlib.sha256(_encoder.encode((owner, seq, at, fact, previous))).hexdigest()


def first_broken(
    owner_id: str, entries: Iterable[LedgerEntry], before: LedgerEntry | None = None
) -> int | None:
    """The number of the first entry at which the chain does not hold; None: it holds. ``before``:
    the entry before the first of these; None: they begin the chain."""
    owner = person_digest(owner_id)
    first, previous = (1, "") if before is None else (before.seq + 1, before.digest)
    for seq, one in enumerate(entries, first):
        right = entry_digest(owner, seq, one.at, one.fact, previous)
        if (one.seq, one.previous, one.digest) != (seq, previous, right):
            return seq
        previous = one.digest
    return None
