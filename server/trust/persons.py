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
    """The name with something between two of its words."""
    # Only what people write inside a name parts it, in quotation marks, in brackets or as initials:
    # any four words between a first name and a surname would refuse whole sentences.
    for before, after in _halves(spelling):
        second = last + 1 - len(after)
        if second < 0 or _texts(words[second : last + 1]) != after:
            continue
        for inside in range(1, MOST_INSIDE + 1):
            first = second - inside - len(before)
            found = words[max(0, first) : first + len(before)]
            if first >= 0 and _texts(found) == before:
                between = text[found[-1].end : words[second].start]
                if _QUOTED.fullmatch(between) or _INITIALS.fullmatch(between):
                    yield found[0].start, words[last].end


def _surname_first(
    words: Sequence[Word], last: int, spelling: Spelling, text: str, rules: Rules
) -> Iterator[tuple[int, int]]:
    """Swift, Taylor. Where the surname is a common word both have capitals and a comma, and where
    it is several words a comma."""
    for before, after in _halves(spelling):
        start, end = last + 1 - len(after), last + 1 + len(before)
        if start < 0 or _texts(words[start : last + 1]) != after:
            continue
        if _texts(words[last + 1 : end]) != before:
            continue
        surname, name = words[start], words[last + 1]
        common = surname.text in rules.common.all_words
        comma = _COMMA.fullmatch(text[words[last].end : name.start])
        plain = len(after) == 1 and not common
        if plain or (comma and _capital(surname, text) and _capital(name, text)):
            yield surname.start, words[end - 1].end


def _halves(spelling: Spelling) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """A name, parted before each of its words but the first."""
    texts = spelling.texts
    return ((texts[:at], texts[at:]) for at in range(1, len(texts)))


def _texts(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


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
