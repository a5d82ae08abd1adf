"""Names in other letters than Latin ones: Cyrillic, Greek, Arabic, Hebrew, Devanagari, Hangul,
kana, Han and the like.

Where a script has spaces a name is found word by word, with what its language adds to a word:
endings (Russian, Greek, Hindi), particles (Korean), articles and prepositions in front (Arabic,
Hebrew). Where it has none it is found among the letters; in katakana, whose runs are words, not
within a longer run.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")

LEAST: Final = 3
"""Letters of a name where there are no spaces; what is shorter is in too many other words."""
LEAST_WORD: Final = 4
"""The same where there are spaces."""
_INDEXED: Final = 2
"""Letters by which names are looked up."""
_ENDING: Final = 3
"""Most letters of an ending or of particles."""
_STEM: Final = 5
"""A word of so many letters may have its last one changed by an ending."""
_CHANGED: Final = frozenset("аяьиыαησाी")
"""Last letters that endings change (й is folded to и). Without any other one φροντίδα were Frodo,
αστέρια Asterix, and of 26,000 words of Hindi five Shrek."""
_VOWELS: Final = frozenset("аеиоуыэюяієαεηιουω") | frozenset(map(chr, range(0x93E, 0x94D)))
"""With these endings begin."""
_WORD: Final = re.compile(r"[^ ]+")
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
_JOINERS: Final = frozenset(" ·・‧•=＝-‐゠")
"""What may part the words of a name where there are no spaces."""
_VOICED: Final = "ﾞﾟ"
"""Of half-width kana: a sign of its own behind the letter."""
_BREAK: Final = "\0"
_LATIN: Final = re.compile(r"[A-Za-z]")
_SPELLINGS: Final = str.maketrans("أإآٱىةکیँ", "اااايهكيं")
_BEFORE: Final = re.compile(r"[והבלכמש]{1,2}|[وفبلك]{0,2}(?:ال)?")
_DROPPED: Final = frozenset("ـ़")  # a stretched line, a dot below
_KEPT_MARKS: Final = re.compile(r"[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Vowels of the scripts of India and its neighbours are marks."""


_remembered = lru_cache(maxsize=4096)  # letters recur: a third of the time that a list takes


class _Folded(Struct, frozen=True):
    """Letters as they are compared, and where in the text each stands."""

    letters: str
    places: tuple[int, ...]


class ScriptNames(Generic[T]):
    """Names in other letters than Latin ones, each with what it stands for."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        self._unspaced: dict[str, T] = {}
        self._words: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for name, what in names:
            self._add(name, what)
        # By their first letter, the longest first. One pattern of all of them takes as long to
        # make as all the rest of this.
        self._starts: dict[str, list[str]] = {}
        for letters in sorted(self._unspaced, key=len, reverse=True):
            self._starts.setdefault(letters[0], []).append(letters)

    def _add(self, name: str, what: T) -> None:
        # As prompts are: lists made on a Mac may have each syllable of Hangul in its parts.
        spaced, unspaced = _fold(unicodedata.normalize("NFC", name))
        if letters := unspaced.letters.replace(_BREAK, ""):
            self._unspaced[letters] = what
            return
        words = tuple(spaced.letters.split())
        for form in dict.fromkeys((words, ("".join(words),))):
            self._words.setdefault(form[0][:_INDEXED], []).append((form, what))

    def find(self, text: str) -> Iterator[tuple[T, int, int]]:
        """Every name in a text, and ``text[start:end]`` where it stands."""
        if text.isascii() or not (self._words or self._unspaced):
            return
        spaced, unspaced = _fold(text)
        for at, name in self._find_unspaced(unspaced.letters):
            start, end = unspaced.places[at], unspaced.places[at + len(name) - 1] + 1
            if not (_is_katakana(text[start - 1 : start]) and _is_katakana(text[start])) and not (
                _is_katakana(text[end - 1]) and _is_katakana(text[end : end + 1])
            ):
                yield self._unspaced[name], start, end
        yield from self._find_words(spaced)

    def _find_unspaced(self, letters: str) -> Iterator[tuple[int, str]]:
        """The longest name at each place, from left to right, none over another."""
        at = 0
        while at < len(letters):
            known = self._starts.get(letters[at], ())
            found = next((name for name in known if letters.startswith(name, at)), "")
            if found:
                yield at, found
            at += len(found) or 1

    def _find_words(self, spaced: _Folded) -> Iterator[tuple[T, int, int]]:
        words = list(_WORD.finditer(spaced.letters))
        for at, word in enumerate(words):
            for start in _beginnings(word.group()):
                for form, what in self._words.get(start[:_INDEXED], ()):
                    window = words[at : at + len(form)]
                    texts = (start, *(one.group() for one in window[1:]))
                    if len(window) == len(form) and all(map(_is_form_of, texts, form)):
                        last = spaced.places[window[-1].end() - 1]
                        yield what, spaced.places[word.start()], last + 1


def has_other_script(text: str) -> bool:
    """Whether a name is one of these: it has letters, and none is Latin."""
    return not _LATIN.search(text) and any(map(str.isalpha, text))


def is_too_short(name: str) -> bool:
    """Whether a name in other letters could be found in too many other words: what nobody looked at
    should be longer."""
    spaced, unspaced = _fold(name)
    if letters := unspaced.letters.replace(_BREAK, ""):
        return len(letters) < LEAST
    # A syllable of Hangul is two letters and more.
    return sum(1 + _is_hangul(one) for one in spaced.letters if one != " ") < LEAST_WORD


def _beginnings(word: str) -> Iterable[str]:
    """A word as it stands, and without the small words that may be written onto its front."""
    # Any number of them: a name may begin with such a letter itself, as Batman does with "by".
    found = _BEFORE.match(word)
    most = min(found.end() if found else 0, max(0, len(word) - LEAST))
    return (word[cut:] for cut in range(most + 1))


def _is_form_of(word: str, name: str) -> bool:
    if len(word) > len(name) + _ENDING:
        return False
    if word.startswith(name):
        return True
    stem = name[:-1]
    changes = len(name) >= _STEM and name[-1] in _CHANGED and word.startswith(stem)
    return changes and (word == stem or word[len(stem)] in _VOWELS)


@_remembered
def _is_unspaced(character: str) -> bool:
    whole = unicodedata.normalize("NFKC", character)  # of half-width kana the name is another
    return unicodedata.name(whole[0], "").startswith(_UNSPACED)


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "ー"


def _fold(text: str) -> tuple[_Folded, _Folded]:
    """The letters of the scripts with spaces, what parts words as one; and those of the others,
    without what may part the words of a name, what else there is as breaks."""
    spaced: list[tuple[str, int]] = []
    unspaced: list[tuple[str, int]] = []
    for at, character in enumerate(text):
        if _is_dropped(character):
            continue
        if character in _VOICED and unspaced:
            letter, place = unspaced[-1]
            unspaced[-1] = (unicodedata.normalize("NFKC", letter + character), place)
            continue
        if not (character.isalpha() or _KEPT_MARKS.match(character)) or _LATIN.match(character):
            spaced.append((" ", at))
            if character not in _JOINERS:
                unspaced.append((_BREAK, at))
        elif _is_unspaced(character):
            unspaced += ((letter, at) for letter in _plain(character))
            spaced.append((" ", at))
        else:
            spaced += ((letter, at) for letter in _plain(character))
            unspaced.append((_BREAK, at))
    return _joined(spaced), _joined(unspaced)


def _joined(letters: Sequence[tuple[str, int]]) -> _Folded:
    return _Folded("".join(one for one, _ in letters), tuple(at for _, at in letters))


@_remembered
def _is_dropped(character: str) -> bool:
    if character in _DROPPED:
        return True
    marks = {"Mn", "Me", "Cf"}
    return unicodedata.category(character) in marks and not _KEPT_MARKS.match(character)


@_remembered
def _plain(character: str) -> str:
    """A letter without its accents and in its one spelling; kana and Hangul stay whole."""
    folded = unicodedata.normalize("NFKC", character).casefold()
    if unicodedata.name(character, "").startswith(("CYRILLIC", "GREEK")):
        parts = unicodedata.normalize("NFD", folded)
        folded = "".join(part for part in parts if unicodedata.category(part) != "Mn")
    return folded.translate(_SPELLINGS)
