"""Words written nearly right: one edit away, with letters repeated, or starred out. Pure."""

import re
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")

ENDS: Final = 3
SHORT_ENDS: Final = 2
"""So many letters at one end of a key, and of one under SAFE, are left by an edit."""
SWAPPED: Final = 5
"""So long a key is known with two letters swapped."""
SAFE: Final = 8
"""So long a key is known with its first letter wrong."""
DROPPED: Final = 6
"""So long a key is known without one of its letters."""
STARRED: Final = 4
"""So long a word is known with letters starred out."""

_REPEATED: Final = re.compile(r"(.)\1+")


class NearIndex(Generic[T]):
    """Things by how they are written. ``edited`` letters and more (none twice in a row) are known
    with one letter wrong."""

    def __init__(self, edited: int) -> None:
        self.edited = edited
        # By the letters at one end and by their number.
        self._heads: dict[tuple[str, int], list[tuple[str, T]]] = {}
        self._tails: dict[tuple[str, int], list[tuple[str, T]]] = {}
        self._starred: dict[tuple[str, str, int], list[tuple[str, T]]] = {}

    def add_starred(self, written: str, thing: T) -> None:
        """Put a thing under its letters, of which some may be starred out."""
        if len(written) >= STARRED:
            outside = (written[0], written[-1], len(written))
            self._starred.setdefault(outside, []).append((written, thing))

    def add_phrase(self, written: str, thing: T) -> None:
        """Put a thing under all its letters."""
        self.add_starred(written, thing)
        key = squeeze(written)
        if len(key) >= SWAPPED:
            # One wrong letter leaves either the first or the last few as they were.
            # Two small tables in the place of a distance to every name: the list is 695 spellings
            # and may be grown by an operator, and a prompt is judged with every request.
            ends, size = SHORT_ENDS if len(key) < SAFE else ENDS, len(key)
            self._heads.setdefault((key[:ends], size), []).append((key, thing))
            self._tails.setdefault((key[-ends:], size), []).append((key, thing))

    def find_near(self, text: str) -> Iterator[T]:
        """Things that are nearly written so."""
        if "*" in text:
            for written, thing in self._starred.get((text[0], text[-1], len(text)), ()):
                if is_starred(text, written):
                    yield thing
            return
        key = squeeze(text)
        for ends in (SHORT_ENDS, ENDS) if len(key) <= SAFE else (ENDS,):
            for table, end in ((self._heads, key[:ends]), (self._tails, key[-ends:])):
                # One wrong letter makes a word of it that has at most one letter more or less.
                for size in (len(key) - 1, len(key), len(key) + 1):
                    for known, thing in table.get((end, size), ()):
                        if is_near(key, known, self.edited):
                            yield thing


def is_nearly(text: str, written: str, key: str, edited: int) -> bool:
    """Whether a text is what is ``written``, or nearly; ``key`` is that squeezed."""
    if "*" in text:
        return len(written) >= STARRED and is_starred(text, written)
    squeezed = squeeze(text)
    # As it is written, too: without its a Neistat has two t in a row, which are squeezed to one.
    near = is_near(squeezed, key, edited) or is_near(text, written, edited)
    return squeezed == key or near


def is_starred(text: str, written: str) -> bool:
    """Whether a text is what is written, with some of its letters starred out."""
    if len(text) != len(written) or text.count("*") > len(text) // 2:
        return False
    return all(a in ("*", b) for a, b in zip(text, written, strict=True))


def is_near(text: str, key: str, edited: int) -> bool:
    """Whether a text is a key with one letter wrong, for a key long enough that it is no other
    word by chance."""
    if text == key or not one_edit(text, key):
        return False
    swapped = len(text) == len(key) and sorted(text) == sorted(key)
    if swapped:
        return len(key) >= SWAPPED
    # Of short words another first letter is another word: harry and larry. Misspellings are caught
    # in 88 to 100 % so; names below the least length are left, as almost any five letters are one
    # edit from a word of some language.
    least = min(edited, DROPPED) if len(text) < len(key) else edited
    return len(key) >= least and (len(key) >= SAFE or text[0] == key[0])


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


def squeeze(text: str) -> str:
    """Every letter once where it stood several times in a row."""
    return _REPEATED.sub(r"\1", text) if _REPEATED.search(text) else text
