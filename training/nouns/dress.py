"""The inks of one individual: skin and hair of many tones by chance, whoever it is.

No trade is bound to a tone or a sex: both are drawn apart from the concept.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.nouns.concepts import Concept
from training.paper import COLOURS, WARM, Colour

SKIN: Final[tuple[Colour, ...]] = (
    (250, 220, 196), (238, 194, 160), (222, 170, 126), (196, 138, 96), (158, 104, 70),
    (122, 78, 52), (88, 56, 42),
)  # fmt: skip
HAIR: Final[dict[str, Colour]] = {
    "black": (40, 32, 40), "dark brown": (74, 48, 34), "brown": (118, 74, 44),
    "red": (176, 82, 40), "blond": (222, 180, 104), "grey": (150, 146, 150),
    "white": (232, 228, 224),
}  # fmt: skip
USUAL_HAIR: Final = (0.3, 0.25, 0.18, 0.08, 0.13, 0.04, 0.02)
OLD_HAIR: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.55, 0.45)


def dressed(concept: Concept, rng: np.random.Generator) -> NDArray[np.float32]:
    """The five inks (5, 3) in 0..1, in the order of `ink.INKS`."""
    chances = OLD_HAIR if concept.name.startswith("old-") else USUAL_HAIR
    skin = SKIN[rng.integers(len(SKIN))]
    hair = HAIR[str(rng.choice(list(HAIR), p=chances))]
    names = [c for c in COLOURS if c != "white"]
    accent = COLOURS[names[rng.integers(len(names))]]
    inks = [main(concept, rng), skin, hair, accent, WARM]
    return (np.array(inks) / 255).astype(np.float32)


def main(concept: Concept, rng: np.random.Generator) -> Colour:
    """The ink of the thing itself: its own colour, or for clothes any."""
    if concept.colour == "any":
        return COLOURS[list(COLOURS)[rng.integers(len(COLOURS))]]
    r, g, b = (int(concept.colour[i : i + 2], 16) for i in (1, 3, 5))
    return float(r), float(g), float(b)
