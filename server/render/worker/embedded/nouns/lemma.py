"""The forms under which a word may stand in the lexicon, the likeliest first."""

from collections.abc import Iterator
from typing import Final

from phosphene.render.worker.embedded.nouns.endings import SHORT, Ending, stems, without
from phosphene.render.worker.embedded.nouns.english import ENGLISH
from phosphene.render.worker.embedded.nouns.french import FRENCH

_ENGLISH: Final[tuple[Ending, ...]] = (
    ("ies", "y"), ("ves", "f"), ("ves", "fe"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"),
    ("shes", "sh"), ("oes", "o"), ("men", "man"), ("s", ""), ("ses", "s"),
    ("zes", "z"),
)  # fmt: skip
_ENGLISH_VERB: Final[tuple[Ending, ...]] = (
    ("ing", ""), ("ing", "e"), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ies", "y"), ("es", ""),
    ("s", ""),
)  # fmt: skip
_FRENCH: Final[tuple[Ending, ...]] = (
    ("eaux", "eau"), ("aux", "al"), ("eux", "eu"), ("oux", "ou"), ("s", ""), ("x", ""), ("e", ""),
    ("es", ""),
)  # fmt: skip
_FRENCH_VERB: Final[tuple[Ending, ...]] = (
    ("ant", "er"), ("e", "er"), ("ent", "er"), ("es", "er"), ("ee", "er"), ("ees", "er"),
    ("aient", "er"), ("ait", "er"), ("eant", "er"), ("it", "ir"), ("issent", "ir"),
    ("issant", "ir"),
    ("t", "re"), ("ent", "re"), ("ant", "re"), ("ant", "ir"),
)  # fmt: skip


FEMININES: Final[tuple[Ending, ...]] = (
    ("euse", "eur"), ("trice", "teur"), ("iere", "ier"), ("ière", "ier"), ("enne", "en"),
    ("onne", "on"), ("elle", "el"),
)  # fmt: skip
"""Of French, of who is a woman or a female: une plongeuse, une dompteuse."""


def females(word: str) -> Iterator[str]:
    """What a word of French may be the feminine of."""
    yield from without(word.removesuffix("s"), FEMININES)


def nouns(word: str, language: str) -> Iterator[str]:
    """The word, and what it may be the plural or another form of."""
    yield word
    if language in ("en", "fr"):
        known = (ENGLISH if language == "en" else FRENCH).irregular
        if word in known:
            yield known[word]
        if "-" in word:  # chauves-souris, arcs-en-ciel, grands-meres
            first, rest = word.split("-", 1)
            yield f"{first.removesuffix('s')}-{rest}"
            yield f"{first.removesuffix('s')}-{rest.removesuffix('s')}"
        yield from without(word, _ENGLISH if language == "en" else _FRENCH)
    elif len(word) > SHORT:
        yield from stems(word, language)


def verbs(word: str, language: str) -> Iterator[str]:
    """The infinitives that a word may be a form of; of other languages than English and French the
    lexicon has the forms themselves."""
    yield word
    if language not in ("en", "fr"):
        return
    known = (ENGLISH if language == "en" else FRENCH).irregular
    if word in known:
        yield known[word]
    for stem in without(word, _ENGLISH_VERB if language == "en" else _FRENCH_VERB):
        yield stem
        if language == "en" and len(stem) > SHORT and stem[-1] == stem[-2]:
            yield stem[:-1]
