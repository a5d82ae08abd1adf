"""What of a text can be seen: for all that people write. Pure, imports nothing ours."""

import unicodedata
from typing import Final

# Marks on one letter that real writing has at most (Unicode Technical Standard 39, 5.4).
MARKS_LIMIT: Final = 4
_MARKS: Final = frozenset({"Mn", "Me"})
_UNSEEN: Final = _MARKS | {"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"}
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that draw nothing: fillers of Hangul and the empty pattern of Braille."""


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
