"""What hangs on the walls and from the ceilings of rooms, which are bare above a head; the
compositor's, as clouds are."""

from functools import lru_cache
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.paper import PERIOD, RAMP, RISE, PaperLayer, hanging
from phosphene.render.worker.embedded.vocabulary import PLATE

Colour = tuple[float, float, float]
_WOOD: Final = (0.5, 0.33, 0.22)
_CREAM: Final = (0.96, 0.92, 0.84)
_LAMP: Final = (1.0, 0.86, 0.5)
_CORD: Final = (0.24, 0.2, 0.24)
_BLUE: Final = (0.42, 0.6, 0.72)
_GREEN: Final = (0.45, 0.62, 0.44)
_RED: Final = (0.78, 0.36, 0.32)
_DARKEST: Final = 0.45
"""So light are things at night, beside the day."""


class Sheet(Struct, frozen=True):
    """A piece of paper, in units from the top left of one period: the middle of its upper edge,
    how wide it is above and below, how high, and whether it shines by itself."""

    x: float
    y: float
    above: float
    below: float
    high: float
    colour: Colour
    shines: bool = False


def _framed(x: float, y: float, wide: float, high: float, colour: Colour) -> tuple[Sheet, ...]:
    """A picture with a frame, a border, and something in it."""
    return (
        Sheet(x, y, wide, wide, high, _WOOD),
        Sheet(x, y + 0.16, wide - 0.32, wide - 0.32, high - 0.32, _CREAM),
        Sheet(x, y + 0.36, wide - 0.72, wide - 0.72, high - 0.72, colour),
    )


def _pendant(x: float, y: float, colour: Colour = _CREAM) -> tuple[Sheet, ...]:
    """A lamp on its cord."""
    return (
        Sheet(x, 0.0, 0.12, 0.12, y, _CORD),
        Sheet(x, y + 0.62, 0.5, 0.3, 0.28, _LAMP, True),
        Sheet(x, y, 0.5, 1.5, 0.75, colour),
    )


def _shelf(x: float, y: float, wide: float, jars: tuple[Colour, ...]) -> tuple[Sheet, ...]:
    """A board with jars on it."""
    step = wide / len(jars)
    on_it = (
        Sheet(x - wide / 2 + (k + 0.5) * step, y - 0.75, 0.5, 0.56, 0.8, jar)
        for k, jar in enumerate(jars)
    )
    return (*on_it, Sheet(x, y, wide + 0.5, wide + 0.5, 0.2, _WOOD))


_WALLS: Final[dict[str, tuple[Sheet, ...]]] = {
    "room": (
        *_framed(2.2, 3.6, 2.3, 1.8, _GREEN), *_framed(4.9, 3.2, 1.4, 2.0, _BLUE),
        *_pendant(7.4, 1.5), *_framed(9.9, 3.5, 1.7, 1.9, _RED),
    ),
    "kitchen": (
        *_shelf(2.6, 4.7, 3.2, (_RED, _CREAM, _GREEN, _BLUE)), *_pendant(6.2, 1.9, _RED),
        *_shelf(9.4, 4.7, 2.6, (_GREEN, _LAMP, _CREAM)),
    ),
    "shop": (
        *_pendant(1.6, 2.4, _GREEN), *_pendant(4.6, 2.9, _RED), *_pendant(7.6, 2.4, _BLUE),
        *_pendant(10.6, 2.9, _LAMP),
    ),
}  # fmt: skip
"""What there is of each place, from the back to the front."""


def interior(place: str, sky: Array, sigma: float, unit: int) -> PaperLayer | None:
    """What hangs in a place before its wall (4, 96, 96), as light as that; None where it is not
    a room."""
    if place not in _WALLS or sigma >= 1:
        return None
    return hanging(_lit(*_drawn(place), sky), sigma, unit)


def _lit(day: Array, shining: NDArray[np.float32], sky: Array) -> Array:
    """In the light of a wall."""
    light = float(np.clip(1.35 * sky[:3, : PLATE // 2].mean(), _DARKEST, 1.0))
    made: Array = day.copy()
    made[:3] *= light + (1 - light) * shining
    return made


@lru_cache(maxsize=len(_WALLS))
def _drawn(place: str) -> tuple[Array, NDArray[np.float32]]:
    """A plate (4, 96, 96) of a place by day, premultiplied, and what of it shines (96, 96)."""
    x = (np.arange(PLATE) + 0.5) * PERIOD / PLATE
    y = ((np.arange(PLATE) + 0.5) * RISE / PLATE)[:, None]
    plate = np.zeros((4, PLATE, PLATE), np.float32)
    shining = np.zeros((PLATE, PLATE), np.float32)
    soft = RAMP * RISE / PLATE
    for sheet in _WALLS[place]:
        down = ((y - sheet.y) / sheet.high).clip(0, 1)
        half = (sheet.above + (sheet.below - sheet.above) * down) / 2
        beside = np.abs(x - sheet.x) - half
        away = np.maximum(beside, np.maximum(sheet.y - y, y - sheet.y - sheet.high))
        alpha = (0.5 - away / soft).clip(0, 1).astype(np.float32)
        colour = np.array((*sheet.colour, 1.0), np.float32)[:, None, None]
        plate = plate * (1 - alpha) + colour * alpha
        shining = shining * (1 - alpha) + alpha * sheet.shines
    return plate, shining
