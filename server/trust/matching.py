"""Finding the phrases and names of the rules among the words of a text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar

from msgspec import Struct

from server.trust.reading import Word, squeeze
from server.trust.rules import ENDS, SHORT, TYPOS, Phrase, Rules, Spelling

Words = Sequence[Word]
T = TypeVar("T")

WIDEST: Final = 6
"""Most pieces that one name is looked for in."""
BURIED: Final = 9
"""A name this long is found inside of a longer word."""
BURIED_SPACED: Final = 4
"""Among letters spaced out, which hide where words end, so is a shorter one."""


class Found(Struct, frozen=True):
    """A phrase or a name that stands at ``text[start:end]``."""

    what: Phrase | Spelling
    start: int
    end: int


def segments(words: Words, rules: Rules) -> list[list[Word]]:
    """The words without the innocent phrases, in the pieces that these leave."""
    pieces: list[list[Word]] = [[]]
    at = 0
    while at < len(words):
        skip = _innocent(words, at, rules)
        if skip:
            pieces.append([])
        else:
            pieces[-1].append(words[at])
        at += skip or 1
    return pieces


def _innocent(words: Words, at: int, rules: Rules) -> int:
    """How many words from here on are an innocent phrase."""
    known = rules.innocent.get(words[at].text)
    if not known:
        return 0
    texts = [word.text for word in words[at : at + WIDEST]]
    return max((len(p) for p in known if tuple(texts[: len(p)]) == p), default=0)


def phrases(words: Words, rules: Rules) -> Iterator[Found]:
    """Every phrase of a category in one segment."""
    texts = [word.text for word in words]
    for at, word in enumerate(words):
        for phrase in rules.phrases.get(texts[at], ()):
            size = len(phrase.words)
            if tuple(texts[at : at + size]) == phrase.words:
                yield Found(phrase, word.start, words[at + size - 1].end)
        for end, joined in _glued(words, at):
            yield from _single(joined, word.start, words[end].end, rules)
        if word.spaced:
            yield from _buried_phrases(word, rules)


def _glued(words: Words, at: int) -> Iterator[tuple[int, str]]:
    """The words from here on that no space divides, put together, as they become longer."""
    joined = words[at].text
    for end in range(at + 1, min(at + WIDEST, len(words))):
        if not words[end].glued:
            return
        joined += words[end].text
        yield end, joined


def _single(text: str, start: int, end: int, rules: Rules) -> Iterator[Found]:
    for phrase in rules.phrases.get(text, ()):
        if len(phrase.words) == 1:
            yield Found(phrase, start, end)


def _buried_phrases(word: Word, rules: Rules) -> Iterator[Found]:
    for letters in unique((word.text, squeeze(word.text))):
        for start in range(len(letters) - BURIED_SPACED + 1):
            most = min(len(letters), start + rules.longest_phrase)
            for end in range(start + BURIED_SPACED, most + 1):
                for phrase in rules.joined.get(letters[start:end], ()):
                    yield Found(phrase, word.start, word.end)


def names(words: Words, around: frozenset[str], rules: Rules) -> Iterator[Found]:
    """Every protected name in one segment; ``around`` are all words of the text. What is written
    right is found first, so that a near match takes no part of it."""

    def exact(pieces: Words, key: str) -> Spelling | None:
        known = rules.spellings.get(key, ())
        return next((s for s in known if _is(s, pieces, around)), None)

    def begins(key: str) -> bool:
        return key in rules.beginnings

    def near(pieces: Words, key: str) -> Spelling | None:
        if len(key) + 1 < TYPOS:
            return None
        heads = rules.heads.get((key[:ENDS], len(key)), ())
        tails = rules.tails.get((key[-ENDS:], len(key)), ())
        return next((s for s in chain(heads, tails) if _is_nearly(s, pieces, key)), None)

    def fits(key: str) -> bool:
        return len(key) <= rules.longest + 1

    left: list[list[Word]] = [[]]
    for part in _scan(words, exact, begins):
        if isinstance(part, Found):
            yield part
            left.append([])
        else:
            left[-1].append(part)
    for rest in left:
        for part in _scan(rest, near, fits):
            if isinstance(part, Found):
                yield part
            else:
                yield from _buried_names(part, rules)


def _scan(
    words: Words,
    match: Callable[[Words, str], Spelling | None],
    goes_on: Callable[[str], bool],
) -> Iterator[Found | Word]:
    """From left to right the longest match at each place, or the word when nothing matches.

    A window of words is given with its letters put together, none twice in a row, and grows while
    ``goes_on`` says that these may be part of something.
    """
    squeezed = [squeeze(word.text) for word in words]
    at = 0
    while at < len(words):
        best, size, key = None, 1, ""
        for end in range(at, len(words)):
            text = squeezed[end]
            key += text[1:] if key and key[-1] == text[0] else text
            if not goes_on(key):
                break
            spelling = match(words[at : end + 1], key)
            if spelling is not None:
                best, size = spelling, end + 1 - at
        last = words[at + size - 1]
        yield Found(best, words[at].start, last.end) if best else words[at]
        at += size


def _is(spelling: Spelling, pieces: Words, around: frozenset[str]) -> bool:
    others = around.difference(word.text for word in pieces)
    if spelling.beside and not spelling.beside & others:
        return False
    key = spelling.key
    if len(key) < SHORT and "".join(word.text for word in pieces) != spelling.written:
        return False
    if len(pieces) <= spelling.words or _all_glued(pieces):
        return True
    # Two words side by side may make a short name by chance, and any across a comma: a bat, man.
    return len(key) >= SHORT and not any(word.apart for word in pieces[1:])


def _is_nearly(spelling: Spelling, pieces: Words, key: str) -> bool:
    split_alike = len(pieces) == spelling.words or (len(pieces) > 1 and _all_glued(pieces))
    return split_alike and one_edit(key, spelling.key)


def _all_glued(pieces: Words) -> bool:
    return all(word.glued for word in pieces[1:])


def one_edit(a: str, b: str) -> bool:
    """Whether at most one letter added, left out, changed, or swapped with the next one makes one
    word of the other (Damerau 1964)."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    return (len(a) <= 1 and len(b) <= 1) or (len(a) == 2 and a == b[::-1])


def _buried_names(word: Word, rules: Rules) -> Iterator[Found]:
    least = BURIED_SPACED if word.spaced else BURIED
    if len(word.text) <= least:
        return
    letters = squeeze(word.text)
    for start in range(len(letters) - least + 1):
        end = start + 1
        while end <= len(letters) and letters[start:end] in rules.beginnings:
            known = rules.spellings.get(letters[start:end], ())
            # A single word is found inside of others by chance: exterminator.
            clear = [s for s in known if not s.beside and (word.spaced or s.words > 1)]
            if end - start >= least and clear:
                yield Found(clear[0], word.start, word.end)
                return
            end += 1


def unique(things: Iterable[T]) -> tuple[T, ...]:
    """Each thing once, in the order of first sight."""
    return tuple(dict.fromkeys(things))
