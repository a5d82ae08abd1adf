"""Shares of samples, with what they may be in truth."""

import math
from typing import Final

from msgspec import Struct

Z95: Final = 1.959964


class Share(Struct, frozen=True):
    """``hits`` of ``count``."""

    hits: int
    count: int

    def __str__(self) -> str:
        if not self.count:
            return "none tried"
        low, high = wilson_interval(self.hits, self.count)
        share = 100 * self.hits / self.count
        return f"{self.hits}/{self.count} = {share:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def wilson_interval(hits: int, count: int, z: float = Z95) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927), each end from 0 to 1; also of 0 and of all."""
    share, spread = hits / count, z * z / count
    centre = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    low, high = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    # Rounding would else leave 1e-17 of nothing.
    return (0.0 if hits == 0 else low), (1.0 if hits == count else high)
