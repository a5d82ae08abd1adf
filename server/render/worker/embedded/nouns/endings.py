"""The endings of nouns in the languages beside English and French, and what stands without them."""

from collections.abc import Iterator, Mapping
from typing import Final

Ending = tuple[str, str]


def endings(said: str) -> tuple[Ending, ...]:
    """Pairs of an ending and what is instead, written as "ces>z s> a>o", folded."""
    pairs = (pair.partition(">") for pair in said.split())
    return tuple((ending, instead) for ending, _, instead in pairs)


def _cases(said: str, stems: str) -> tuple[Ending, ...]:
    """Each ending to each one that the name of a thing may have."""
    nominative = ("", *stems.split())
    return tuple((e, s) for e in said.split() for s in nominative if e != s)


_GERMAN: Final = endings("innen>in innen> in> ern> en>e en> n> er> es> em>e e> s>")
_SPANISH: Final = endings(
    "ces>z s> es> as>o a>o ita>o ita>a ito>o itos>o itas>a cito> cita> illo>o illa>a"
)
_ITALIAN: Final = endings(
    "chi>co ghi>go che>ca ghe>ga i>o i>e e>a i>io i>a e>ia a>o ici>ice trice>tore ini>o ine>a "
    "ino>o ina>a etto>o etta>a ella>a a>ista"
)
_PORTUGUESE: Final = endings(
    "oes>ao aes>ao aos>ao ais>al eis>el ois>ol ns>m s> es> as>o a>o ora>or oras>or inho>o "
    "inha>a inhos>o inhas>a zinho> zinha> zinhos> zinhas>"
)
_DUTCH: Final = endings("en> en>e s> n> jes> je> tje> tjes> pje> etje> etjes> zen>s ven>f e>")
_SWEDISH: Final = endings(
    "lar>el larna>el arna>e arna> orna>a orna> erna> na> ar>e ar> or>a er> r> en>e en> et>e et> "
    "n> t> s>"
)
_DANISH: Final = endings(
    "len>el ler>el lerne>el ren>er erne>e erne> ene>e ene> rne> ne> er>e er> r> en>e en> et>e "
    "et> n> t> e> s>"
)
_POLISH: Final = _cases("ami ach ow om em ie mi ego emu ej iem a u y i e o", "a o e y i")
_RUSSIAN: Final = _cases(
    "иями ами ями ах ях ов ев еи ои ом ем еи ам ям ью ы и а я у ю е о ь", "а я о е ь и"
)

ENDINGS: Final[Mapping[str, tuple[Ending, ...]]] = {
    "de": _GERMAN, "es": _SPANISH, "it": _ITALIAN, "pt": _PORTUGUESE, "nl": _DUTCH,
    "sv": _SWEDISH, "da": _DANISH, "pl": _POLISH, "ru": _RUSSIAN, "uk": _RUSSIAN,
}  # fmt: skip
"""Of Japanese and Chinese nothing is taken: what would be is a word of its own."""
SHORT: Final = 3
"""No ending is taken off what would be shorter."""
LETTERS: Final = "bdfgklmnprst"
"""Those that are doubled after a short vowel: katten, kat."""


def without(word: str, table: tuple[Ending, ...]) -> Iterator[str]:
    """What a word may be a form of."""
    for ending, instead in table:
        stem = word[: len(word) - len(ending)] + instead
        if word.endswith(ending) and len(stem) >= SHORT:
            yield stem


def stems(word: str, language: str) -> Iterator[str]:
    """What a word of such a language may be the plural, the feminine, a case or the diminutive
    of; the word itself left out."""
    for stem in without(word, ENDINGS.get(language, ())):
        yield stem
        if language in ("nl", "da", "sv"):
            yield from _vowels(stem)


def _vowels(stem: str) -> Iterator[str]:
    """With one letter for two (katt, kat) and two for one (bom, boom)."""
    if len(stem) > SHORT and stem[-1] == stem[-2] and stem[-1] in LETTERS:
        yield stem[:-1]
    if len(stem) >= SHORT and stem[-2] in "aeou" and stem[-3] not in "aeiou":
        yield stem[:-1] + stem[-2] + stem[-1]
