"""What is left of an allowance, and how HTTP says it (draft-ietf-httpapi-ratelimit-headers-11)."""

import math
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

from msgspec import Struct


class Allowance(Struct, frozen=True):
    """An answer of a rate limit: ``wait_s`` is 0 where it was granted; no more than ``remaining``
    may be taken in the next ``window_s`` seconds."""

    wait_s: float
    remaining: int
    window_s: float


class ServiceLimit(Struct, frozen=True):
    """What a policy, which RateLimit-Policy names, leaves to whom a request was counted for.
    ``stated``: the policy as that header has it, where it is no operation's own."""

    policy: str
    allowance: Allowance
    stated: str = ""


# A list and no value that is replaced: an endpoint may count in a task of its own, which has a copy
# of the context but the same list. Handing it through every endpoint instead would put a parameter
# into 11 calls that have no use for it.
SERVICE_LIMITS: Final[ContextVar[list[ServiceLimit]]] = ContextVar("service_limits")


def note_limit(policy: str, allowance: Allowance, stated: str = "") -> None:
    """Say it in the answer to the request that is served now, if one is. ``stated`` as of
    ``ServiceLimit``."""
    if (limits := SERVICE_LIMITS.get(None)) is not None:
        limits.append(ServiceLimit(policy, allowance, stated))


def rate_limit_field(limits: Iterable[ServiceLimit]) -> str:
    """The value of RateLimit; seconds are rounded up, so that who waits gets in."""
    return ", ".join(
        f'"{one.policy}";r={one.allowance.remaining};t={math.ceil(one.allowance.window_s)}'
        for one in limits
    )
