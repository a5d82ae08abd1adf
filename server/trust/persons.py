"""Names of persons as people write them: with an initial or a nickname inside, the surname first,
or an initial for the first name."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from phosphene.trust.matching import RuleMatch
from phosphene.trust.normalize import Word
from phosphene.trust.refusal_rules import Rules, Spelling

MOST_INSIDE: Final = 4
"""Most words of a nickname."""
ARTICLES: Final = frozenset(("a", "an", "the", "un", "une", "le", "la", "les", "des"))
_QUOTED: Final = re.compile(r"""\s*(?:"[^"]+"|“[^”]+”|«[^»]+»|'[^']+'|‘[^’]+’|\([^)]+\))\s*""")
_INITIALS: Final = re.compile(r"\s*(?:\w\.\s*|\w\s+){1,2}")
_COMMA: Final = re.compile(r"\s*,\s*")
_FULL_STOP: Final = re.compile(r"\s*\.\s*")


def persons(words: Sequence[Word], text: str, rules: Rules) -> Iterator[RuleMatch]:
    """Every person in one segment whose name is not written as listed."""
    for at, word in enumerate(words):
        if word.text in rules.proper and _is_proper(words, at, text):
            yield RuleMatch(rules.proper[word.text], word.start, word.end)
        for spelling in rules.persons.get(word.text, ()):
            for start, end in (
                *_parted(words, at, spelling, text),
                *_surname_first(words, at, spelling, text, rules),
                *_initial(words, at, spelling, text, rules),
            ):
                yield RuleMatch(spelling, start, end)


def _parted(
    words: Sequence[Word], last: int, spelling: Spelling, text: str
) -> Iterator[tuple[int, int]]:
    """The name with something between its first part and its last word."""
    before = spelling.texts[:-1]
    # Only what people write inside a name parts it, in quotation marks, in brackets or as initials:
    # any four words between a first name and a surname would refuse whole sentences.
    for inside in range(1, MOST_INSIDE + 1):
        first = last - inside - len(before)
        if first < 0:
            return
        found = words[first : first + len(before)]
        if tuple(word.text for word in found) == before:
            between = text[found[-1].end : words[last].start]
            if _QUOTED.fullmatch(between) or _INITIALS.fullmatch(between):
                yield found[0].start, words[last].end


def _surname_first(
    words: Sequence[Word], last: int, spelling: Spelling, text: str, rules: Rules
) -> Iterator[tuple[int, int]]:
    """Swift, Taylor. Where the surname is a common word both have capitals and a comma."""
    before = spelling.texts[:-1]
    found = words[last + 1 : last + 1 + len(before)]
    if not found or tuple(word.text for word in found) != before:
        return
    surname = words[last]
    common = surname.text in rules.common.all_words
    comma = _COMMA.fullmatch(text[surname.end : found[0].start])
    if not common or (comma and _capital(surname, text) and _capital(found[0], text)):
        yield surname.start, found[-1].end


def _initial(
    words: Sequence[Word], last: int, spelling: Spelling, text: str, rules: Rules
) -> Iterator[tuple[int, int]]:
    """T. Swift. A common surname needs the full stop, a very common one is anybody's."""
    initial, surname = words[last - 1] if last else None, words[last]
    if initial is None or initial.text != spelling.texts[0][0] or len(spelling.texts) > 2:
        return
    stop = _FULL_STOP.fullmatch(text[initial.end : surname.start])
    common = surname.text in rules.common.all_words
    if surname.text not in rules.common.very and (stop or not common):
        yield initial.start, surname.end


def _is_proper(words: Sequence[Word], at: int, text: str) -> bool:
    """Whether a word is written as a name: with a capital in a text that has others without."""
    # Words that are also things: with an article they are the thing, and a text all in capitals
    # says nothing by a capital.
    article = at and words[at - 1].text in ARTICLES
    return not article and _capital(words[at], text) and any(c.islower() for c in text)


def _capital(word: Word, text: str) -> bool:
    return text[word.start].isupper()
