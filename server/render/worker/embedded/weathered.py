"""What weather does to the paper of a place: snow lies on it, fog fades it with distance, rain and
storm darken it; the compositor's, as clouds are. Pure."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from phosphene.render.worker.embedded.arrays import LUMA, Array
from phosphene.render.worker.embedded.vocabulary import PLATE

_WHITE: Final = np.array([0.94, 0.96, 1.0])
_DEEP: Final = 7.0
"""Plate pixels from an upper edge within which most of the snow lies."""
_WET: Final = frozenset(("sea", "lake", "waterfall", "underwater"))
"""Places on whose ground no snow stays."""


class Veil(Struct, frozen=True):
    """How much of silhouettes is hidden, from the farthest to the nearest (0..1): `all` of each,
    and `edges`, what lies on top of each; how far from black to `white` its colour is."""

    all: tuple[float, float, float]
    edges: tuple[float, float, float] = (0.0, 0.0, 0.0)
    white: float = 0.0


_VEILS: Final[Mapping[str, Veil]] = {
    "snow": Veil((0.5, 0.52, 0.55), (0.45, 0.5, 0.5), 0.95),
    "fog": Veil((0.85, 0.7, 0.45), white=0.9),
    "rain": Veil((0.2, 0.16, 0.16)),
    "storm": Veil((0.42, 0.36, 0.36)),
}
_WATER: Final = Veil((0.3, 0.15, 0.0), (0.4, 0.2, 0.0), 0.95)
"""Snow over water."""
SWELLS: Final[Mapping[str, float]] = {"snow": 2.6, "leaves": 1.5}
"""How much larger is what falls: a flake of a few points is not seen on a phone."""


def veil_of(place: str, weather: str) -> Veil | None:
    """That of a weather in a place, None where there is none."""
    return _WATER if weather == "snow" and place in _WET else _VEILS.get(weather)


def weathered(plate: Array, sky: Array, veil: Veil | None, depth: int, sigma: float) -> Array:
    """A silhouette (4, 96, 96), premultiplied, under a sky (4, 96, 96). `depth`: 0 for the
    farthest to 2 for the nearest; it comes as the picture forms."""
    there = 1 - min(sigma, 1.0)
    if veil is None or not there:
        return plate
    light = float(LUMA @ sky[:3, PLATE // 3 : PLATE * 2 // 3].mean((1, 2)))
    colour = _WHITE * (0.4 + 0.6 * light) * veil.white
    alpha = plate[3:]
    hidden = veil.all[depth] + veil.edges[depth] * np.exp(-np.cumsum(alpha, 1) / _DEEP)
    part = (there * hidden).clip(0, 1).astype(np.float32)
    made: Array = plate.copy()
    made[:3] += part * (colour.astype(np.float32)[:, None, None] * alpha - plate[:3])
    return made
