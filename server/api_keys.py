"""API keys, by which programs of the operator's ask: what each may do, and how often."""

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from phosphene.model import Handle

KeyScope = Literal["clips:write", "clips:read-private", "comments:write"]
"""What an API key may do beside what everybody may."""


class NewApiKey(Struct, frozen=True, kw_only=True):
    """``account``: the name of the account that the key opens, which is made where nobody has it;
    several keys may open one."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    account: Handle = "api_bot"
    scopes: Sequence[KeyScope] = ("clips:write",)
    requests_per_day: Annotated[int, Meta(ge=1, le=10_000_000)] = 10_000
    clips_per_day: Annotated[int, Meta(ge=0, le=100_000)] = 100


class ApiKey(Struct, frozen=True, kw_only=True):
    """Times in seconds since the epoch; ``used_at``: when it was last used. Days are of UTC."""

    id: str
    name: str
    account: str
    scopes: Sequence[KeyScope]
    requests_per_day: int
    clips_per_day: int
    created_at: float
    used_at: float | None = None
    revoked_at: float | None = None
    requests_today: int = 0
    clips_today: int = 0


class ApiKeys(Struct, frozen=True):
    keys: Sequence[ApiKey]


class MadeApiKey(Struct, frozen=True):
    """``secret``, which goes into ``Authorization: Bearer``, is told this once."""

    key: ApiKey
    secret: str


Counted = Literal["requests", "clips"]
"""Of what a key may have so many in a day."""


class QuotaUse(Struct, frozen=True):
    """Whether one more was granted, of how many a day (UTC), and how many are left of it."""

    granted: bool
    limit: int
    left: int


def join_scopes(scopes: Sequence[KeyScope]) -> str:
    """As they are stored."""
    return " ".join(one for one in get_args(KeyScope) if one in scopes)


def split_scopes(stored: str) -> tuple[KeyScope, ...]:
    """Those that this release knows: of a newer one there may be others."""
    return tuple(one for one in get_args(KeyScope) if one in stored.split())
