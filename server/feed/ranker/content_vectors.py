"""What clips mean, as vectors of their prompts, so that a clip that nobody has seen is near those
that it is like. Without an encoder all are 0, and a clip's words stand for it (``columns``)."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

AXES: Final = 64
COARSE: Final = 24
"""The first axes tell most: by these all clips are looked over."""
FIRST: Final = 1024
FADING: Final = 0.9
"""What an earlier like counts for each later one."""
NEAREST: Final = 20
"""Likes of which the one that is nearest to a clip counts."""


class ContentVectors:
    """A row for each clip. ``used``: whether there is an encoder."""

    def __init__(self) -> None:
        self.rows: Floats = np.zeros((FIRST, AXES), np.float32)
        # Beside each other in memory: 0.15 ms for 100,000 clips, of the rows 1.1.
        self._coarse: Floats = np.zeros((COARSE, FIRST), np.float32)
        self.used = False

    def set_vector(self, clip: int, vector: Floats) -> None:
        """What a clip means; ``make_room`` first."""
        self.rows[clip] = vector.astype(np.float16)  # as a snapshot has it
        self._coarse[:, clip] = self.rows[clip, :COARSE]
        self.used = True

    def set_vectors(self, vectors: Floats) -> None:
        """What the first clips mean; ``make_room`` first."""
        self.rows[: len(vectors)] = vectors
        self._coarse[:, : len(vectors)] = self.rows[: len(vectors), :COARSE].T

    def rough_worth(self, worth: Floats, clips: int) -> Floats:
        """What about the first so many clips are worth of which each axis is worth so much."""
        found: Floats = worth[:COARSE] @ self._coarse[:, :clips]
        return found

    def make_room(self, clips: int) -> None:
        """Have room for so many."""
        while clips > len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self._coarse = np.concatenate([self._coarse, np.zeros_like(self._coarse)], axis=1)

    def taste_of(self, liked: list[int]) -> Floats:
        """What those mean together that somebody liked, newest last."""
        if not liked:
            return np.zeros(AXES, np.float32)
        taste: Floats = _shares(len(liked)) @ self.rows[liked]
        return taste

    def likeness_of_one(self, clip: int, liked: list[int]) -> tuple[float, float]:
        """The same of one clip as ``likeness_of``."""
        if not self.used or not liked:
            return 0.0, 0.0
        alike = self.rows[liked] @ self.rows[clip]
        return float(_shares(len(liked)) @ alike), max(0.0, float(alike[-NEAREST:].max()))

    def likeness_of(self, some: Numbers, liked: list[int]) -> tuple[Floats, Floats]:
        """For each clip how much it means the same as what somebody liked: as all of it, and as the
        nearest of their last likes."""
        nothing = np.zeros(len(some), np.float32)
        if not self.used or not liked:
            return nothing, nothing
        rows = self.rows[some]
        nearest: Floats = np.maximum(0, (rows @ self.rows[liked[-NEAREST:]].T).max(1))
        return rows @ self.taste_of(liked), nearest


@cache
def _shares(count: int) -> Floats:
    shares = FADING ** np.arange(count, dtype=np.float32)[::-1]
    scaled: Floats = shares / shares.sum()
    return scaled
