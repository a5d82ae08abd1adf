"""Words of several words, written as one: a Kaffeetasse is what is in it, a Gartenhaus a house."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.finite_verbs import HOMOGRAPHS
from phosphene.render.worker.embedded.nouns.grammar import words
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.tokens import Token

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
SIZES: Final = words(
    "mini maxi mega semi super hyper ex vice aide apprenti grand petit petite grands petits "
    "petites faux pseudo neo cyber arriere"
)
"""First parts of words of French that do not change what the other part is: a mini-jupe."""
VERBS: Final = words("auto demi garde lance vide tourne perce rase taille cache monte mire passe")
"""First parts of French that are no names there, as HOMOGRAPHS: porte-clés, auto-école."""
OF_FRENCH: Final = 4
"""Letters of the shortest first part of French that is a name."""
TRADES: Final = ("iste", "icien", "icienne", "ologue")
"""Ends of words of French for who does something, after an article: un percussionniste."""
NO_TRADES: Final = words("prologue monologue improviste")
SHORTEST_TRADE: Final = 7
LINKS: Final = ("", "s", "es", "n", "en", "e")
"""Between the parts."""


Forms = Callable[[str], Iterable[str]]
"""What a word may be a form of, itself first."""


def by_parts(
    token: Token, named: bool, language: str, names: Mapping[str, Meaning],
    containers: Collection[str], forms: Forms,
) -> Meaning | None:  # fmt: skip
    """What a word is that has no name of its own, by its parts. `named`: whether an article is
    before it."""
    if language != "fr":
        return compound(token.folded, language, names, containers, forms)
    if token.capital:
        return None  # Jean-Pierre wears no jeans
    return joined(token.folded, names, forms) or trade(token.folded, named)


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


def joined(word: str, names: Mapping[str, Meaning], forms: Forms) -> Meaning | None:
    """What a word of French of two with a hyphen is, nearest: what its first part is, where that
    is a name (a wagon-restaurant), or its last after a word for a size (a mini-jupe)."""
    first, hyphen, last = word.partition("-")
    if not hyphen or "-" in last or len(last) < LEAST:
        return None
    part = last if first in SIZES else first
    if part is first and (len(first) < OF_FRENCH or first in HOMOGRAPHS | VERBS):
        return None
    found = next((names[form] for form in forms(part) if form in names), None)
    return replace(found, exact=False) if found and found.role == "subject" else None


def trade(word: str, named: bool) -> Meaning | None:
    """Somebody, for a word of French that nobody wrote down and that ends as trades do. `named`:
    whether an article is before it."""
    one = word.removesuffix("s")
    if not named or len(one) < SHORTEST_TRADE or one in NO_TRADES or not one.endswith(TRADES):
        return None
    return Meaning("subject", "person", exact=False)


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
