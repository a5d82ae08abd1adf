"""How pictures and what they are made of lie in memory."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
LUMA: Final = np.array([0.2126, 0.7152, 0.0722])
"""How much of it red, green and blue are (BT.709)."""
