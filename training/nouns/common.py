"""Words that are common, and so are meant as they are written."""

from collections.abc import Container, Iterable, Mapping
from typing import Final

from phosphene.render.worker.embedded.nouns.slips import slips
from phosphene.render.worker.embedded.nouns.spelling import MISSPELT
from phosphene.render.worker.embedded.nouns.tokens import fold
from phosphene.trust.common_words import common_words
from training.nouns.wordnet import WordNet

LEAST: Final = 8
"""Letters of the shortest word of French that is taken for a misspelt one."""
SHORT: Final = 3
"""Letters of words that are kept all: it's is "it" and "s"."""
THINGS: Final = {"animal", "artifact", "food", "plant", "person", "object"}
"""Lexicographers' files of WordNet."""
ENDS: Final = ("", "e", "s", "es")
"""Without which a word is looked up too."""


def is_thing(word: str, lexname: str) -> bool:
    """Whether it is an animal, or a thing that many speak of: a toaster."""
    return lexname == "animal" or (lexname == "artifact" and is_common(word))


def is_common(word: str) -> bool:
    """Whether it is one of the commonest words of twelve languages."""
    return word in common_words().all_words


def no_slips(names: Iterable[str], least: int = LEAST) -> set[str]:
    """Common words of so many letters that are one slip away from a name: une ceinture is no
    peinture, Colin no coin."""
    names = {name for name in names if len(name) >= least - 1 and name.isalpha()}
    near = (slip + end for name in names for slip in slips(name) for end in ENDS)
    return {word for word in near if len(word) >= least and is_common(word)} - names


def no_misspellings(
    net: WordNet, phrases: Mapping[str, Mapping[str, str]], drawn: Container[str]
) -> set[str]:
    """The words of English, and common ones of both languages that are one slip from a name. Rare
    names of things are unknown names to the reader, which is what they are to most people, but for
    those that are a slip from the name of what is `drawn`: 20,000 fewer words, 20 kB."""
    names = {
        language: {word for word, meaning in phrases[language].items() if meaning in drawn}
        for language in ("en", "fr")
    }
    near = {slip for of in names.values() for name in of if name.isalpha() for slip in slips(name)}
    words = {fold(w) for w in net.words if w.isalpha()}
    said = {word for of in phrases.values() for word in of}
    common = no_slips(names["en"], MISSPELT) | no_slips(phrases["fr"])
    return {w for w in words if w in near or not _is_rare_thing(w, net)} | (common - said)


def _is_rare_thing(word: str, net: WordNet) -> bool:
    """Whether it is the name of a thing or of somebody, and was hardly ever said."""
    tagged = any(net.counts.get((word, part)) for part in "nvar")
    senses = net.senses.get(word)
    thing = senses is not None and net.synsets[senses[0]].lexname in THINGS
    return thing and len(word) > SHORT and not tagged and not is_common(word)
