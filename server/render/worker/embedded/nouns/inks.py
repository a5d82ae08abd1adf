"""The colours of one individual: what is said of them, and chance for the rest.

No trade is bound to a tone or a sex: skin, hair and clothes are drawn each by itself.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from phosphene.render.worker.embedded.nouns.cast import Ink

COLOURS: Final[Mapping[str, Ink]] = {
    "red": (222, 44, 48),
    "orange": (244, 128, 30),
    "yellow": (252, 212, 56),
    "green": (58, 168, 82),
    "blue": (44, 104, 216),
    "purple": (126, 66, 190),
    "pink": (248, 128, 178),
    "white": (247, 243, 233),
    "black": (46, 42, 54),
    "brown": (126, 80, 50),
    "grey": (152, 152, 160),
    "gold": (236, 178, 46),
    "turquoise": (44, 186, 190),
}
# Inks and no drawings: the icons that figures are drawn from have one yellow for all.
SKIN: Final[Mapping[str, Ink]] = {
    "palest": (250, 220, 196),
    "pale": (238, 194, 160),
    "light": (222, 170, 126),
    "tan": (196, 138, 96),
    "brown": (158, 104, 70),
    "dark": (122, 78, 52),
    "darkest": (88, 56, 42),
}
HAIR: Final[Mapping[str, Ink]] = {
    "black": (40, 32, 40),
    "dark brown": (74, 48, 34),
    "brown": (118, 74, 44),
    "red": (176, 82, 40),
    "blond": (222, 180, 104),
    "grey": (150, 146, 150),
    "white": (232, 228, 224),
}
USUAL_HAIR: Final = (0.3, 0.25, 0.18, 0.08, 0.13, 0.04, 0.02)
CHILD_HAIR: Final = (0.32, 0.25, 0.2, 0.09, 0.14, 0.0, 0.0)
"""Two grey-haired children are two old women to who sees them."""
OLD_HAIR: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.55, 0.45)
"""On a phone the hair is what tells a grandfather from his grandson."""
GLOW: Final[Ink] = (255, 248, 226)
_SPREAD: Final = 9
"""By so much, of 255, two individuals of one colour differ."""


# A generator for each thing: with one for all of them a hat more would change every colour after
# it. By the string itself, whose hash Python salts anew in every process.
def chance(seed: int, what: str) -> random.Random:
    """What one thing is drawn with: what is said of another does not change it."""
    return random.Random(f"{seed}:noun:{what}")


def tone(table: Mapping[str, Ink], rng: random.Random, weights: Sequence[float] = ()) -> Ink:
    """One of a table's colours."""
    return table[rng.choices(list(table), weights or None)[0]]


def varied(ink: Ink, rng: random.Random) -> Ink:
    """Nearly that colour."""
    r, g, b = (max(0, min(255, c + rng.randint(-_SPREAD, _SPREAD))) for c in ink)
    return r, g, b


def own_colour(written: str, rng: random.Random) -> Ink:
    """The colour that a concept has by itself: #rrggbb, or any."""
    if written == "any":
        return tone(COLOURS, rng)
    r, g, b = (int(written[at : at + 2], 16) for at in (1, 3, 5))
    return varied((r, g, b), rng)
