"""What hangs in the air over the ground of a silhouette gets what it stands on: posts of lamps and
stems of flowers are thinner than a point of a plate, and are lost where paper is cut."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.render.worker.embedded.arrays import Array

_CUT: Final = 0.5
_DARK: Final = 0.45
"""How light a stem is, beside what it carries."""
_WIDEST: Final = 12
"""Plate pixels; what is wider, a cloud or a bough, is none that stands on a stem."""
_REACH: Final = 40
_GAP: Final = 3
"""The longest stem, and the shortest, in plate pixels."""


def with_stems(plate: Array) -> Array:
    """A silhouette (4, 96, 96), premultiplied, periodic in x, whose loose pieces stand."""
    solid = plate[3] > _CUT
    top = solid.argmax(0)
    # Down from its upper edge: where the piece ends, and where the paper below it begins.
    below = np.arange(len(solid))[:, None] > top
    end = np.where(below & ~solid, np.arange(len(solid))[:, None], len(solid)).min(0)
    open_ = np.arange(len(solid))[:, None] > end
    ground = np.where(open_ & solid, np.arange(len(solid))[:, None], len(solid)).min(0)
    loose = (ground < len(solid)) & (ground - end <= _REACH) & (ground - end >= _GAP)
    made = plate
    for left, right in _runs(loose & solid.any(0)):
        middle = (left + right) // 2 % len(end)
        piece = solid[top[middle] : end[middle]]
        # What is held at its side, the bowl of a fountain, stands on no stem.
        held = piece[:, [left - 1, right % len(end)]].any()
        if right - left <= _WIDEST and not held:
            made = made.copy() if made is plate else made
            _stand(made, middle, int(end[middle]), int(ground[middle]))
    return made


def _stand(plate: Array, column: int, end: int, ground: int) -> None:
    dark = plate[:3, max(0, end - 3), column] * _DARK
    plate[:3, end - 1 : ground + 1, column] = dark[:, None]
    plate[3, end - 1 : ground + 1, column] = 1.0


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First columns and those after the last of what is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
