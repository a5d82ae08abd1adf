"""A prompt as words: folded to be looked up, and as they are written."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 96
"""So many words of a prompt are read."""
_WORD: Final = re.compile(
    r"[\U0001f000-\U0001faff\u2600-\u27bf]"
    r"|[぀-ヿ㐀-鿿]|[가-힣]+|[^\W\d_぀-ヿ㐀-鿿]+(?:-[^\W\d_]+)*|\d+|[,.;:!?]"
)
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "ı": "i"})
MARKS: Final = ".,;:!?"
_PARTICIPLE: Final = re.compile("(.+)(é(?:s|e|es)?)")
KEPT: Final = frozenset(("maïs",))
"""Words that are little ones without their accents."""


@dataclass(frozen=True)
class Token:
    """One word, or a mark between words. `start`, `end`: where it is in the prompt. `spelt`: as
    `spell`; `capital`: whether it begins with a capital letter; `marked`: with accents."""

    folded: str
    start: int
    end: int
    spelt: str = ""
    capital: bool = False
    marked: bool = False

    @property
    def ends_phrase(self) -> bool:
        """Whether no phrase goes on over it."""
        return self.folded in MARKS


def fold(word: str) -> str:
    """Lower case without accents, ligatures spelt out."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not _mark(c)))


def _plain(word: str) -> str:
    """Lower case with ligatures spelt out, and its accents."""
    return unicodedata.normalize("NFC", word.lower().translate(_LETTERS))


def spell(word: str) -> str:
    """Folded, but for the accents that tell words of French apart: those of a marché, which is no
    marche, of what is fermé and no ferme, of dés and maïs."""
    whole = unicodedata.normalize("NFC", word.lower())
    if whole in KEPT:
        return whole
    ends = _PARTICIPLE.fullmatch(whole)
    return fold(ends[1]) + ends[2] if ends else fold(whole)


def _mark(c: str) -> bool:
    """Whether it is an accent; the voicing marks of kana are letters."""
    return unicodedata.combining(c) > 0 and c not in "゙゚"


def tokens(text: str) -> list[Token]:
    """The first LONGEST words; each sign of Chinese and Japanese is one, since they are written
    without spaces, and each emoji. Hyphens keep a word together."""
    found = [
        Token(word, m.start(), m.end(), spell(m[0]), m[0][:1].isupper(), word != _plain(m[0]))
        for m in _WORD.finditer(text)
        for word in (fold(m[0]),)
    ]
    return [t for t in found if t.folded][:LONGEST]


def clause(words: Sequence[Token], at: int) -> tuple[int, int]:
    """Where the clause of a word begins, and where the mark is that ends it."""
    begin = max((k + 1 for k in range(at) if words[k].ends_phrase), default=0)
    end = next((k for k in range(at, len(words)) if words[k].ends_phrase), len(words))
    return begin, end


def phrase(words: list[str]) -> str:
    """Folded words as the lexicon has them: without spaces where the language has none."""
    wide = all(len(w) == 1 and w >= "぀" for w in words)
    return ("" if wide else " ").join(words).replace("-", " ")
