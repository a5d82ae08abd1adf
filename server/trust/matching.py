"""What the search for phrases and the one for names share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from msgspec import Struct

from phosphene.trust.misspellings import NearIndex, is_nearly
from phosphene.trust.normalize import Word
from phosphene.trust.refusal_rules import NAME_EDITED, PHRASE_EDITED, Phrase, Rules, Spelling

Words = Sequence[Word]
T = TypeVar("T")

WIDEST: Final = 8
"""Most pieces that one name is looked for in."""
BURIED_SPACED: Final = 4
"""Among letters spaced out, which hide where words end, what is this long is found inside."""
BESIDE: Final = 4
"""A common word of this many letters may have something glued to it."""
BESIDE_SHORT: Final = 3
"""So may a very common one of this many, if what is glued to it is longer."""
SURER: Final = 2
"""So many letters more of what is written nearly right are wanted there."""
LONGEST_COMMON: Final = 20
"""No longer word is looked for beside something: one word may have 500 letters."""


class RuleMatch(Struct, frozen=True):
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


def glued_run(words: Words, at: int) -> int:
    """How many words from here on no space divides, three at most."""
    size = 1
    while size < 3 and at + size < len(words) and words[at + size].glued:
        size += 1
    return size


Wordy = TypeVar("Wordy", Phrase, Spelling)


def nearly(
    words: Words, at: int, known: Sequence[Wordy], rules: Rules
) -> Iterator[tuple[int, Wordy]]:
    """What of several words, of which the one ``at`` is the first or the last and is written right,
    stands here nearly right; and where it begins."""
    for one in known:
        texts = one.words if isinstance(one, Phrase) else one.texts
        # By the word that is right, and not by an index of all misspellings: that of names of
        # several words would hold each of their letters left out, changed and swapped.
        edited = PHRASE_EDITED if isinstance(one, Phrase) else NAME_EDITED
        for start in {at, at - len(texts) + 1}:
            window = words[max(0, start) : start + len(texts)]
            if len(window) != len(texts) or all_common(window, rules):
                continue
            # Common words one letter from a name were the most frequent wrong refusal: 1,770
            # phrases of the 8,000 commonest words were refused as somebody's name. Now a window of
            # common words alone is never a misspelling.
            joined = "".join(word.text for word in window)
            if is_nearly(joined, one.written, one.key, edited):
                yield start, one


class Remainder(Struct, frozen=True):
    """What a word is without a common word at one end; ``short``: that had three letters."""

    text: str
    short: bool


def without_common(text: str, rules: Rules) -> Iterator[Remainder]:
    """What is left of a word without the common word that it ends or begins with."""
    common = rules.common
    for size in range(BESIDE_SHORT, min(LONGEST_COMMON, len(text) - 1) + 1):
        known, short = (common.all_words, False) if size >= BESIDE else (common.very, True)
        if text[:size] in known:
            yield Remainder(text[size:], short)
        if text[-size:] in known:
            yield Remainder(text[:-size], short)


def nearly_beside(
    rest: Remainder, least: int, index: NearIndex[Wordy], rules: Rules
) -> Iterator[Wordy]:
    """What is written nearly right beside a common word, where ``least`` letters of it are left."""
    least += SURER if rest.short else 0
    # The ends of ordinary words are one letter from much: flation, enstein. With the first letter
    # kept and so long, 125 of 377,000 words of English and French were taken, those that mean
    # something else are innocent in the rules.
    if len(rest.text) < least or rest.text in rules.common.all_words:
        return
    for one in index.find_near(rest.text):
        if len(one.key) >= least and one.written[0] == rest.text[0]:
            yield one


def all_common(pieces: Words, rules: Rules) -> bool:
    """Whether whoever wrote these words means just them."""
    common = rules.common.all_words
    return all(len(piece.text) < 3 or piece.text in common for piece in pieces)


def all_glued(pieces: Words) -> bool:
    return all(word.glued for word in pieces[1:])


def unique(things: Iterable[T]) -> tuple[T, ...]:
    """Each thing once, in the order of first sight."""
    return tuple(dict.fromkeys(things))
