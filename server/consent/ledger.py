"""The ledger of a likeness: entries that are only added, each bound to the one before by its hash.

Who a fact is of stands beside it and not in it: the chain holds a digest of their id, so that
somebody who leaves is forgotten and every hash stays right.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from phosphene.consent.card import Card
from phosphene.consent.terms import Level, LikenessTerms, Via, Why
from phosphene.model import Person

Withdrawal = Literal["clip", "person", "portrait", "everything"]


class LevelChecked(Struct, frozen=True, tag="checked"):
    """What was checked of the owner, by whom; ``none``: it counts no more."""

    level: Level
    checked_by: str


class TermsGranted(Struct, frozen=True, tag="granted"):
    """From now on, in the place of all that was granted before."""

    terms: LikenessTerms
    card: Card


class PortraitAgreed(Struct, frozen=True, tag="portrait"):
    """A portrait is kept ``until`` then, and photorealistic models may draw the owner from it, on
    the terms that were granted."""

    until: float


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


class UseGranted(Struct, frozen=True, tag="used", omit_defaults=True):
    """A clip that shows the likeness, and the entry of the ledger that allows it; ``portrait``: the
    entry in which the owner agreed to the portrait that it is drawn from, 0: it draws the card."""

    clip: str
    person: str
    via: Via
    grant: int
    portrait: int = 0


class UseRefused(Struct, frozen=True, tag="refused"):
    person: str
    via: Via
    why: Why


class LikenessWithdrawn(Struct, frozen=True, tag="withdrawn"):
    """Taken back: of one ``clip``, of all by one ``person``, the portrait and all that was drawn
    from it, or everything. ``clips``: how many are withheld by it."""

    what: Withdrawal
    clip: str = ""
    person: str = ""
    clips: int = 0


LedgerFact = (
    LevelChecked
    | TermsGranted
    | PortraitAgreed
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


class LedgerLine(Struct, frozen=True, kw_only=True):
    """An entry as its owner reads it; ``person``: whom it is of, None where that is nobody, or
    somebody who left. ``fact`` is the JSON that the hash is over (see ``LedgerFact``);
    ``attempts``: how often somebody was refused within the hour from it on."""

    seq: int
    at: float
    fact: str
    person: Person | None
    previous: str
    digest: str
    attempts: int = 1


class OwnLedger(Struct, frozen=True):
    """The newest entries, the oldest of them first. ``broken``: the number of the first entry at
    which the chain does not hold, None where it holds. ``owner`` is the digest of one's id that the
    hashes are over."""

    owner: str
    entries: Sequence[LedgerLine]
    broken: int | None = None


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
