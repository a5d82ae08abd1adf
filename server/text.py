"""What of a text can be seen, and what of it tells something: for all that people write. Pure,
imports nothing ours."""

import re
import unicodedata
from typing import Final, NamedTuple

# Marks on one letter that real writing has at most (Unicode Technical Standard 39, 5.4).
MARKS_LIMIT: Final = 4
_MARKS: Final = frozenset({"Mn", "Me"})
_UNSEEN: Final = _MARKS | {"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"}
# By category they are letters (Lo) and a symbol (So): no look at the category finds them.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that draw nothing: fillers of Hangul and the empty pattern of Braille."""

_EMPTY = """
    a an and are as at be but by for from has have he her his i in into is it its like near of off
    on onto or our over she so some that the their them there they this to under up very was we were
    which while who will with you your
    au aux avec ce ces cet cette chez comme d dans de des du elle elles en est et eux il ils je l la
    le les leur leurs lui mais mon ne nos notre nous on ou par pas pour qu que qui sa se ses son
    sont sous sur ta te tes ton tous tout toute toutes tres tu un une vers vos votre vous
    clip video image scene style
"""
EMPTY: Final = frozenset(_EMPTY.split())
"""Words that nearly every text has, and tell nothing."""


class TaggedPhrase(NamedTuple):
    """A phrase of a text from ``start`` to ``end``, and the trait that it calls, such as
    ``subject:fox``."""

    trait: str
    start: int
    end: int


def shows_something(text: str) -> bool:
    """Whether anything of it is drawn; marks alone are not."""
    return any(
        unicodedata.category(character) not in _UNSEEN and character not in _BLANK
        for character in text
    )


def piles_marks(text: str) -> bool:
    """Whether a letter carries so many marks that they are drawn over other lines."""
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in _MARKS else 0
        if run > MARKS_LIMIT:
            return True
    return False


def keywords(text: str) -> tuple[str, ...]:
    """The telling words of a text in English or French, in order: small letters, no accents,
    singular or nearly so, none twice."""
    found = (_singular(word) for word in _words(text) if word not in EMPTY)
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))


def plain_words(text: str) -> list[str]:
    """All words of a text, the same way: as they stand, and those that tell nothing, too."""
    return [_singular(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        # NFKD leaves these two whole, and œuf would not be found by oeuf.
        folded = unicodedata.normalize("NFKD", plain.replace("œ", "oe").replace("æ", "ae"))
        plain = "".join(c for c in folded if not unicodedata.combining(c))
    return re.findall(r"\w+", plain)


def _singular(word: str) -> str:
    # Both languages: whales, baleines, chevaux; never glass or bus.
    if len(word) > 3 and word[-1] in "sx" and word[-2] not in "sui":
        return word[:-1]
    return word
