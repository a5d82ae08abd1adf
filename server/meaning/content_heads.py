"""What tells a prompt that breaks a category from one about the same subject that does not: a
linear head for each on the vector of the text. Made by ``python -m training.policy.heads``, which
wrote training/policy/heads.report."""

from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct

from phosphene.meaning.background import Floats
from phosphene.meaning.meaning_messages import HeadScore

FILE: Final = Path(__file__).with_name("content_heads.npz")


class ContentHeads(Struct, frozen=True):
    """``weights``: categories x 513, the last a constant; ``limits``: from which on a text breaks
    the category; ``calm``: below which it is innocent, whatever its words."""

    names: tuple[str, ...]
    weights: Floats
    limits: Floats
    calm: Floats

    def score_heads(self, vector: Floats) -> dict[str, HeadScore]:
        """What each category's head says of a text. ``vector``: 512, of length 1."""
        found = self.weights[:, :-1] @ vector + self.weights[:, -1]
        return {
            name: HeadScore(float(found[at]), float(self.limits[at]), float(self.calm[at]))
            for at, name in enumerate(self.names)
        }


def load_heads(path: Path = FILE) -> ContentHeads:
    """As they were made."""
    with np.load(path, allow_pickle=False) as file:
        names = tuple(file["names"].tolist())
        weights = file["weights"].astype(np.float32)
        limits, calm = file["limits"].astype(np.float32), file["calm"].astype(np.float32)
        return ContentHeads(names, weights, limits, calm)
