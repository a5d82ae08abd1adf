"""Reading a text as a person would who looks at it, whatever its characters are.

After letters are folded (``phosphene.letters``): digits and signs in the place of letters, letters
spaced out and letters repeated (Unicode TR 36 and 39 describe the tricks). Every word keeps its
place in the text.
"""

import re
from typing import Final

from msgspec import Struct

from phosphene.letters import fold_letters

_SIGNS = "013456789@$€£¢!|+"
_AS_I = str.maketrans(_SIGNS, "oieasgtbgaselciit")
_AS_L = str.maketrans(_SIGNS, "oleasgtbgaselcllt")
_EDGES = "!|+"
_STOPS = frozenset(",;:.?!()")
_TOKEN = re.compile(r"[a-z0-9@$€£¢!|+]+")
_STARRED = re.compile(r"[a-z0-9@$€£¢!|+]+(?:\*+[a-z0-9@$€£¢!|+]+)*")
_STAR = re.compile(r"[a-z0-9]\*+[a-z0-9]")
_LETTER = re.compile(r"[a-z]")
_SIGN = re.compile(r"[0-9@$€£¢!|+]")
_ONE = re.compile(r"1|[!|](?=[a-z0-9])")
# Decades, seconds, places, measures; 53x and 8008s are words.
_NUMBER = re.compile(r"(?:\d*0s|\d\d?s|\d+(?:st|nd|rd|th|er|e|k|p|h|m|mm|cm|km|kg|fps))\Z")
_PLAIN = re.compile(r"[a-z]{2,}(?:[ '.-]{1,2}[a-z]{2,})*")
_LETTERS = re.compile(r"[a-z]+")
_STRETCHED = re.compile(r"([a-z])\1\1+")
SPACED_OUT: Final = 3
"""So many single letters in a row are one word."""


class Word(Struct, frozen=True):
    """One word as it reads; ``text[start:end]`` is how it was written. ``glued``: no space stood
    before it; ``apart``: a space and a comma, stop or the like did. ``spaced``: it was put together
    from single letters."""

    text: str
    start: int
    end: int
    glued: bool = False
    apart: bool = False
    spaced: bool = False


def readings(text: str) -> list[list[Word]]:
    """The ways in which a text may be read: as it stands first, then where 1 may be i or l, where
    letters that stand many times in a row may be meant once or twice, where what else is no letter
    is one beside words that are written with signs ("57r1p 73453", "7!m C00k", "R0dr!gu€$ Mart!"),
    and last where stars between letters stand for letters: only there words hold stars."""
    folded, origins = fold_letters(text)
    tokens = list(_TOKEN.finditer(folded))
    starred = list(_STARRED.finditer(folded)) if _STAR.search(folded) else []
    ones = any(_ONE.search(t.group()) for t in tokens)
    # A reading more only where the text asks for it: six readings of 500 characters "1l1l..." took
    # 20 ms, of which plain text pays nothing.
    tables = (_AS_I, _AS_L) if ones else (_AS_I,)
    lengths = (r"\1", r"\1\1") if _STRETCHED.search(folded) else ()
    ways: list[tuple[list[re.Match[str]], dict[int, int], str | None]] = [
        *((tokens, table, None) for table in tables),
        *((tokens, _AS_I, length) for length in lengths),
    ]
    read = [_words(text, found, origins, table, length) for found, table, length in ways]
    if _is_all_signs(tokens):
        read.append(_words(text, tokens, origins, _AS_I, None, all_signs=True))
    if starred:
        read.append(_words(text, starred, origins, _AS_I, None))
    return [_joined(words) for words in read]


def _is_all_signs(tokens: list[re.Match[str]]) -> bool:
    """Whether a word has signs among its letters, while one is of signs alone, looks like a number
    of something, or begins or ends with a sign."""
    raw = [token.group() for token in tokens if len(token.group()) > 1]
    bares = [one.strip(_EDGES) for one in raw]
    if not any(map(_is_mixed, bares)):
        return False
    edges = any(one.strip(_EDGES) not in ("", one) for one in raw)
    return edges or any(_SIGN.search(bare) and not _is_mixed(bare) for bare in bares)


def _is_mixed(bare: str) -> bool:
    """Whether a word has signs among its letters. Of the 1930s are no legos."""
    return bool(_SIGN.search(bare) and _LETTER.search(bare) and not _NUMBER.match(bare))


def read(text: str) -> list[str]:
    """The words of a text that plays no tricks, as `readings` gives them."""
    # Nearly all of the 10,000 phrases and names that an instance reads as it starts: a fifth of
    # what loading them takes.
    folded, _ = fold_letters(text)
    if _PLAIN.fullmatch(folded):
        return _LETTERS.findall(folded)
    return [word.text for word in readings(text)[0]]


def rule_words(words: str) -> str:
    """Words as they are looked for in readings; empty where they have no letters."""
    return " ".join(read(words))


def _words(
    text: str,
    tokens: list[re.Match[str]],
    origins: range | list[int],
    table: dict[int, int],
    stretched: str | None,
    *,
    all_signs: bool = False,
) -> list[Word]:
    """``all_signs``: they are letters in numbers of something, too, and where they end a word."""
    words: list[Word] = []
    end = 0
    for token in tokens:
        raw = token.group()
        bare = _without_stops(raw, all_signs)
        if not bare:
            continue
        first = token.start() + raw.index(bare)
        start, last = origins[first], origins[first + len(bare) - 1] + 1
        plain = bare
        if all_signs or _is_mixed(bare) or len(bare) == 1:
            plain = bare.translate(table)
        gap = text[end:start]
        spaces = not words or any(c.isspace() for c in gap)
        if stretched is not None:
            plain = _STRETCHED.sub(stretched, plain)
        words.append(Word(plain, start, last, not spaces, spaces and not _STOPS.isdisjoint(gap)))
        end = last
    return words


def _without_stops(raw: str, all_signs: bool) -> str:
    """A word without the signs around it, which are punctuation; one alone may be a letter where
    ``all_signs`` are."""
    bare = raw.strip(_EDGES) if len(raw) > 1 else raw
    return raw if all_signs and bare and len(raw) - len(bare) == 1 else bare


def _joined(words: list[Word]) -> list[Word]:
    """Runs of single letters put together."""
    result: list[Word] = []
    run: list[Word] = []
    for word in [*words, None]:
        if word is not None and len(word.text) == 1:
            run.append(word)
            continue
        if len(run) >= SPACED_OUT:
            letters = "".join(letter.text for letter in run)
            first = run[0]
            result.append(
                Word(letters, first.start, run[-1].end, first.glued, first.apart, spaced=True)
            )
        else:
            result += run
        run = []
        if word is not None:
            result.append(word)
    return result
