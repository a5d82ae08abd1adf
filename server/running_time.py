"""Time that counts only while whoever listens does run: who was stopped, or waited for the
processor, heard nobody meanwhile, and that is no sign of the others' death. Imports nothing ours.
"""


class RunningTime:
    """A clock that is moved on by each round of listening; ``now`` is in seconds, on any clock.

    ``round_s`` is the longest that a round takes as long as nothing holds it up: of a longer one no
    more counts.
    """

    def __init__(self, round_s: float, now: float) -> None:
        self.seconds = 0.0
        self._round_s = round_s
        self._at = now

    def end_round(self, now: float) -> float:
        """One more round is over; the seconds of listening until now."""
        self.seconds, self._at = self.read(now), now
        return self.seconds

    def read(self, now: float) -> float:
        """The seconds of listening until now, within a round."""
        return self.seconds + min(max(0.0, now - self._at), self._round_s)
