"""How much of the data folder is used, and how much may be."""

import os
import shutil
from math import inf
from pathlib import Path
from typing import Final

from phosphene.blobs.blobs import StoredBytes

GB: Final = 1e9

SPARE: Final = int(GB)
SPARE_SHARE: Final = 0.05
"""Bytes that stay free on the disk, for the log of the database and what is being made, but no
more than so much of a small disk: else nothing could ever be kept there."""

SLACK: Final = 0.2
"""Of the budget: at least so much is kept free by what goes before there is no room."""

# With a week's notice a day of 15 GB asks for more than a budget of 100 GB: without this bound
# every clip would be told that it goes.
MOST_SLACK: Final = 0.5

DAY_S: Final = 86400.0


class Usage:
    """Bytes of the data folder as they were last measured, of which those of the last day, and how
    many there may be."""

    def __init__(self, budget_gb: float) -> None:
        self._most = budget_gb * GB or inf
        self.used = 0
        self.day_bytes = 0
        self.budget = self._most
        self._disk_full = False

    @property
    def is_full(self) -> bool:
        """Whether nothing more may be kept."""
        return self.used >= self.budget or self._disk_full

    def keep_below(self, notice_days: float) -> float:
        """What is above so many bytes is to go: then what comes while its authors are told finds
        room, if it comes as on the last day."""
        if self.budget == inf:
            return inf
        # As much as comes in the days between the word and the removal: nothing goes before its
        # time, so what is made meanwhile must fit.
        slack = max(SLACK * self.budget, self.day_bytes * notice_days)
        return self.budget - min(slack, MOST_SLACK * self.budget)

    def measure_folder(
        self, folder: Path, now: float, elsewhere: StoredBytes | None = None
    ) -> None:
        """Look at every file below ``folder``: call it from a thread; ``elsewhere`` is what films
        take that lie in no folder. Raises OSError."""
        self.used, self.day_bytes = used_bytes(folder, now - DAY_S)
        disk = shutil.disk_usage(folder)
        spare = min(SPARE, int(SPARE_SHARE * disk.total))
        if elsewhere is not None:
            # The disk holds the database alone: that no clip goes makes no room there, but without
            # room none can be told.
            self.used += elsewhere.total
            self.day_bytes += elsewhere.fresh
            self._disk_full = disk.free < spare
            return
        # What the disk can still take counts too: a budget of 100 GB on a disk of 40 would end in
        # failed writes, of the database first.
        self.budget = min(self._most, self.used + disk.free - spare)


def used_bytes(folder: Path, since: float) -> tuple[int, int]:
    """Bytes of all files below a folder, and of those in its subfolders that were written since;
    what goes meanwhile counts nothing."""
    total = fresh = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                found = os.lstat(os.path.join(where, name))
            except FileNotFoundError:
                continue
            total += found.st_size
            # Not what lies in the folder itself: the database is written all day, and all of it
            # would count as made on that day.
            if found.st_mtime >= since and where != str(folder):
                fresh += found.st_size
    return total, fresh
