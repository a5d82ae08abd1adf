"""Weights of named terms, learned online in steps that shrink (AdaGrad, Duchi and others 2011)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FIRST_SQUARE: Final = 1e-2


class TermWeights:
    """One weight for each of some terms."""

    def __init__(self, first: Floats, step: float) -> None:
        self.values: Floats = first.copy()
        self.square: Floats = np.full(len(first), FIRST_SQUARE, np.float32)
        self._step = step

    def follow_gradient(self, gradient: Floats) -> None:
        """Go up a gradient."""
        self.square += gradient * gradient
        self.values += self._step * gradient / np.sqrt(self.square)
