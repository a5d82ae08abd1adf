"""Words that are common, and so are meant as they are written."""

from collections.abc import Iterable
from typing import Final

from phosphene.render.worker.embedded.nouns.slips import slips
from phosphene.trust.common_words import common_words

LEAST: Final = 8
"""Letters of the shortest word of French that is taken for a misspelt one."""
ENDS: Final = ("", "e", "s", "es")
"""Without which a word is looked up too."""


def is_thing(word: str, lexname: str) -> bool:
    """Whether it is an animal, or a thing that many speak of: a toaster."""
    return lexname == "animal" or (lexname == "artifact" and _is_common(word))


def _is_common(word: str) -> bool:
    return word in common_words().all_words


def no_slips(names: Iterable[str]) -> set[str]:
    """Common words that are one slip away from a name: une ceinture is no peinture."""
    names = {name for name in names if len(name) >= LEAST - 1 and name.isalpha()}
    near = (slip + end for name in names for slip in slips(name) for end in ENDS)
    return {word for word in near if len(word) >= LEAST and _is_common(word)} - names
