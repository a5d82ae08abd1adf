"""What people say of themselves, checked."""

import unicodedata
from typing import Final

from phosphene.errors import Unusable
from phosphene.text import piles_marks, shows_something

ABOUT_LIMIT: Final = 160
# Among them the signs that turn the direction of a line, and with it of what others wrote beside.
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean_about(text: str) -> str:
    """Words about oneself on one line, in NFC, without characters that nobody sees.

    Raises:
        Unusable: more than 160 characters, or marks that pile up.
    """
    # Of 400 code points at most, as the request's type says: 16 kB of piled marks held the event
    # loop for 92 ms in NFC.
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(one for one in joined if unicodedata.category(one) not in HIDDEN)
    if len(kept) > ABOUT_LIMIT:
        raise Unusable(f"words about oneself: {ABOUT_LIMIT} characters at most")
    if piles_marks(kept):
        raise Unusable("words about oneself may not pile marks on a letter")
    # U+3164 and U+2800 are a letter and a sign to Unicode, and blank to people.
    return kept if shows_something(kept) else ""
