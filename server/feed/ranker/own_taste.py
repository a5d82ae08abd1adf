"""A person's own taste: a Gaussian process over their last reactions, linear in the features of the
clips (Rasmussen and Williams, 2006, chapter 2)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.feed.ranker.columns import AUTHOR, COLUMNS, FEATURES, SUBJECT
from phosphene.feed.ranker.person import HELD

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

NOISE: Final = 0.25
"""Variance of a reaction around what its person's taste foretells."""
FADING: Final = 0.97
"""What a reaction counts when one more has followed it."""
DOUBTS: Final = (NOISE / FADING ** np.arange(HELD)[::-1]).astype(np.float32)
"""The same of each reaction, the newest last."""


def _prior() -> Floats:
    prior = np.full(COLUMNS, 0.015, np.float32)
    prior[SUBJECT] = 0.08
    prior[AUTHOR + 1 :] = 0.006
    return prior


PRIOR: Final = _prior()
"""Variance of how much a feature matters to somebody, by its column."""


def own_taste(features: NDArray[np.int32], surplus: Floats) -> tuple[Ids, Floats]:
    """What each feature is worth to whoever reacted so.

    Args:
        features: COLUMNS x reactions, the oldest first; 0 for none.
        surplus: what of each reaction everybody's taste does not explain.

    Returns:
        Features, each once, and their worth.
    """
    count = features.shape[1]
    # Counted and not sorted, which takes twice as long.
    ids = np.bincount(features.ravel(), minlength=FEATURES).nonzero()[0]
    if not count or (len(ids) == 1 and not ids[0]):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    place = np.empty(FEATURES, np.intp)
    place[ids] = np.arange(len(ids))
    at = place[features]
    has = np.zeros((count, len(ids)), np.float32)
    has[np.arange(count), at] = 1
    variance = np.empty(len(ids), np.float32)
    variance[at] = PRIOR[:, None]
    variance[ids == 0] = 0
    scaled = has * variance
    joint = scaled @ has.T
    joint.ravel()[:: count + 1] += DOUBTS[-count:]
    worth: Floats = np.linalg.solve(joint, surplus) @ scaled
    return ids, worth
