"""What people say of themselves, checked."""

import unicodedata
from typing import Final

from phosphene.errors import Unusable
from phosphene.text import piles_marks, shows_something

ABOUT_LIMIT: Final = 160
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean_about(text: str) -> str:
    """Words about oneself on one line, in NFC, without characters that nobody sees.

    Raises:
        Unusable: more than 160 characters, or marks that pile up.
    """
    joined = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(one for one in joined if unicodedata.category(one) not in HIDDEN)
    if len(kept) > ABOUT_LIMIT:
        raise Unusable(f"words about oneself: {ABOUT_LIMIT} characters at most")
    if piles_marks(kept):
        raise Unusable("words about oneself may not pile marks on a letter")
    return kept if shows_something(kept) else ""
