"""Numbers that instances keep together: sums of shares, and allowances.

Two implementations: ``local_counters`` (one instance alone) and ``redis_counters``.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from phosphene.ratelimit_headers import Allowance


class AllowanceRequest(Struct, frozen=True):
    """One is wanted of a sliding allowance: ``limit`` in any ``window_s`` seconds."""

    key: str
    limit: int
    window_s: float


# Apart from the bus of messages: what is only counted needs no stream and no hint.
class SharedCounters(Protocol):
    """No method raises when nobody else can be asked: each then gives what this instance knows."""

    @property
    def is_shared(self) -> bool:
        """Whether other instances count too."""
        ...

    async def set_share(self, key: str, value: int, ttl_s: float) -> None:
        """Say this instance's share of a number (viewers of a clip); forgotten after ``ttl_s``."""
        ...

    async def sum_shares(self, key: str) -> int:
        """The sum of all instances' shares of a number, this one's included."""
        ...

    async def take_allowances(self, *asked: AllowanceRequest) -> Sequence[Allowance]:
        """Take one of each, in order, up to the first that has none left: the answers of those that
        were tried. So a refused one leaves those after it as they were."""
        ...
