"""From where a place is seen, by the word that leads to it: by the sea one is on its beach, and in
front of a bakery in the street."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from phosphene.render.worker.embedded.nouns.grammar import Grammar
from phosphene.render.worker.embedded.nouns.grammar import words as words_of
from phosphene.render.worker.embedded.nouns.lexicon import Meaning
from phosphene.render.worker.embedded.nouns.main_thing import MOVES, is_led_by, lead_of
from phosphene.render.worker.embedded.nouns.match import Match, words_in
from phosphene.render.worker.embedded.nouns.tokens import Token

BUILDINGS: Final = words_of(
    "bakery restaurant cafe supermarket pharmacy mall store shop pub diner bookstore library "
    "laboratory theater theatre cinema nightclub auditorium gym gymnasium opera apartment garage "
    "boulangerie magasin boutique supermarche pharmacie epicerie librairie bistrot bistro "
    "brasserie bibliotheque laboratoire gymnase appartement"
)
"""Words of places that are drawn from within and have an outside: nobody is outside of a room that
is in a house, and who is by a bar stands at its counter."""
CAFES: Final = words_of("cafe cafes")
"""What one drinks in French, and where."""
AT: Final = words_of("au aux")
TERRACES: Final = words_of("terrasse terrasses vitrine comptoir devanture")
CUP: Final = frozenset(("cote",))
"""Beside which a café is the drink: un croissant à côté d'un café."""
OF_SAND: Final = words_of("sandcastle sandcastles")
SKY_SHOWS: Final = words_of("sunset sunsets sunrise sunrises aurora aurore aurores")
"""What is seen nowhere but in the sky."""
BEACH: Final = Meaning("place", "beach", exact=False)
STREET: Final = Meaning("place", "street", exact=False)
CAFE: Final = Meaning("place", "shop")


def seen_from(
    kept: Sequence[Match],
    words: Sequence[Token],
    grammar: Grammar,
    gaits: Mapping[str, tuple[str, str]],
) -> list[Match]:
    """All that is called, with places as they are seen from where the prompt puts one. `gaits`: of
    the concepts, each with its place."""
    found: list[Match] = []
    named = words_in(kept)
    for match in kept:
        house = _is_house(match, words, grammar, found[-1:], gaits)
        seen = replace(match, meaning=CAFE) if house else match
        lead = lead_of(seen, words, grammar, grammar.by, named=named)
        outside = seen.role == "place" and lead is not None
        found.append(_from_outside(seen, words) if outside else seen)
    return found


def is_of_sand(words: Sequence[Token]) -> bool:
    """Whether a castle is one of sand, and so on a beach."""
    said = [word.folded for word in words]
    return bool(OF_SAND & {*said}) or any(
        one.startswith("chateau") and after == ["de", "sable"]
        for one, after in ((said[k], said[k + 1 : k + 3]) for k in range(len(said)))
    )


def is_of_the_sky(words: Sequence[Token]) -> bool:
    """Whether a prompt tells of what only the sky shows: a sunset, une aurore boréale."""
    said = [word.folded for word in words]
    return bool(SKY_SHOWS & {*said}) or any(
        (one in ("lever", "coucher") and third == "soleil")
        or (one == "soleil" and two in ("couchant", "levant"))
        for one, two, third in zip(said, said[1:], [*said[2:], ""], strict=False)
    )


def _from_outside(match: Match, words: Sequence[Token]) -> Match:
    if match.meaning.value == "sea":
        return replace(match, meaning=BEACH)
    said = {word.folded for word in words[match.first : match.last]}
    return replace(match, meaning=STREET) if said & (BUILDINGS | CAFES) else match


def _is_house(
    match: Match,
    words: Sequence[Token],
    grammar: Grammar,
    before: Sequence[Match],
    gaits: Mapping[str, tuple[str, str]],
) -> bool:
    """Whether a "café" of French is where one drinks it: dans un café, devant le café, un chat au
    café; but not un gâteau au café."""
    if match.tongue != "fr" or match.role != "subject":
        return False
    if match.last > match.first + 1 or words[match.first].folded not in CAFES:
        return False
    if is_led_by(match, words, grammar, (grammar.inside | grammar.by | TERRACES) - CUP):
        return True
    somebody = all(gaits.get(m.meaning.value, ("",))[0] in MOVES for m in before)
    return somebody and is_led_by(match, words, grammar, AT)
