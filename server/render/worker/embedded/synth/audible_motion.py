"""How the subjects of a clip stand, as far as it is heard: from the curve of a score."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array
from phosphene.render.worker.embedded.score import curve_at
from phosphene.render.worker.embedded.synth.clock import POINTS
from phosphene.render.worker.embedded.vocabulary import KEYS, SCORE

# How far to one side something at the edge of the picture is heard: never from one side only.
PAN: Final = 0.8
Stand = NDArray[np.float64]
"""(POINTS + 1, channels of the score): both ends of a quarter of a second are in it, since an event
between two control points belongs to the quarter in which it ends."""


def stand_of(score: Array, quarter: int) -> Stand:
    """That quarter of a second of a score, which needs to reach no further."""
    # Both ends of the quarter, and no further: the end of a second is its last key, so that a later
    # key, which may still be steered, changes nothing that was heard.
    along = (quarter * POINTS + np.arange(POINTS + 1)) * (KEYS / (4 * POINTS))
    # As the latents keep it: who takes a clip up hears the kept seconds as they were, to the bit.
    return curve_at(score.astype(np.float16), along)


class StereoPosition(Struct, frozen=True):
    """Where a subject is heard: ``near`` is a factor, ``pan`` -1 (left) to 1."""

    near: float
    pan: float


def stereo_position(stand: Stand, who: str, point: int) -> StereoPosition:
    """Large and near is louder (a doubling of its picture by 4 dB), beyond the edge it fades."""
    x, size, zoom = (stand[point, SCORE.index(name)] for name in (who + "x", who + "size", "zoom"))
    away = float(np.clip(1.6 - abs(x), 0, 1))
    return StereoPosition(
        away * 2 ** float(0.7 * size + 0.5 * zoom), float(np.clip(PAN * x, -1, 1))
    )


def sides(pan: float) -> tuple[float, float]:
    """Left and right of equal power together."""
    turn = (min(max(pan, -1.0), 1.0) + 1) * np.pi / 4
    return float(np.cos(turn)), float(np.sin(turn))
