"""Finding protected names among the words of a text."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from phosphene.trust.matching import (
    BURIED_SPACED,
    WIDEST,
    RuleMatch,
    Words,
    all_common,
    all_glued,
    glued_run,
    nearly,
    nearly_beside,
    without_common,
)
from phosphene.trust.misspellings import squeeze
from phosphene.trust.normalize import Word
from phosphene.trust.refusal_rules import SHORT, Rules, Spelling

BURIED: Final = 9
"""A name this long is found inside of a longer word."""
GLUED_NAME: Final = 5
"""A name of one word this long is found where it is glued to a common word."""
GLUED_SURELY: Final = 6
"""So is one of several words, and one beside a common word of three letters."""
TITLE: Final = 2
"""Letters of an initial or a title, behind which a full stop divides nothing."""
GLUED_NEAR_NAME: Final = 8
"""A name of which so much is left is found where it is written nearly right and so glued."""


def names(words: Words, around: frozenset[str], rules: Rules) -> Iterator[RuleMatch]:
    """Every protected name in one segment; ``around`` are all words of the text. What is written
    right is found first, so that a near match takes no part of it."""

    def exact(at: int) -> tuple[int, Spelling] | None:
        return _exact(words, at, around, rules)

    left: list[list[Word]] = [[]]
    for part in _scan(words, exact):
        if isinstance(part, RuleMatch):
            yield part
            left.append([])
        else:
            left[-1].append(part)
    for rest in left:
        for part in _scan(rest, partial(_near, rest, _several(rest, rules), rules)):
            if isinstance(part, RuleMatch):
                yield part
            else:
                yield from _buried_names(part, rules)


def _exact(
    words: Words, at: int, around: frozenset[str], rules: Rules
) -> tuple[int, Spelling] | None:
    """The longest name that is written here, and how many words that are."""
    best, key = None, ""
    for end in range(at, min(at + WIDEST, len(words))):
        text = squeeze(words[end].text)
        key += text[1:] if key and key[-1] == text[0] else text
        if key not in rules.beginnings:
            break
        pieces = words[at : end + 1]
        for spelling in rules.spellings.get(key, ()):
            if _is(spelling, pieces, around, rules):
                best = len(pieces), spelling
                break
    return best


def _near(
    words: Words, several: dict[int, list[Spelling]], rules: Rules, at: int
) -> tuple[int, Spelling] | None:
    """The longest name that is written here nearly right, and how many words that are."""
    found = [(spelling.word_count, spelling) for spelling in several.get(at, ())]
    for size in range(1, glued_run(words, at) + 1):
        window = words[at : at + size]
        if not all_common(window, rules):
            joined = "".join(word.text for word in window)
            near = rules.near_names.find_near(joined)
            found += (
                (size, s)
                for s in near
                if size > 1 or s.word_count == 1 or joined[0] == s.written[0]
            )
            found += ((size, s) for s in _name_beside_common(window, rules))
    return max(found, key=lambda one: one[0], default=None)


def _several(words: Words, rules: Rules) -> dict[int, list[Spelling]]:
    """Names of several words that are written nearly right, by where they begin."""
    found: dict[int, list[Spelling]] = {}
    for at, word in enumerate(words):
        if known := rules.names_by_end.get(word.text):
            for start, spelling in nearly(words, at, known, rules):
                found.setdefault(start, []).append(spelling)
    return found


def _scan(
    words: Words, match: Callable[[int], tuple[int, Spelling] | None]
) -> Iterator[RuleMatch | Word]:
    """From left to right what matches at each place, or the word when nothing does."""
    at = 0
    while at < len(words):
        found = match(at)
        size = found[0] if found else 1
        last = words[at + size - 1]
        yield RuleMatch(found[1], words[at].start, last.end) if found else words[at]
        at += size


def _is(spelling: Spelling, pieces: Words, around: frozenset[str], rules: Rules) -> bool:
    others = around.difference(word.text for word in pieces)
    if spelling.beside and not spelling.beside & others:
        return False
    if "".join(word.text for word in pieces) != spelling.written and (
        len(spelling.key) < SHORT or all_common(pieces, rules)
    ):
        return False  # only doubled letters made it the same: ringo stars, johnny deep
    if len(pieces) == 2 and _divided(*pieces) and all_common(pieces, rules):
        return False  # words of a list: a tiger, woods, mist
    if len(pieces) <= spelling.word_count or all_glued(pieces):
        return True
    # Two words side by side may make a short name by chance, any across a comma: a bat, man; and so
    # may very common ones: winter fell, in may weather.
    chance = len(spelling.key) < SHORT or any(word.apart for word in pieces[1:])
    return not chance and not rules.common.very.issuperset(word.text for word in pieces)


def _divided(first: Word, second: Word) -> bool:
    """Whether a comma or a stop stands between two words, behind no initial and no title."""
    return second.apart and len(first.text) > TITLE


def _name_beside_common(pieces: Words, rules: Rules) -> Iterator[Spelling]:
    """Names that are glued to a common word here."""
    if len(pieces) > 1:
        yield from _several_beside_common("".join(piece.text for piece in pieces), rules)
        return
    for rest in without_common(pieces[0].text, rules):
        for known in rules.spellings.get(squeeze(rest.text), ()):
            sure = rest.short or known.word_count > 1
            long_enough = len(rest.text) >= (GLUED_SURELY if sure else GLUED_NAME)
            if long_enough and not known.beside and known.written == rest.text:
                yield known
        yield from nearly_beside(rest, GLUED_NEAR_NAME, rules.near_names, rules)


def _several_beside_common(joined: str, rules: Rules) -> Iterator[Spelling]:
    """Names of several words in what no space divides, glued to a common word: Díaz-Canelfan."""
    for rest in without_common(joined, rules):
        for known in rules.spellings.get(squeeze(rest.text), ()):
            if len(rest.text) >= BURIED and known.word_count > 1 and not known.beside:
                yield known


def _buried_names(word: Word, rules: Rules) -> Iterator[RuleMatch]:
    least = BURIED_SPACED if word.spaced else BURIED
    if len(word.text) <= least:
        return
    letters = squeeze(word.text)
    for start in range(len(letters) - least + 1):
        end = start + 1
        while end <= len(letters) and letters[start:end] in rules.beginnings:
            known = rules.spellings.get(letters[start:end], ())
            # A single word is found inside of others by chance: exterminator.
            clear = [s for s in known if not s.beside and (word.spaced or s.word_count > 1)]
            if end - start >= least and clear:
                yield RuleMatch(clear[0], word.start, word.end)
                return
            end += 1
