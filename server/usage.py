"""How much of the data folder is used, and how much may be."""

import os
import shutil
from math import inf
from pathlib import Path
from typing import Final

GB: Final = 1e9

SPARE: Final = int(GB)
"""Bytes that stay free on the disk, for the log of the database and what is being made."""

MARK: Final = 0.8
"""Of the budget: what is above it is said to go, so that it goes before there is no room."""


class Usage:
    """Bytes of the data folder as they were last measured, and how many there may be."""

    def __init__(self, budget_gb: float) -> None:
        self._most = budget_gb * GB or inf
        self.used = 0
        self.budget = self._most

    @property
    def full(self) -> bool:
        """Whether nothing more may be kept."""
        return self.used >= self.budget

    def measure(self, folder: Path) -> None:
        """Look at every file below ``folder``: call it from a thread. Raises OSError."""
        self.used = used_bytes(folder)
        self.budget = min(self._most, self.used + shutil.disk_usage(folder).free - SPARE)


def used_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; what goes meanwhile counts nothing."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_size
            except FileNotFoundError:
                continue
    return total
