"""Clouds of paper that hang in the sky of bad weather; the compositor's, as shadows are."""

import math
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import LUMA, Array
from phosphene.render.worker.embedded.paper import PERIOD, RAMP, RISE, PaperLayer, hanging
from phosphene.render.worker.embedded.sky_cover import Cover
from phosphene.render.worker.embedded.vocabulary import PLATE

# Lowest units of the bank, radius of its bumps, how many there are, and how light its paper is: the
# one behind reaches lower.
_BANKS: Final = ((2.5, 1.15, 8, 1.06), (1.35, 1.05, 9, 0.9))
_WHITE: Final = np.array([0.93, 0.95, 0.99])
_SPARK: Final = np.array([1.0, 0.93, 0.56], np.float32)
_BOLTS: Final = (2.6, 8.7)
"""Where lightning comes from, in units: so far apart that one is always in the frame."""
_ZIGZAG: Final = ((0.1, 1.6), (-0.5, 3.3), (0.25, 3.15), (-0.35, 5.2), (0.1, 5.1), (-0.45, 6.6))
"""How it goes, in units."""
Bank = tuple[NDArray[np.float64], NDArray[np.float64]]
"""How light its paper is, premultiplied, and its alpha: (96, 96) each."""


def clouds(sky: Array, cover: Cover, sigma: float, unit: int) -> list[PaperLayer]:
    """The banks of a sky (4, 96, 96) from back to front; of a picture that forms they come with
    the rest of it."""
    if cover.pale is None:
        return []
    colour = _colour(sky, cover)
    plates = [
        _coloured(_bank(low, radius, count), colour * light) for low, radius, count, light in _BANKS
    ]
    if cover.lightning:
        plates[-1] = _over(plates[-1], _coloured(_bolts(), _SPARK))
    return [hanging(plate, sigma, unit) for plate in plates]


def _over(above: Array, below: Array) -> Array:
    """Premultiplied paper before other paper."""
    made: Array = above + below * (1 - above[3:])
    return made


def _colour(sky: Array, cover: Cover) -> Array:
    """Of their paper: the sky's, greyed, so that they are dark at night and warm at dawn."""
    top = sky[:3, : PLATE // 2].mean((1, 2)).astype(np.float64)
    grey = 0.35 * top + 0.65 * (LUMA @ top)
    light = grey + (cover.pale or 0.0) * (_WHITE * (0.25 + LUMA @ top) - grey)
    paper: Array = (light * (1 - cover.darker)).clip(0, 1).astype(np.float32)
    return paper


def _coloured(bank: Bank, colour: Array) -> Array:
    """A plate (4, 96, 96), premultiplied, as of a silhouette."""
    shade, alpha = bank
    made: Array = np.concatenate((colour[:, None, None] * shade, alpha[None])).astype(np.float32)
    return made


@lru_cache(maxsize=1)
def _bolts() -> Bank:
    """Lightning of paper, thinner further down."""
    x = (np.arange(PLATE) + 0.5) * PERIOD / PLATE
    y = ((np.arange(PLATE) + 0.5) * RISE / PLATE)[:, None]
    soft = RAMP * RISE / PLATE
    alpha = np.zeros((PLATE, PLATE))
    for at in _BOLTS:
        for (x0, y0), (x1, y1) in pairwise(_ZIGZAG):
            along = ((x - at - x0) * (x1 - x0) + (y - y0) * (y1 - y0)).astype(np.float64)
            part = (along / ((x1 - x0) ** 2 + (y1 - y0) ** 2)).clip(0, 1)
            away = np.hypot(x - at - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0))
            alpha = np.maximum(alpha, 0.5 + (0.34 - 0.035 * y - away) / soft)
    alpha = alpha.clip(0, 1)
    return alpha, alpha


# The two of every clip and of each of its noise levels.
@lru_cache(maxsize=len(_BANKS))
def _bank(low: float, radius: float, count: int) -> Bank:
    """Bumps on the underside of paper."""
    x = (np.arange(PLATE) + 0.5) * PERIOD / PLATE
    y = ((np.arange(PLATE) + 0.5) * RISE / PLATE)[:, None]
    soft = RAMP * RISE / PLATE
    alpha = (0.5 + (low - y) / soft) * np.ones_like(x)
    for k in range(count):
        at = (k + 0.22 * math.sin(5.0 * k + count)) * PERIOD / count
        down = low - 0.25 + 0.3 * math.sin(3.0 * k + count)
        away = np.abs(x - at) % PERIOD
        distance = np.hypot(np.minimum(away, PERIOD - away), y - down)
        size = radius * (1 + 0.22 * math.sin(7.0 * k + count))
        alpha = np.maximum(alpha, 0.5 + (size - distance) / soft)
    alpha = alpha.clip(0, 1)
    # Lighter below, where a sheet bends towards the light.
    return (0.9 + 0.12 * (y / (low + radius)).clip(0, 1)) * alpha, alpha
