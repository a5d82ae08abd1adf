"""Whom a text names by their handle."""

import re
from typing import Final

from phosphene.trust.normalize import fold_text, readings

# Not within an address of mail, nor a part of a longer word.
_HANDLE: Final = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9_]{1,23})(?![a-z0-9_])")


def mentioned_handles(text: str) -> tuple[str, ...]:
    """The handles that a text names with an @, each once, whatever their letters are made of."""
    return tuple(dict.fromkeys(_HANDLE.findall(fold_text(text))))


def rule_words(words: str) -> str:
    """Words of an owner's rule as they are looked for; empty where they have no letters."""
    return " ".join(word.text for word in readings(words)[0])
