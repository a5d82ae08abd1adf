"""What a share of a sample may be in truth."""

import math
from typing import Final

Z95: Final = 1.959964


def wilson_interval(hits: int, count: int, z: float = Z95) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927), each end from 0 to 1; also of 0 and of all, and
    of nothing, where it may be any."""
    if not count:
        return 0.0, 1.0
    share, spread = hits / count, z * z / count
    centre = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    low, high = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    # Rounding would else leave 1e-17 of nothing.
    return (0.0 if hits == 0 else low), (1.0 if hits == count else high)
