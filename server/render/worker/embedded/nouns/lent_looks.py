"""People whom a text names by their handle: read as a person, and drawn as they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from phosphene.letters import Mention, find_mentions
from phosphene.model import Look
from phosphene.render.worker.embedded.nouns.cast import Actor, Cast
from phosphene.render.worker.embedded.nouns.casting import CARD_SIZES
from phosphene.render.worker.embedded.nouns.inks import COLOURS, GLOW, HAIR, SKIN
from phosphene.render.worker.embedded.nouns.languages import guess
from phosphene.render.worker.embedded.nouns.looks import FIGURES, VALUES, card_row
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.tokens import tokens
from phosphene.render.worker.embedded.nouns.wishes import DRAWN_ON

PEOPLE: Final = frozenset(FIGURES) | frozenset(DRAWN_ON.values())
SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"man": "a man", "woman": "a woman", "old-man": "an old man",
           "old-woman": "an old woman", "person": "a person"},
    "fr": {"man": "un homme", "woman": "une femme", "old-man": "un vieil homme",
           "old-woman": "une vieille femme", "person": "une personne"},
}  # fmt: skip
"""What stands in the text in the place of a handle, by the language and the concept."""


@dataclass(frozen=True)
class NamedPeople:
    """A text without handles, and the people whom it named, each with the concept that stands for
    them; one whose look is not known is anybody."""

    text: str
    people: tuple[tuple[str, Look | None], ...] = ()


def name_people(text: str, looks: Sequence[Look]) -> NamedPeople:
    """The text as the reader understands it."""
    found = find_mentions(text)
    if not found:
        return NamedPeople(text)
    known = {look.owner: look for look in looks}
    language = (
        "fr" if next(iter(guess([word.folded for word in tokens(text)], text))) == "fr" else "en"
    )
    people: dict[str, Look | None] = {}

    def said(mention: Mention) -> str:
        look = known.get(mention.handle)
        concept = _concept(look)
        # The reader tells two apart by what they are: two women would be one of a number.
        if concept in people and people[concept] is not look:
            concept = "person"
        people.setdefault(concept, look)
        return SAID[language][concept]

    plain, end = "", 0
    for one in found:
        plain, end = plain + text[end : one.start] + said(one), one.end
    return NamedPeople(plain + text[end:], tuple(people.items()))


def dress_cast(cast: Cast, named: NamedPeople) -> Cast:
    """The cast with those who were named as they chose to be drawn."""
    plates = dict(cast)
    for concept, look in named.people:
        plate = _plate(plates, concept)
        if look is not None and plate is not None:
            cast = replace(cast, **{plate: _dressed(plates.pop(plate), look)})
    return cast


def _concept(look: Look | None) -> str:
    if look is None:
        return "person"
    figure = look.card["figure"]
    return f"old-{figure}" if look.card["age"] == "old" else figure


def _plate(plates: Mapping[str, Actor], concept: str) -> str | None:
    """Whose plate it is: that of their concept, else the first of a person, who may be drawn on
    what they ride."""
    exact = (name for name, actor in plates.items() if actor.concept == concept)
    anybody = (name for name, actor in plates.items() if actor.concept in PEOPLE)
    return next(exact, None) or next(anybody, None)


def _dressed(actor: Actor, look: Look) -> Actor:
    card = look.card
    inks = (COLOURS[card["colour"]], SKIN[card["skin"]], HAIR[card["hair"]],
            COLOURS[card["accent"]], GLOW)  # fmt: skip
    if not actor.card:
        return replace(actor, inks=inks)
    posture = VALUES["posture"][actor.card[list(CARD).index("posture")]]
    return replace(
        actor,
        inks=inks,
        card=card_row({**card, "posture": posture}),
        size=CARD_SIZES[card["age"]],
    )
