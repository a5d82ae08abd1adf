"""The numbers of one instance alone."""

from collections.abc import Callable, Sequence
from time import monotonic

from phosphene.bus.counters import AllowanceRequest
from phosphene.ratelimit_headers import Allowance
from phosphene.sliding_window import Window

# Swept when they have doubled, so that a visit costs a constant on average, however many addresses
# come.
SWEEP_AT = 1024


class LocalCounters:
    """Implements ``SharedCounters`` within this process; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._shares: dict[str, tuple[int, float]] = {}
        self._windows: dict[str, tuple[Window, float]] = {}
        self._sweep_at = SWEEP_AT

    @property
    def is_shared(self) -> bool:
        return False

    @property
    def allowances_kept(self) -> int:
        """How many allowances are kept."""
        return len(self._windows)

    async def set_share(self, key: str, value: int, ttl_s: float) -> None:
        now = self._clock()
        self._shares = {kept: share for kept, share in self._shares.items() if share[1] > now}
        self._shares.pop(key, None)
        if value:
            self._shares[key] = (value, now + ttl_s)

    async def sum_shares(self, key: str) -> int:
        value, until = self._shares.get(key, (0, 0.0))
        return value if until > self._clock() else 0

    async def take_allowances(self, *asked: AllowanceRequest) -> Sequence[Allowance]:
        taken = list[Allowance]()
        for one in asked:
            taken.append(self._take(one))
            if taken[-1].wait_s > 0:
                break
        return taken

    def _take(self, asked: AllowanceRequest) -> Allowance:
        if len(self._windows) >= self._sweep_at:
            self._sweep()
        limit, window_s = asked.limit, asked.window_s
        window, _ = self._windows.setdefault(asked.key, (Window(), window_s))
        now = self._clock()
        wait = window.try_take(now, limit, window_s)
        return Allowance(wait, window.remaining(limit), wait or window.restored_in(now, window_s))

    def _sweep(self) -> None:
        """Forget the allowances that are whole again."""
        now = self._clock()
        self._windows = {
            key: (window, window_s)
            for key, (window, window_s) in self._windows.items()
            if not window.is_idle(now, window_s)
        }
        # Or with 1,024 that are all in use every further visit would sweep.
        self._sweep_at = max(SWEEP_AT, 2 * len(self._windows))
