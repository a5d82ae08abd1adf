"""Decoded pictures as the luma that marks are looked for in."""

from typing import Final

import av
import numpy as np

from phosphene.watermark.embedding import Luma
from phosphene.watermark.fields import COLUMNS, ROWS

SMALLEST: Final = 32
"""Pixels across or down that a picture has at least, to be looked at."""


def grid_luma(frame: av.VideoFrame, larger: float = 1.0) -> Luma:
    """The luma of a picture in the size in which it fills the grid of a mark, or ``larger``: of
    what shows more than a clip, so that the clip in it is as large."""
    fit = min(ROWS / frame.height, COLUMNS / frame.width) * larger
    sized = frame.reformat(
        width=max(SMALLEST, round(frame.width * fit)),
        height=max(SMALLEST, round(frame.height * fit)),
        format="gray",
        interpolation="AREA" if fit < 1 else "BICUBIC",
    )
    return np.asarray(sized.to_ndarray(), np.uint8)
