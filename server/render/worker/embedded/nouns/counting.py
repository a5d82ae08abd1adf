"""How many of somebody or something a prompt asks for."""

from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.languages import GRAMMARS
from phosphene.render.worker.embedded.nouns.main_thing import MOVES
from phosphene.render.worker.embedded.nouns.match import Match
from phosphene.render.worker.embedded.nouns.tokens import Token

SEVERAL: Final = 3
MANY: Final = 5
PLENTY: Final = ("plein", "beaucoup", "plenty", "loads", "tonnes", "millions", "milliers")


def plural_count(
    match: Match | None, words: Sequence[Token], language: str,
    gaits: Mapping[str, tuple[str, str]],
) -> int:  # fmt: skip
    """How many are meant by a plural: of who can go somewhere, three. Fries and glasses are one
    drawing each."""
    if match is None or gaits.get(match.meaning.value, ("",))[0] not in MOVES:
        return 1
    word, before = words[match.last - 1].folded, words[match.first - 1] if match.first else None
    grammar = GRAMMARS[language]
    if grammar.plurals:
        plural = before is not None and before.folded in grammar.plurals
    else:
        ends = word.endswith("s") and not word.endswith(("ss", "us", "is"))
        plural = language == "en" and (ends or grammar.irregular.get(word, word) != word)
    return SEVERAL if plural and not match.meaning.value.endswith("s") else 1


def said_count(match: Match | None, words: Sequence[Token], grammar: Grammar) -> int:
    """How many of them: a number within three words before, or in the word itself; 0 if none is
    said."""
    if match is None:
        return 1
    begin = match.first
    while begin > max(0, match.first - 3) and not _ends_count(words[begin - 1], grammar):
        begin -= 1
    near = range(begin, match.last)
    names = (words[k].folded for k in near)
    said = [grammar.numbers[w] for w in names if w in grammar.numbers]
    said += [MANY for k in near if _is_plenty(words, k, grammar)]
    digits = [int(words[k].folded) for k in near if _is_number(words, k)]
    return (said + [n for n in digits if 1 <= n <= 5] or [0])[0]


def _is_plenty(words: Sequence[Token], at: int, grammar: Grammar) -> bool:
    """Whether a word says that there are many of what follows: plein de monde."""
    leads = at + 1 < len(words) and words[at + 1].folded in grammar.of
    return words[at].folded in PLENTY and leads


def _is_number(words: Sequence[Token], at: int) -> bool:
    """Whether digits are a number, and no part of a name: a 2CV is one car."""
    apart = at + 1 == len(words) or words[at].end < words[at + 1].start
    return words[at].folded.isdigit() and apart


def _ends_count(word: Token, grammar: Grammar) -> bool:
    """Whether a number before it is of something else: two dice on a table."""
    return word.ends_phrase or word.folded in grammar.within - grammar.determiners
