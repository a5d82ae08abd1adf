"""A viewer who is not there: which pictures came too late, and how long the clip stood still."""

from typing import Final

from phosphene.units import Unit

GRACE_FRAMES: Final = 1
"""A picture that is later than this, in 1/fps, has missed its deadline."""


class SimulatedViewer:
    """Sees the final run of one clip as it comes.

    Its clock begins with the first picture of the run and stands while one is late. ``pictures``
    of the run have come, ``late`` of them late, for ``stalled_s`` seconds it stood still.
    """

    def __init__(self, fps: int) -> None:
        self.pictures = 0
        self.late = 0
        self.stalled_s = 0.0
        self._fps = fps
        self._began = 0.0

    def see_unit(self, unit: Unit, now: float) -> None:
        """A unit came at the time ``now``, in seconds."""
        if not unit.final:
            return
        if not self.pictures:
            self._began = now
        behind = now - (self._began + self.stalled_s + self.pictures / self._fps)
        if behind > GRACE_FRAMES / self._fps:
            self.late += 1
            # The clock of a real player stands still too, so what comes after one late picture is
            # not late as well: each stall counts once.
            self.stalled_s += behind
        self.pictures += 1
