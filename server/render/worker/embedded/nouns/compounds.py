"""Words of several words, written as one: a Kaffeetasse is what is in it, a Gartenhaus a house."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import words
from phosphene.render.worker.embedded.nouns.lexicon import Meaning

COMPOUNDING: Final = ("de", "nl", "sv", "da")
LEAST: Final = 3
"""Letters of the shortest part."""
SURE: Final = 5
"""Shorter last parts need a first part that is known too: Präsidenten are no ducks (Enten)."""
ALWAYS: Final = words("haus baum boot hund auto mann frau turm berg huis boom hond hus")
"""But for these, which hardly any other word ends in."""
FIRST: Final = words(
    "wild renn spiel winter sommer herbst riesen mini jung alt gross klein hof land dorf nacht "
    "wander kinder leder papier plastik gummi eisen zwerg weihnachts oster hoch tief schwarz weiss "
    "rot blau speel zomer berg barn sommar vinter bonde"
)
"""First parts that are no things with a picture."""
LINKS: Final = ("", "s", "es", "n", "en", "e")
"""Between the parts."""


Forms = Callable[[str], Iterable[str]]
"""What a word may be a form of, itself first."""


def compound(
    word: str, language: str, names: Mapping[str, Meaning], containers: Collection[str],
    forms: Forms,
) -> Meaning | None:  # fmt: skip
    """The nearest that can be drawn for such a word: its longest last part that `names` has; of a
    container what its first part is."""
    for at in _borders(word, language):
        first, last = word[:at].rstrip("-"), word[at:]
        head = next((form for form in forms(last) if form in names), None)
        held = next((names[form] for form in _unlinked(first) if form in names), None)
        holds = any(form in containers for form in forms(last))
        if holds and held is not None and held.role == "subject":
            return held
        if head is None or (len(head) < SURE and not _is_sure(first, head, held)):
            continue
        return replace(names[head], exact=False)
    return None


def _is_sure(first: str, head: str, held: Meaning | None) -> bool:
    return held is not None or head in ALWAYS or first in FIRST


def _borders(word: str, language: str) -> Iterator[int]:
    """Where a word may be split, the longest last part first."""
    if language not in COMPOUNDING:
        return
    hyphen = word.rfind("-") + 1
    yield from (hyphen,) if hyphen else range(LEAST, len(word) - LEAST + 1)


def _unlinked(first: str) -> Iterator[str]:
    """A first part as a word of its own: Garten, Sonne(n), Kirsch(e)."""
    for link in LINKS:
        if first.endswith(link) and len(first) - len(link) >= LEAST:
            yield first[: len(first) - len(link)]
    yield f"{first}e"
