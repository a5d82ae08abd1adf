"""Which clips go with which: counts of pairs, the strongest of each clip kept."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 256
"""Neighbours of a clip at most; 48 lose a quarter of the hits in a replay."""
NARROW: Final = 8
EVICTED: Final = WIDTH // 4

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]
_NO_IDS: Final = np.zeros(0, np.int32)
_NO_COUNTS: Final = np.zeros(0, np.float32)


class Neighbours:
    """For each clip, other clips and how much of the reactions joined the two."""

    def __init__(self) -> None:
        self.ids: dict[int, Ids] = {}
        self.counts: dict[int, Floats] = {}
        self.used: dict[int, int] = {}
        self.total: dict[int, float] = {}

    def count_pair(self, clip: int, other: int, by: float) -> None:
        """Join ``other`` to ``clip``, in one direction."""
        used = self.used.get(clip, 0)
        self.total[clip] = self.total.get(clip, 0.0) + by
        if used:
            ids = self.ids[clip]
            at = int((ids[:used] == other).argmax())
            if ids[at] == other:
                self.counts[clip][at] += by
                return
        if used == WIDTH:
            used = self._evict(clip)
        elif not used or used == len(self.ids[clip]):
            self._widen(clip, used)
        self.ids[clip][used] = other
        self.counts[clip][used] = by
        self.used[clip] = used + 1

    def _widen(self, clip: int, used: int) -> None:
        width = min(WIDTH, max(NARROW, 2 * used))
        ids, counts = np.zeros(width, np.int32), np.zeros(width, np.float32)
        if used:
            ids[:used], counts[:used] = self.ids[clip], self.counts[clip]
        self.ids[clip], self.counts[clip] = ids, counts

    def _evict(self, clip: int) -> int:
        """Forget the weakest quarter; how many are left."""
        kept = np.sort(np.argpartition(self.counts[clip], EVICTED)[EVICTED:])
        self.ids[clip][: len(kept)] = self.ids[clip][kept]
        self.counts[clip][: len(kept)] = self.counts[clip][kept]
        return len(kept)

    def neighbours_of(self, clip: int) -> tuple[Ids, Floats]:
        """The neighbours of a clip and their counts, in no order."""
        used = self.used.get(clip, 0)
        if not used:
            return _NO_IDS, _NO_COUNTS
        return self.ids[clip][:used], self.counts[clip][:used]
