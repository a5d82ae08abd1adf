"""How often something was refused or asked about, by day: no prompt is in it, and nobody."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

CountedLayer = Literal["words", "meaning", "likeness", "rights"]
"""What spoke: the words, the meaning, a likeness, or an entry of the registry of rights."""
PromptLanguage = Literal["en", "fr", "other"]
"""Of a prompt: other where it has letters other than Latin ones; English where its small words are
not French."""
Outcome = Literal["refused", "asked"]


class CountedRefusal(Struct, frozen=True):
    """``entry``: the id of one of the registry of rights; empty: none spoke."""

    layer: CountedLayer
    language: PromptLanguage
    outcome: Outcome
    entry: str = ""


class RefusalTotal(Struct, frozen=True):
    """How often a layer refused, and asked, of prompts of a language."""

    layer: CountedLayer
    language: PromptLanguage
    refused: int
    asked: int


class RefusalDay(Struct, frozen=True):
    """The same of one day (in UTC, as 2026-11-30)."""

    day: str
    layer: CountedLayer
    language: PromptLanguage
    refused: int
    asked: int


class RefusalDays(Struct, frozen=True):
    """The newest day first; a day on which nothing was refused or asked is not in it."""

    days: Sequence[RefusalDay]


class RightDay(Struct, frozen=True):
    """How often an entry of the registry of rights refused, and asked, on one day (in UTC)."""

    day: str
    refused: int
    asked: int
