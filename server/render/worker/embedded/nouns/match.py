"""Words of a prompt and what they call."""

from collections.abc import Iterable
from dataclasses import dataclass

from phosphene.render.worker.embedded.nouns.lexicon import Meaning


@dataclass(frozen=True)
class Match:
    """Words `first` to `last` (exclusive), what they call, and the language that calls it so."""

    first: int
    last: int
    meaning: Meaning
    tongue: str = "en"

    @property
    def role(self) -> str:
        return self.meaning.role

    @property
    def is_noun(self) -> bool:
        return self.role in ("subject", "place")


def words_in(matches: Iterable[Match]) -> frozenset[int]:
    """The places of all words of some matches."""
    return frozenset(k for m in matches for k in range(m.first, m.last))
