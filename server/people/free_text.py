"""Free words of people that few read, checked."""

import unicodedata
from typing import Final

from phosphene.errors import Unusable
from phosphene.reports import WORDS_LIMIT
from phosphene.text import piles_marks

HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co"})


def clean_words(text: str) -> str:
    """Free words in NFC, on as many lines as they have, without characters that nobody sees.

    Raises:
        Unusable: more than 500 characters, or marks that pile up.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(
        one for one in text if one == "\n" or unicodedata.category(one) not in HIDDEN
    ).strip()
    if len(kept) > WORDS_LIMIT:
        raise Unusable(f"{WORDS_LIMIT} characters at most")
    if piles_marks(kept):
        raise Unusable("these words may not pile marks on a letter")
    return kept
