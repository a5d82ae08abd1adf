"""A person's likeness, as its owner and the store know it."""

from msgspec import Struct

from phosphene.consent.card import Card
from phosphene.consent.terms import Level, LikenessTerms


class Likeness(Struct, frozen=True, kw_only=True):
    """A person's likeness as the store has it. ``grant``: the entry of the ledger that ``terms``
    and ``card`` are written in, 0 while nothing is lent."""

    level: Level = "none"
    checked_by: str = ""
    checked_at: float = 0.0
    card: Card | None = None
    terms: LikenessTerms = LikenessTerms()
    grant: int = 0
