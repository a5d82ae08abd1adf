"""How pictures and what they are made of lie in memory."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
