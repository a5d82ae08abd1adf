"""Who is a child by age: un karatéka de 5 ans, a 6 year old chef."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token

GROWN: Final = 13
"""Years from which somebody is no child."""
AGELESS: Final = frozenset(("person", "man", "woman"))
"""Of whom no word but their age may tell it."""
CHILD: Final = Meaning("subject", "child", exact=False)
OLD: Final = words_of("year-old years-old year-olds")
"""After a number of English, before or after who is that old."""
YEARS: Final = words_of("year years")


def with_children(found: list[Match], words: Sequence[Token]) -> list[Match]:
    """With children for those of whom nothing but their age tells that they are."""
    return [
        replace(m, meaning=CHILD) if m.meaning.value in AGELESS and _is_young(m, words) else m
        for m in found
    ]


def _is_young(match: Match, words: Sequence[Token]) -> bool:
    said = [w.folded for w in words]
    after, before = said[match.last : match.last + 3], said[: match.first]
    if len(after) > 2 and after[0] in ("de", ",") and after[2] == "ans":
        return _is_small(after[1])
    if before[-1:] and before[-1] in OLD:
        return _is_small(before[-2] if len(before) > 1 else "")
    if before[-1:] == ["old"] and len(before) > 2 and before[-2] in YEARS:
        return _is_small(before[-3])
    return len(after) > 2 and after[0] == "," and after[2] in OLD and _is_small(after[1])


def _is_small(word: str) -> bool:
    return word.isdigit() and 0 < int(word) < GROWN
