"""Whom a text names by their handle."""

from phosphene.model import MENTION
from phosphene.trust.normalize import fold_text, readings


def mentioned_handles(text: str) -> tuple[str, ...]:
    """The handles that a text names with an @, each once, whatever their letters are made of."""
    return tuple(dict.fromkeys(MENTION.findall(fold_text(text))))


def rule_words(words: str) -> str:
    """Words of an owner's rule as they are looked for; empty where they have no letters."""
    return " ".join(word.text for word in readings(words)[0])
