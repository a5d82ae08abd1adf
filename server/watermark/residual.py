"""What is left of pictures without their own content: where a mark stands out."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.watermark.fields import Field

AROUND: Final = 4
"""Pixels on each side of one that its surroundings are averaged over: half of a middle wave."""
NEIGHBOURHOOD: Final = 8
# An edge of a picture is a hundred times as high as a mark; what it says of the mark is nothing.
EDGE: Final = 2.0
QUIET: Final = 0.05


def residual_of(luma: NDArray[np.uint8]) -> Field:
    """The luma less its surroundings, edges cut down, as strong everywhere."""
    plain = luma.astype(np.float64)
    rest = np.clip(plain - box_mean(plain, AROUND), -EDGE, EDGE)
    return evened(rest)


def evened(rest: NDArray[np.floating]) -> Field:
    """As strong in each neighbourhood: grass is not to outvote the sky."""
    power = box_mean(np.square(rest, dtype=np.float64), NEIGHBOURHOOD)
    return (rest / np.sqrt(np.maximum(power, 0) + QUIET)).astype(np.float32)


def box_mean(values: NDArray[np.float64], radius: int) -> NDArray[np.float64]:
    """The mean of the square around each value (summed-area table, Crow 1984)."""
    side = 2 * radius + 1
    padded = np.pad(values, ((radius + 1, radius), (radius + 1, radius)), mode="edge")
    sums = padded.cumsum(0).cumsum(1)
    inner = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(inner / side**2)
