"""A person's card: what can be said of somebody, and in which words.

What is not said is drawn by chance, whoever it is, so that no look is bound to another.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.inks import (
    CHILD_HAIR,
    HAIR,
    OLD_HAIR,
    SKIN,
    USUAL_HAIR,
    chance,
)
from phosphene.render.worker.embedded.nouns.person_shape import CARD
from phosphene.render.worker.embedded.nouns.tokens import Token

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "skin": tuple(SKIN),
    "hair": tuple(HAIR),
    "length": ("bald", "short", "medium", "long", "bun", "curly"),
    "glasses": ("none", "glasses"),
    "beard": ("none", "moustache", "beard"),
    "headwear": ("none", "cap", "hat", "beanie", "helmet", "crown", "headscarf"),
    "clothes": ("t-shirt", "shirt", "dress", "suit", "coat", "apron"),
    "age": ("child", "adult", "old"),
    "build": ("slim", "medium", "stout"),
    "figure": ("man", "woman"),
    "posture": ("stand", "walk", "run", "dance", "wave", "sit", "jump"),
}
"""As training/nouns/card.py draws them, whose colours are inks and are not among these."""
FIGURES: Final[Mapping[str, Mapping[str, str]]] = {
    "person": {},
    "man": {"figure": "man", "age": "adult"},
    "woman": {"figure": "woman", "age": "adult"},
    "boy": {"figure": "man", "age": "child"},
    "girl": {"figure": "woman", "age": "child"},
    "child": {"age": "child"},
    "old-man": {"figure": "man", "age": "old"},
    "old-woman": {"figure": "woman", "age": "old"},
    "old-person": {"age": "old"},
}
"""The concepts that are drawn from a card, and what they say of it."""
WORN: Final[Mapping[str, tuple[str, str]]] = {
    "glasses": ("glasses", "glasses"),
    "sunglasses": ("glasses", "glasses"),
    "hat": ("headwear", "hat"),
    "cap": ("headwear", "cap"),
    "helmet": ("headwear", "helmet"),
    "crown": ("headwear", "crown"),
    "dress": ("clothes", "dress"),
    "sari": ("clothes", "dress"),
    "kimono": ("clothes", "dress"),
    "coat": ("clothes", "coat"),
    "lab-coat": ("clothes", "coat"),
    "shirt": ("clothes", "t-shirt"),
}
"""Concepts that somebody with a card wears."""
ACTIONS: Final[Mapping[str, str]] = {
    "run": "run",
    "walk": "walk",
    "dance": "dance",
    "jump": "jump",
    "wave": "wave",
    "sit": "sit",
}
"""Actions that are a posture."""
_USUAL: Final[Mapping[str, tuple[float, ...]]] = {
    "glasses": (0.85, 0.15),
    "headwear": (0.88, 0.04, 0.04, 0.04, 0.0, 0.0, 0.0),
    "beard": (0.7, 0.12, 0.18),
    "clothes": (0.34, 0.22, 0.16, 0.08, 0.2, 0.0),
    "age": (0.0, 0.85, 0.15),
    "build": (0.3, 0.45, 0.25),
}
# How long hair is goes with a sex, as at 96 pixels nothing else tells; an old sailor in a dress was
# seen as an old lady.
_USUAL_OF: Final[Mapping[tuple[str, str], tuple[float, ...]]] = {
    ("man", "length"): (0.1, 0.66, 0.1, 0.03, 0.01, 0.1),
    ("woman", "length"): (0.0, 0.12, 0.28, 0.34, 0.12, 0.14),
    ("man", "clothes"): (0.42, 0.26, 0.0, 0.1, 0.22, 0.0),
}
_HAIR_OF: Final = {"old": OLD_HAIR, "child": CHILD_HAIR}
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    word: (field, value)
    for field, value, said in (
        ("beard", "beard", "beard bearded barbe barbu"),
        ("beard", "moustache", "moustache mustache moustached moustachu"),
        ("length", "bald", "bald chauve"),
        ("length", "curly", "curly curls frise frisee frises boucle bouclee boucles"),
        ("length", "bun", "chignon"),
        ("hair", "blond", "blond blonde blonds blondes"),
        ("hair", "red", "redhead redheaded redhaired roux rousse"),
        ("hair", "brown", "brunette brune"),
        ("age", "old", "old elderly aged senior vieux vieille vieil age agee"),
        (
            "age",
            "old",
            "alte alter altes alten viejo vieja anciano anciana vecchio vecchia",
        ),
        ("age", "old", "anziano anziana velho velha idoso idosa oude gammal gamle gammel stary"),
        ("age", "old", "stara старый старая старик старий стара літній"),
        ("age", "adult", "young jeune junger joven giovane jovem"),
        ("build", "slim", "slim thin skinny slender mince maigre"),
        ("build", "stout", "fat stout chubby plump overweight gros grosse ronde"),
        ("headwear", "headscarf", "headscarf hijab foulard"),
        ("headwear", "beanie", "beanie bonnet"),
        ("clothes", "suit", "suit tuxedo costume"),
        ("clothes", "apron", "apron tablier"),
        ("clothes", "shirt", "blouse chemise"),
        ("clothes", "coat", "jacket veste blouson manteau"),
        ("clothes", "dress", "skirt gown jupe"),
    )
    for word in said.split()
}
_OF_HAIR: Final = frozenset(("hair", "haired", "cheveux", "chevelure"))
_HAIR: Final[Mapping[str, tuple[str, str]]] = {
    word: pair
    for pair, said in (
        (("length", "long"), "long longs longue"),
        (("length", "short"), "short court courts"),
        (("hair", "black"), "black dark noir noirs"),
        (("hair", "brown"), "brown brun bruns chatain chatains"),
        (("hair", "red"), "red ginger roux"),
        (("hair", "grey"), "gray grey silver gris"),
        (("hair", "white"), "white blanc blancs"),
        (("hair", "blond"), "blond blonde blonds golden"),
    )
    for word in said.split()
}
_OF_SKIN: Final = frozenset(("skin", "skinned", "peau"))
_SKIN: Final[Mapping[str, str]] = {
    "dark": "dark",
    "black": "darkest",
    "brown": "brown",
    "tanned": "tan",
    "fair": "pale",
    "pale": "palest",
    "light": "pale",
    "noire": "darkest",
    "brune": "brown",
    "claire": "pale",
    "mate": "tan",
}


def said_of_a_person(words: Sequence[Token]) -> dict[str, tuple[str, int]]:
    """Fields of a card that words say, each with its value and the place of the word."""
    found: dict[str, tuple[str, int]] = {}
    for at, word in enumerate(words):
        if word.folded in _WORDS:
            field, value = _WORDS[word.folded]
            found[field] = value, word.start
        near = [*words[max(0, at - 3) : at], *words[at + 1 : at + 3]]
        parts = word.folded.split("-")
        spelt = [*(w.folded for w in near), *parts]
        if parts[-1] in _OF_HAIR:
            for field, value in (_HAIR[w] for w in spelt if w in _HAIR):
                found[field] = value, word.start
        if parts[-1] in _OF_SKIN:
            for value in (_SKIN[w] for w in spelt if w in _SKIN):
                found["skin"] = value, word.start
    return found


def complete_card(told: Mapping[str, str], seed: int) -> dict[str, str]:
    """All fields of a person's card: what is told, and chance for the rest."""
    # The network has seen no woman with one: with women by chance 82 % of beards were right, so 95.
    if told.get("beard", "none") != "none":
        told = {"figure": "man", **told}
    made: dict[str, str] = {}
    # No field follows from a trade: a test counts over many seeds that none goes with a tone of
    # skin or with a sex.
    later = ("hair", "length", "clothes")
    for field, values in sorted(VALUES.items(), key=lambda pair: pair[0] in later):
        weights = _USUAL_OF.get((made.get("figure", ""), field), _USUAL.get(field))
        if field == "hair":
            weights = _HAIR_OF.get(made["age"], USUAL_HAIR)
        made[field] = told.get(field) or chance(seed, field).choices(values, weights)[0]
    if "posture" not in told:
        made["posture"] = "stand"
    if "beard" not in told and (made["figure"] == "woman" or made["age"] == "child"):
        made["beard"] = "none"
    if "length" not in told and made["length"] == "bald" and _hairy(made):
        made["length"] = "short"
    return made


def card_row(card: Mapping[str, str]) -> tuple[int, ...]:
    """The row of card.CARD of a complete card."""
    return tuple(VALUES[field].index(card[field]) for field in CARD)


def _hairy(card: Mapping[str, str]) -> bool:
    """Who is bald only where somebody says so."""
    return card["figure"] == "woman" or card["age"] == "child"
