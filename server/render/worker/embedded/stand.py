"""How one of a scene stands, and where the ground is below it. Pure."""

import math
from dataclasses import dataclass
from typing import Final

from phosphene.render.worker.embedded.nouns.measures import Measures
from phosphene.render.worker.embedded.score import GROUND, RADIUS

ACROSS: Final = 4.5  # units in half a frame
DOWN: Final = 8.0
# Their streets begin below the feet of the older drawings: who stood there hung before the houses.
_BELOW: Final = {"city": 0.17, "street": 0.03}


@dataclass(frozen=True, slots=True)
class Stand:
    """How one of a scene stands: as the fields of a FrameState."""

    x: float
    y: float
    size: float
    tilt: float
    pose: float
    facing: float

    @property
    def radius(self) -> float:
        """In units."""
        return radius_of(self.size)


def radius_of(size: float) -> float:
    """Of somebody of a size (log2), in units."""
    return RADIUS * math.exp2(size)


def ground_below(place: str) -> float:
    """How far below GROUND the ground of a place is, in half frames."""
    return _BELOW.get(place, 0.0)


def height_standing(size: float, who: Measures) -> float:
    """Where the middle of who stands on the ground is."""
    return GROUND - who.low * radius_of(size) / DOWN
