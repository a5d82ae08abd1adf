"""What the keys of programs may do in a day, counted in the store: exact over all instances, and
over their restarts."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Final, Literal

from phosphene.api_keys import Counted, KeyScope, QuotaUse
from phosphene.errors import Forbidden, TooMany
from phosphene.ratelimit_headers import Allowance, note_limit

DAY_S: Final = 86400.0
SECRET_PREFIX: Final = "phosphene_"
"""Of every key: so that one in a public file is found by who looks for such."""


class KeyQuotas:
    """``take_quota`` counts a request or a clip of a key in the store, ``give_clip_back`` lets one
    go that is not drawn; ``clock`` gives seconds since the epoch."""

    def __init__(
        self,
        take_quota: Callable[[str, Counted], Awaitable[QuotaUse]],
        give_clip_back: Callable[[str], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._take_quota = take_quota
        self._give_clip_back = give_clip_back
        self._clock = clock

    async def count_request(self, key_id: str) -> None:
        """Count a request of a key. Raises TooMany: its day has no more."""
        await self._take(key_id, "requests")

    @asynccontextmanager
    async def taking_clip(self, key_id: str) -> AsyncIterator[None]:
        """Count a clip of a key, unless what is within fails. Raises TooMany: its day has no
        more."""
        await self._take(key_id, "clips")
        made = False
        try:
            yield
            made = True
        finally:
            if not made:
                await self._give_clip_back(key_id)

    async def _take(self, key_id: str, what: Counted) -> None:
        use = await self._take_quota(key_id, what)
        left_s = DAY_S - self._clock() % DAY_S
        self._note(use, what, left_s)
        if not use.granted:
            raise TooMany(_spent(use.limit, what), left_s)

    def _note(self, use: QuotaUse, what: Counted, left_s: float) -> None:
        allowance = Allowance(0.0 if use.granted else left_s, use.left, left_s)
        policy = f"key-{what}"
        note_limit(policy, allowance, f'"{policy}";q={use.limit};w={DAY_S:.0f}')


def check_scope(held: Collection[KeyScope], asked: KeyScope | Literal["any", "none"]) -> None:
    """Whether a key may do what is for keys with a scope, any or none. Raises Forbidden."""
    if asked == "none":
        raise Forbidden("no API key may do this: it is for people")
    if asked not in {"any", *held}:
        raise Forbidden(f"this API key may not do this: it needs the scope {asked}")


def _spent(limit: int, what: Counted) -> str:
    if what == "requests":
        return (
            f"this API key may have {limit} requests a day, and had them: its next day begins at"
            " midnight UTC"
        )
    return (
        f"this API key may have {limit} clips a day, and had them: its next day begins at midnight"
        " UTC"
    )
