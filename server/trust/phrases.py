"""Finding the phrases of the categories among the words of a text."""

from collections.abc import Iterator
from math import inf
from typing import Final

from phosphene.trust.matching import (
    BURIED_SPACED,
    WIDEST,
    Remainder,
    RuleMatch,
    Words,
    all_common,
    all_glued,
    glued_run,
    nearly,
    nearly_beside,
    unique,
    without_common,
)
from phosphene.trust.misspellings import squeeze
from phosphene.trust.normalize import Word
from phosphene.trust.refusal_rules import Phrase, Rules

SPLIT: Final = 5
"""A phrase this long is found with spaces inside, where a piece is no common word."""
SURELY_SPLIT: Final = 9
"""A phrase this long is found with spaces inside."""
GLUED: Final = 4
"""A phrase of one word this long is found where it is glued to a common word, or has a letter
doubled."""
GLUED_SHORT: Final = 5
"""The same, to a common word of three letters."""
GLUED_SEVERAL: Final = 6
"""A phrase of several words this long is found where all are glued to a common word."""
TOGETHER: Final = 9
"""A phrase of several words this long is found where it is one word, written nearly right."""
GLUED_NEAR: Final = 7
"""A phrase of which so much is left is found where it is written nearly right and so glued."""


def phrases(words: Words, rules: Rules) -> Iterator[RuleMatch]:
    """Every phrase of a category in one segment, also where it is written nearly right."""
    for at, word in enumerate(words):
        for size, phrase in _phrases_from(words, at, rules):
            yield RuleMatch(phrase, word.start, words[at + size - 1].end)
        if word.text in rules.phrases_by_end:
            for start, phrase in nearly(words, at, rules.phrases_by_end[word.text], rules):
                yield RuleMatch(
                    phrase, words[start].start, words[start + len(phrase.words) - 1].end
                )
        if word.spaced:
            yield from _buried_phrases(word, rules)


def _phrases_from(words: Words, at: int, rules: Rules) -> Iterator[tuple[int, Phrase]]:
    """Phrases that begin at a word, and how many words they are."""
    text = words[at].text
    for phrase in rules.phrases.get(text, ()):
        size = len(phrase.words)
        if tuple(word.text for word in words[at : at + size]) == phrase.words:
            yield size, phrase
    for size, joined in _windows(words, at, rules.phrase_beginnings):
        for phrase in _split_otherwise(words[at : at + size], joined, rules):
            yield size, phrase
    for size in range(1, glued_run(words, at) + 1):
        window = words[at : at + size]
        if not all_common(window, rules):
            joined = "".join(word.text for word in window)
            for phrase in rules.near_phrases.find_near(joined):
                if size > 1 or len(phrase.words) == 1 or _surely_together(joined, phrase):
                    yield size, phrase
            if size == 1:
                yield from ((1, phrase) for phrase in _doubled(joined, rules))
                yield from ((1, phrase) for phrase in _beside_common(joined, rules))


def _windows(words: Words, at: int, beginnings: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The words from here on put together, as long as something begins so."""
    joined = ""
    for end in range(at, min(at + WIDEST, len(words))):
        joined += words[end].text
        if joined not in beginnings or (end > at and words[end].apart):
            return
        yield end + 1 - at, joined


def _split_otherwise(window: Words, joined: str, rules: Rules) -> Iterator[Phrase]:
    """Phrases that are written here with other spaces."""
    known = rules.joined.get(joined)
    if not known:
        return
    close = len(window) == 1 or all_glued(window)
    # A space inside hid 84 % of a category's phrases before; a short one of two common words is
    # left, because whoever wrote these two mostly meant them.
    split = len(joined) >= SURELY_SPLIT or (len(joined) >= SPLIT and not all_common(window, rules))
    for phrase in known:
        if close or (split and len(phrase.words) < len(window)):
            yield phrase


def _surely_together(text: str, phrase: Phrase) -> bool:
    """Whether one word is a phrase of several, rather than another word."""
    return len(phrase.key) >= TOGETHER and text[0] == phrase.written[0] and phrase.part is None


def _doubled(text: str, rules: Rules) -> Iterator[Phrase]:
    """Phrases of which a letter is doubled here that is not, or the other way round."""
    key = squeeze(text)
    if len(key) >= GLUED:
        yield from (phrase for phrase in rules.squeezed.get(key, ()) if len(phrase.words) == 1)


def _beside_common(text: str, rules: Rules) -> Iterator[Phrase]:
    """Phrases that are glued to a common word here."""
    for rest in without_common(text, rules):
        exact = rules.joined.get(rest.text, ())
        yield from (phrase for phrase in exact if len(rest.text) >= _least_glued(phrase, rest))
        near = nearly_beside(rest, GLUED_NEAR, rules.near_phrases, rules)
        yield from (phrase for phrase in near if phrase.part is None)


def _least_glued(phrase: Phrase, rest: Remainder) -> float:
    """So long a phrase is found beside a common word."""
    if len(phrase.words) == 1 and not rest.short:
        return GLUED
    # Halves of what is refused together are common words: canteens, governorship.
    if phrase.part is not None:
        return inf
    return GLUED_SHORT if len(phrase.words) == 1 else GLUED_SEVERAL


def _buried_phrases(word: Word, rules: Rules) -> Iterator[RuleMatch]:
    for letters in unique((word.text, squeeze(word.text))):
        for start in range(len(letters) - BURIED_SPACED + 1):
            end = start + 1
            while end <= len(letters) and letters[start:end] in rules.phrase_beginnings:
                if end - start >= BURIED_SPACED:
                    for phrase in rules.joined.get(letters[start:end], ()):
                        yield RuleMatch(phrase, word.start, word.end)
                end += 1
