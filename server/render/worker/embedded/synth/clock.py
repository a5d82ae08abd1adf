"""Lengths in samples that the parts of the synthesizer share."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE: Final = 48_000
"""Samples in a second: that of Opus, so that nothing is resampled."""
QUARTER: Final = RATE // 4
"""Samples that are made at once. A quarter of a second is what becomes final at once too, so that a
steering text changes what is heard and what is seen at the same moment."""
POINTS: Final = 24
"""Control points in a quarter: 96 a second, above what the eight keys of a score can move at."""
STEP: Final = QUARTER // POINTS
TAIL: Final = 4 * RATE
"""The longest that anything rings."""
HOME: Final = 2
"""Quarters before the end in which the bed turns back to how it began, for players that loop."""
