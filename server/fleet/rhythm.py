"""How long a worker of another machine may be silent, by how late its heartbeats came lately."""

from typing import Final

from phosphene.fleet import names

DEVIATIONS: Final = 4.0
# The mean deviation has forgotten one late beat after eight that were in time, two seconds later.
HALF_LIFE_S: Final = 10.0
"""In which the largest lateness counts for half."""


class HeartbeatRhythm:
    """Of one worker; ``now`` is in seconds of listening (``RunningTime``).

    The time-out of TCP's retransmission (V. Jacobson, Congestion avoidance and control, SIGCOMM
    1988; RFC 6298, section 2): what is usual and four times the deviation from it, at least a
    second. What is usual is known here, ``BEAT_S``. In the place of the mean deviation stands the
    largest one of late, which fades: a busy machine is silent seldom, and then for long.
    """

    def __init__(self, now: float) -> None:
        self._heard_at = now
        self._late_s = 0.0

    def note_heartbeat(self, now: float) -> None:
        """It has beaten."""
        gap_s = now - self._heard_at
        faded_s = self._late_s * 0.5 ** (gap_s / HALF_LIFE_S)
        self._late_s = max(gap_s - names.BEAT_S, faded_s)
        self._heard_at = now

    def pardon_silence(self, now: float) -> None:
        """Nobody could be heard until now."""
        self._heard_at = now

    @property
    def patience_s(self) -> float:
        """It is lost after so much silence, from ``LOST_S`` to ``PATIENCE_S``."""
        usual = names.BEAT_S + DEVIATIONS * self._late_s
        return min(names.PATIENCE_S, max(names.LOST_S, usual))

    def is_lost(self, now: float) -> bool:
        """Whether it is silent for longer than that."""
        return now - self._heard_at > self.patience_s
