"""A sliding allowance: at most so many in any window of so many seconds. Imports nothing ours."""

from collections import deque


class Window:
    """The grants of one key that still count. Exact: no burst at the edge of a fixed window.

    A refused try costs nothing, so that a client that waits as long as it was told gets in.
    """

    def __init__(self) -> None:
        self._grants: deque[float] = deque()

    def try_take(self, now: float, limit: int, window_s: float) -> float:
        """Take one at time ``now`` (seconds, any clock); 0.0 when granted, else seconds to wait."""
        if self._grants:
            now = max(now, self._grants[-1])
        while self._grants and self._grants[0] + window_s <= now:
            self._grants.popleft()
        if limit <= 0:
            return window_s
        # A fixed window would let twice as many through about its edge.
        if len(self._grants) < limit:
            self._grants.append(now)
            return 0.0
        return self._grants[len(self._grants) - limit] + window_s - now

    def remaining(self, limit: int) -> int:
        """How many more may be taken, as of the last try."""
        return max(0, limit - len(self._grants))

    def restored_in(self, now: float, window_s: float) -> float:
        """Seconds until the oldest grant counts no more."""
        return max(0.0, self._grants[0] + window_s - now) if self._grants else window_s

    def is_idle(self, now: float, window_s: float) -> bool:
        """Whether nothing counts any more, so that the window may be forgotten."""
        return not self._grants or self._grants[-1] + window_s <= now
