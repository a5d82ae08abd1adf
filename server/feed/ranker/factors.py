"""Vectors of clips such that what somebody liked points at what they will like: two towers, learned
by a softmax over a sample."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

SIZE: Final = 32
FADING: Final = 0.9
STEP: Final = 0.12
FIRST: Final = 1024
SPREAD: Final = 0.1


class Factors:
    """Each clip has a vector as what is looked for and one as what was liked."""

    def __init__(self) -> None:
        self.dice = np.random.default_rng(11)
        self.out = self._start(FIRST)
        self.into = self._start(FIRST)
        self.out_square = np.full(FIRST, 0.1, np.float32)
        self.into_square = np.full(FIRST, 0.1, np.float32)

    def _start(self, rows: int) -> Floats:
        start: Floats = self.dice.normal(size=(rows, SIZE)).astype(np.float32) * SPREAD
        return start

    def make_room(self, clips: int) -> None:
        """Have room for so many."""
        while clips > len(self.out):
            more = len(self.out)
            self.out = np.concatenate([self.out, self._start(more)])
            self.into = np.concatenate([self.into, self._start(more)])
            square = np.full(more, 0.1, np.float32)
            self.out_square = np.concatenate([self.out_square, square])
            self.into_square = np.concatenate([self.into_square, square])

    def taste_of(self, liked: list[int]) -> Floats:
        """The vector of somebody who liked these, newest last."""
        if not liked:
            return np.zeros(SIZE, np.float32)
        taste: Floats = _shares(len(liked)) @ self.into[liked]
        return taste

    def move_vectors(self, liked: list[int], clips: Numbers, pull: Floats) -> None:
        """Move the vectors of ``clips``, each once, by ``pull``, the gradient of their scores."""
        taste = self.taste_of(liked)
        back = pull @ self.out[clips]
        move = pull[:, None] * taste
        self.out_square[clips] += (move * move).mean(1)
        self.out[clips] += STEP * move / np.sqrt(self.out_square[clips])[:, None]
        if liked:
            moved = _shares(len(liked))[:, None] * back
            self.into_square[liked] += (moved * moved).mean(1)
            self.into[liked] += STEP * moved / np.sqrt(self.into_square[liked])[:, None]


def _shares(count: int) -> Floats:
    shares = FADING ** np.arange(count, dtype=np.float32)[::-1]
    scaled: Floats = shares / np.sqrt((shares * shares).sum() + 1)
    return scaled
