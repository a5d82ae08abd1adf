"""How much of the cores a clip on air keeps busy, all in: pictures, steps, files, messages."""

from typing import Final

ENOUGH_S: Final = 4.0
"""Seconds that clips must have been on air, in sum, before anything can be said."""


class CpuLoad:
    """Measured from the CPU time of the whole process, so that it is the same beside other work."""

    def __init__(self) -> None:
        self._on_air = 0
        self._others = 0
        self._at = 0.0
        self._cpu = 0.0
        self._clips_s = 0.0
        self._busy_s = 0.0

    def count_clip(self, now: float, cpu: float, *, live: bool, by: int) -> None:
        """A clip comes (``by`` 1) or goes (-1) at the time ``now``, when the process had ``cpu``
        seconds of CPU. While a clip is made as a file, as fast as it can be, nothing counts."""
        if self._on_air and not self._others:
            self._clips_s += self._on_air * (now - self._at)
            self._busy_s += cpu - self._cpu
        self._at, self._cpu = now, cpu
        if live:
            self._on_air += by
        else:
            self._others += by

    def take_load(self) -> float | None:
        """Cores per clip on air since the last answer; None while too little was seen."""
        if self._clips_s < ENOUGH_S:
            return None
        load = self._busy_s / self._clips_s
        self._clips_s = self._busy_s = 0.0
        return load
