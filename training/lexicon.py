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
for _tongue in (ENGLISH, FRENCH):
    _tongue["other"] |= _tongue["subject"]
    _tongue["other_colour"] = _tongue["colour"]
PASSIVE: dict[str, dict[str, list[str]]] = {
    tongue: {value: phrases(text) for value, text in _read(f"{name}_passive").items()}
    for tongue, name in (("en", "english"), ("fr", "french"))
}
"""What is said of a relation when the second subject is named first."""
_KNOWN = {
    phrase
    for lexicon in (ENGLISH, FRENCH)
    for values in lexicon.values()
    for said in values.values()
    for phrase in said
}
NOTHING: list[str] = [phrase for phrase in phrases(_read("nothing")) if phrase not in _KNOWN]
SMALL_WORDS = frozenset(_read("small").split())
