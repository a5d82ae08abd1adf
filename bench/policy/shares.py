"""Shares of samples, with what they may be in truth."""

from msgspec import Struct

from training.intervals import wilson_interval


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
