"""A prompt as plain text, before anybody judges what it asks for."""

import re
import unicodedata
from typing import Final

from phosphene.errors import Unusable
from phosphene.text import piles_marks, shows_something

LONGEST: Final = 500
_SPACE = re.compile(r"\s+")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_prompt(text: str) -> str:
    """The prompt in NFC, every run of white space one space.

    Raises:
        Unusable: nothing to see is left, more than 500 characters are, or it holds control
            characters, lone surrogates or marks that turn the direction of writing.
    """
    # Before NFC, which could be made to work long on far too long a text.
    if len(text) > LONGEST * 2:
        raise Unusable(f"a prompt has {LONGEST} characters at most")
    cleaned = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    kinds = {unicodedata.category(character) for character in cleaned}
    if kinds & {"Cc", "Cs"} or _TURNING & set(cleaned):
        raise Unusable("a prompt is plain text: it may not hold control characters")
    if not shows_something(cleaned):
        raise Unusable("a prompt needs words")
    if piles_marks(cleaned):
        raise Unusable("a prompt may not pile marks on a letter")
    if len(cleaned) > LONGEST:
        raise Unusable(f"a prompt has {LONGEST} characters at most; this one has {len(cleaned)}")
    return cleaned
