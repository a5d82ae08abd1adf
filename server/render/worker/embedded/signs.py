"""What the compositor writes on a drawing that would not be known without it.

A hospital is drawn without its red cross, which the Geneva Conventions protect; it gets the letter
of road signs instead, and windows, without which a tower with a white square is a floppy disk.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from phosphene.render.worker.embedded.arrays import Array

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom, in plate pixels."""
_BLUE: Final = (0.12, 0.34, 0.72)
_GLASS: Final = (0.66, 0.82, 0.92)
_LETTER: Final[tuple[Rectangle, ...]] = ((29, 13, 33, 28), (39, 13, 43, 28), (33, 19, 39, 22))
_WINDOWS: Final[tuple[Rectangle, ...]] = (
    *((left, top, left + 5, top + 5) for left in (52, 60) for top in (14, 24, 34, 44)),
    *((left, top, left + 5, top + 5) for left in (24, 33, 42) for top in (37, 46)),
)
SIGNS: Final[Mapping[str, tuple[tuple[tuple[float, float, float], tuple[Rectangle, ...]], ...]]] = {
    "hospital": ((_GLASS, _WINDOWS), (_BLUE, _LETTER)),
}
"""By concept, the colours of rectangles on its plate."""


def signed(plate: Array, concept: str) -> Array:
    """A plate of the nouns' network (9, 96, 96) and what is written on its paper."""
    if concept not in SIGNS:
        return plate
    made = plate.copy()
    for colour, rectangles in SIGNS[concept]:
        for left, top, right, bottom in rectangles:
            part = made[:, top:bottom, left:right]
            part[:3] = np.array(colour, np.float32)[:, None, None] * part[-1:]
            part[3:-1] = 0.0
    return made
