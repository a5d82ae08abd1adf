"""What an operator may set of the feed: what each outcome is worth, and what each term counts."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from phosphene.errors import BadInput

TERMS: Final = (
    *("kinds", "taste", "quality", "tired", "live", "fresh", "together", "together_lately"),
    *("next", "factor", "known", "rising", "novel", "factor_novel", "next_novel"),
    *("together_novel", "taste_novel", "known_newcomer", "disliked"),
    *("met", "young", "next_last"),
    *("content", "content_near", "content_novel", "content_near_novel"),
    *("covisited", "covisited_now", "covisited_last"),
    *("covisited_novel", "covisited_now_novel", "covisited_last_novel"),
)
"""Named terms of a score, in the order of the rows of a matrix of terms."""
DRAWN: Final = ("unsure", "owed")
"""What a page adds to the sum of the terms."""


class OutcomeWorth(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Interest that an outcome shows: 0 for the usual, about 1 for a clip that somebody loves.

    ``watched``: of each doubling of the time that a clip was before somebody against its length;
    the others are added to it. ``watch``: of any clip that they had before them.
    """

    watched: float = 0.42
    watch: float = -0.05
    skip: float = 0.0
    finished: float = 0.0
    looped: float = 0.0
    like: float = 0.2
    comment: float = 0.15
    remix: float = 0.4
    fork: float = 0.4
    steer: float = 0.2
    share: float = 0.3
    follow: float = 0.4
    save: float = 0.25
    not_for_me: float = -2.0
    report: float = -4.0


WORTH: Final = OutcomeWorth()


class FeedWeights(Struct, frozen=True, forbid_unknown_fields=True):
    """``outcomes``: what each is worth; ``terms``: what each term's weight, which is learned, is
    multiplied with, 1 where nothing is said and 0 for a term that is not to count."""

    outcomes: OutcomeWorth = WORTH
    terms: dict[str, float] = {}

    def multiplier_of(self, term: str) -> float:
        """What the weight of a term is multiplied with."""
        return self.terms.get(term, 1.0)


AS_THEY_ARE: Final = FeedWeights()


def read_feed_weights(path: str) -> FeedWeights:
    """What a TOML file says (docs/feed.md), "" for none. Raises BadInput."""
    if not path:
        return AS_THEY_ARE
    try:
        found = msgspec.toml.decode(Path(path).read_bytes(), type=FeedWeights)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(f"feed_weights: {path}: {error}") from error
    unknown = set(found.terms) - {*TERMS, *DRAWN}
    if unknown:
        raise BadInput(f"feed_weights: {path}: no term is called {', '.join(sorted(unknown))}")
    return found
