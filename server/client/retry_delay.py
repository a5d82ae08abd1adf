"""When to try again. Pure."""

from typing import Final

from phosphene.client.problems import Unreachable
from phosphene.errors import Busy, LeaseLost, PhospheneError, TooMany

FIRST_S: Final = 0.3
CAP_S: Final = 20.0


def backoff_s(attempt: int, random: float) -> float:
    """Exponential, with a jitter: never less than a third of the step, so that a crowd spreads.
    ``attempt`` is 0 for the first retry, ``random`` in 0..1."""
    # The exponent has an end: after a night without a server a float would overflow.
    step = min(CAP_S, FIRST_S * 2.0 ** min(attempt, 10))
    return step / 3 + step * random * 2 / 3


def retry_s(error: PhospheneError, attempt: int, random: float) -> float | None:
    """Seconds until the same request may be made again; None where waiting does not help."""
    if isinstance(error, Busy | TooMany):
        return max(error.retry_after_s, backoff_s(attempt, random))
    if isinstance(error, Unreachable | LeaseLost):
        return backoff_s(attempt, random)
    return None
