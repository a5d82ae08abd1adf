"""Finding the phrases and names of the rules among the words of a text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final, TypeVar

from msgspec import Struct

from server.trust.near import is_nearly
from server.trust.reading import Word, squeeze
from server.trust.rules import NAME_EDITED, PHRASE_EDITED, SHORT, Phrase, Rules, Spelling

Words = Sequence[Word]
T = TypeVar("T")

WIDEST: Final = 8
"""Most pieces that one name is looked for in."""
BURIED: Final = 9
"""A name this long is found inside of a longer word."""
BURIED_SPACED: Final = 4
"""Among letters spaced out, which hide where words end, so is a shorter one."""
SPLIT: Final = 5
"""A phrase this long is found with spaces inside, where a piece is no common word."""
SURELY_SPLIT: Final = 9
"""A phrase this long is found with spaces inside."""
GLUED: Final = 4
"""A phrase of one word this long is found where it is glued to a common word,"""
GLUED_NAME: Final = 6
"""and a name this long,"""
BESIDE: Final = 4
"""when the common word is this long."""


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
    texts = [word.text for word in words[at : at + rules.longest_innocent]]
    return max((len(p) for p in known if tuple(texts[: len(p)]) == p), default=0)


def phrases(words: Words, rules: Rules) -> Iterator[Found]:
    """Every phrase of a category in one segment, also where it is written nearly right."""
    for at, word in enumerate(words):
        for size, phrase in _phrases_from(words, at, rules):
            yield Found(phrase, word.start, words[at + size - 1].end)
        if word.text in rules.phrases_by_end:
            for start, phrase in _nearly(words, at, rules.phrases_by_end[word.text], rules):
                yield Found(phrase, words[start].start, words[start + len(phrase.words) - 1].end)
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
    for size in range(1, _glued(words, at) + 1):
        window = words[at : at + size]
        if not _all_common(window, rules):
            joined = "".join(word.text for word in window)
            for phrase in chain(rules.near_phrases.find(joined), _odd(joined, size, rules)):
                if size > 1 or len(phrase.words) == 1:
                    yield size, phrase


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
    close = len(window) == 1 or _all_glued(window)
    split = len(joined) >= SURELY_SPLIT or (len(joined) >= SPLIT and not _all_common(window, rules))
    for phrase in known:
        if close or (split and len(phrase.words) < len(window)):
            yield phrase


def _glued(words: Words, at: int) -> int:
    """How many words from here on no space divides, three at most."""
    size = 1
    while size < 3 and at + size < len(words) and words[at + size].glued:
        size += 1
    return size


Wordy = TypeVar("Wordy", Phrase, Spelling)


def _nearly(
    words: Words, at: int, known: Sequence[Wordy], rules: Rules
) -> Iterator[tuple[int, Wordy]]:
    """What of several words, of which the one ``at`` is the first or the last and is written right,
    stands here nearly right; and where it begins."""
    for one in known:
        texts = one.words if isinstance(one, Phrase) else one.texts
        edited = PHRASE_EDITED if isinstance(one, Phrase) else NAME_EDITED
        for start in {at, at - len(texts) + 1}:
            window = words[max(0, start) : start + len(texts)]
            if len(window) != len(texts) or _all_common(window, rules):
                continue
            joined = "".join(word.text for word in window)
            if is_nearly(joined, one.written, one.key, edited):
                yield start, one


def _odd(joined: str, size: int, rules: Rules) -> Iterator[Phrase]:
    """Phrases with a letter doubled, or glued to a common word."""
    if size == 1:
        yield from _doubled(joined, rules)
        yield from _beside_common(joined, rules)


def _doubled(text: str, rules: Rules) -> Iterator[Phrase]:
    """Phrases of which a letter is doubled here that is not, or the other way round."""
    key = squeeze(text)
    if len(key) >= GLUED:
        yield from rules.squeezed.get(key, ())


def _beside_common(text: str, rules: Rules) -> Iterator[Phrase]:
    """Phrases of one word that are glued to a common word here."""
    for part in _parts(text, GLUED, rules.longest_phrase, rules):
        yield from (phrase for phrase in rules.joined.get(part, ()) if len(phrase.words) == 1)


def _parts(text: str, least: int, most: int, rules: Rules) -> Iterator[str]:
    """What is left of a word without the common word that it ends or begins with."""
    for size in range(least, min(most, len(text) - BESIDE) + 1):
        if text[size:] in rules.common.all_words:
            yield text[:size]
        if text[:-size] in rules.common.all_words:
            yield text[-size:]


def _all_common(pieces: Words, rules: Rules) -> bool:
    """Whether whoever wrote these words means just them."""
    common = rules.common.all_words
    return all(len(piece.text) < 3 or piece.text in common for piece in pieces)


def _buried_phrases(word: Word, rules: Rules) -> Iterator[Found]:
    for letters in unique((word.text, squeeze(word.text))):
        for start in range(len(letters) - BURIED_SPACED + 1):
            end = start + 1
            while end <= len(letters) and letters[start:end] in rules.phrase_beginnings:
                if end - start >= BURIED_SPACED:
                    for phrase in rules.joined.get(letters[start:end], ()):
                        yield Found(phrase, word.start, word.end)
                end += 1


def names(words: Words, around: frozenset[str], rules: Rules) -> Iterator[Found]:
    """Every protected name in one segment; ``around`` are all words of the text. What is written
    right is found first, so that a near match takes no part of it."""

    def exact(at: int) -> tuple[int, Spelling] | None:
        return _exact(words, at, around, rules)

    left: list[list[Word]] = [[]]
    for part in _scan(words, exact):
        if isinstance(part, Found):
            yield part
            left.append([])
        else:
            left[-1].append(part)
    for rest in left:
        for part in _scan(rest, partial(_near, rest, rules)):
            if isinstance(part, Found):
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


def _near(words: Words, rules: Rules, at: int) -> tuple[int, Spelling] | None:
    """The longest name that is written here nearly right, and how many words that are."""
    found = [
        (spelling.words, spelling)
        for start, spelling in _nearly(words, at, rules.names_by_end.get(words[at].text, ()), rules)
        if start == at
    ]
    found += _near_last(words, at, rules)
    for size in range(1, _glued(words, at) + 1):
        window = words[at : at + size]
        if not _all_common(window, rules):
            joined = "".join(word.text for word in window)
            near = chain(rules.near_names.find(joined), _name_beside_common(window, rules))
            found += ((size, s) for s in near if size > 1 or s.words == 1)
    return max(found, key=lambda one: one[0], default=None)


def _near_last(words: Words, at: int, rules: Rules) -> Iterator[tuple[int, Spelling]]:
    """Names that begin here with a word written wrong, and end with one written right."""
    for end in range(at + 1, min(at + WIDEST, len(words))):
        known = rules.names_by_end.get(words[end].text)
        if known:
            for start, spelling in _nearly(words, end, known, rules):
                if start == at:
                    yield spelling.words, spelling


def _scan(
    words: Words, match: Callable[[int], tuple[int, Spelling] | None]
) -> Iterator[Found | Word]:
    """From left to right what matches at each place, or the word when nothing does."""
    at = 0
    while at < len(words):
        found = match(at)
        size = found[0] if found else 1
        last = words[at + size - 1]
        yield Found(found[1], words[at].start, last.end) if found else words[at]
        at += size


def _is(spelling: Spelling, pieces: Words, around: frozenset[str], rules: Rules) -> bool:
    others = around.difference(word.text for word in pieces)
    if spelling.beside and not spelling.beside & others:
        return False
    if "".join(word.text for word in pieces) != spelling.written and (
        len(spelling.key) < SHORT or _all_common(pieces, rules)
    ):
        return False  # only doubled letters made it the same: ringo stars, johnny deep
    if len(pieces) <= spelling.words or _all_glued(pieces):
        return True
    # Two words side by side may make a short name by chance, and any across a comma: a bat, man.
    return len(spelling.key) >= SHORT and not any(word.apart for word in pieces[1:])


def _name_beside_common(pieces: Words, rules: Rules) -> Iterator[Spelling]:
    """Names of one word that are glued to a common word here."""
    if len(pieces) > 1:
        return
    for part in _parts(pieces[0].text, GLUED_NAME, rules.longest, rules):
        known = rules.spellings.get(squeeze(part), ())
        yield from (s for s in known if not s.beside and s.words == 1 and s.written == part)


def _all_glued(pieces: Words) -> bool:
    return all(word.glued for word in pieces[1:])


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
