"""The lexicons of lexicon.toml."""

import tomllib
from pathlib import Path
from typing import Any


def phrases(text: str) -> list[str]:
    """The phrases of one entry."""
    return [" ".join(phrase.split()) for phrase in text.split(",")]


def _read(name: str) -> Any:
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))[name]


def _lexicon(name: str) -> dict[str, dict[str, list[str]]]:
    return {
        slot: {value: phrases(text) for value, text in values.items()}
        for slot, values in _read(name).items()
    }


ENGLISH = _lexicon("english")
FRENCH = _lexicon("french")
NOTHING: list[str] = phrases(_read("nothing"))
SMALL_WORDS = frozenset(_read("small").split())
