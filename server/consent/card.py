"""A character card: how somebody chose to be drawn. It is chosen by hand and read from no picture.

The values are those that the embedded model draws a person from
(``render/worker/embedded/nouns/looks.py``; a test compares them). Imports nothing ours.
"""

from typing import Literal, get_args

import msgspec
from msgspec import Struct

Skin = Literal["palest", "pale", "light", "tan", "brown", "dark", "darkest"]
HairColour = Literal["black", "dark brown", "brown", "red", "blond", "grey", "white"]
HairLength = Literal["bald", "short", "medium", "long", "bun", "curly"]
Glasses = Literal["none", "glasses"]
Beard = Literal["none", "moustache", "beard"]
Headwear = Literal["none", "cap", "hat", "beanie", "helmet", "crown", "headscarf"]
Clothes = Literal["t-shirt", "shirt", "dress", "suit", "coat", "apron"]
Colour = Literal[
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "white",
    "black",
    "brown",
    "grey",
    "gold",
    "turquoise",
]
# No child: who is a minor lends nothing.
CardAge = Literal["adult", "old"]
Build = Literal["slim", "medium", "stout"]
Figure = Literal["man", "woman"]


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person is drawn. ``colour`` is that of the clothes, ``accent`` that of glasses and
    headwear."""

    skin: Skin
    hair: HairColour
    length: HairLength
    figure: Figure
    clothes: Clothes = "t-shirt"
    colour: Colour = "blue"
    glasses: Glasses = "none"
    beard: Beard = "none"
    headwear: Headwear = "none"
    accent: Colour = "black"
    age: CardAge = "adult"
    build: Build = "medium"


def card_choices() -> dict[str, tuple[str, ...]]:
    """What can be chosen, by the name of each field."""
    return {field.name: get_args(field.type) for field in msgspec.structs.fields(Card)}
