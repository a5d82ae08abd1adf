"""What all prompts have in common: taken away, so that what is left of one says what it is about.

The directions of the greatest spread are those of all texts alike ("all but the top": Mu and
Viswanath, ICLR 2018). Made by ``python -m training.policy.background`` of prompts that nobody means
any harm by.
"""

import re
import unicodedata
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FILE: Final = Path(__file__).with_name("background.npz")
SHORTEST: Final = 3
"""Letters of a word that says something."""


class Background(Struct, frozen=True):
    """``mean``: 512; ``directions``: so many x 512; ``word_mean``: 512, of single words;
    ``weights``: how much a word tells, those that are in no harmless prompt ``rarest``."""

    mean: Floats
    directions: Floats
    word_mean: Floats
    weights: dict[str, float]
    rarest: float

    def remove_common(self, vectors: Floats) -> Floats:
        """Texts x 512, less what all have in common, each of length 1."""
        around: Floats = vectors - self.mean
        around -= (around @ self.directions.T) @ self.directions
        return unit_vectors(around)

    def word_weight(self, word: str) -> float:
        """How much a folded word tells."""
        return self.weights.get(word, self.rarest)


def load_background(path: Path = FILE) -> Background:
    """As it was made."""
    with np.load(path, allow_pickle=False) as file:
        words, told = file["words"].tolist(), file["weights"].astype(float).tolist()
        return Background(
            file["mean"].astype(np.float32),
            file["directions"].astype(np.float32),
            file["word_mean"].astype(np.float32),
            dict(zip(words, told, strict=True)),
            float(file["rarest"]),
        )


def unit_vectors(vectors: Floats) -> Floats:
    """Each row of length 1."""
    length: Floats = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
    made: Floats = vectors / (length + np.float32(1e-9))
    return made


def folded_words(text: str) -> dict[str, str]:
    """The words of a text without case and accents, each with how it is written first."""
    found: dict[str, str] = {}
    for written in re.findall(r"[^\W\d_]+", text):
        parts = unicodedata.normalize("NFKD", written.lower())
        word = "".join(c for c in parts if not unicodedata.combining(c))
        if len(word) >= SHORTEST:
            found.setdefault(word, written)
    return found
