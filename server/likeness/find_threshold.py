"""From which cosine on a face in a clip is taken for somebody's who asked to be found.

It rises with the number of those who did: each is one chance more to be like a stranger by accident
(``python -m bench.face_scan`` prints it).
"""

import math
from typing import Final

HELD: Final = 0.01
"""Of clips that show nobody who is enrolled, at most such a share is held."""
STRANGERS: Final = 2
"""Faces of strangers in one clip. Its pictures show the same ones: that three have to match keeps
out what is like somebody for a moment, and is not counted on here."""
# SFace (int8) on the AT&T set, 40 people, templates of three pictures, 15,600 pairs of strangers:
# 16 reach 0.45, one reaches 0.50. These are the upper bounds of the rates (95 %, Poisson); beyond
# the last the line through the two goes on, because the logarithm of such a tail bends downwards.
NEAR: Final = (0.45, 24.7 / 15_600)
FAR: Final = (0.50, 4.74 / 15_600)
LOWEST: Final = FAR[0]
"""As of one face against one."""
PICTURES_NEEDED: Final = 3
"""Pictures that have to match."""

_FALL: Final = math.log(NEAR[1] / FAR[1]) / (FAR[0] - NEAR[0])


def stranger_rate(cosine: float) -> float:
    """How often a stranger's face is as like a template as this, at most."""
    return min(1.0, FAR[1] * math.exp(-_FALL * (cosine - FAR[0])))


def held_share(cosine: float, enrolled: int) -> float:
    """How many of the clips that show nobody who is enrolled are held at this cosine, at most."""
    return -math.expm1(enrolled * STRANGERS * math.log1p(-stranger_rate(cosine)))


def find_threshold(enrolled: int) -> float:
    """The cosine at which that is one in a hundred, where so many people asked to be found."""
    rate = -math.expm1(math.log1p(-HELD) / (max(1, enrolled) * STRANGERS))
    return min(1.0, max(LOWEST, FAR[0] + math.log(FAR[1] / rate) / _FALL))
