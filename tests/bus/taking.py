"""One allowance of counters."""

from phosphene.bus.counters import AllowanceRequest, SharedCounters
from phosphene.ratelimit_headers import Allowance


async def take_one(counters: SharedCounters, key: str, *, limit: int, window_s: float) -> Allowance:
    """What came of asking for one."""
    (taken,) = await counters.take_allowances(AllowanceRequest(key, limit, window_s))
    return taken
