"""How much one person, and one address, may ask for in a while."""

import math
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, Literal

from phosphene.bus.counters import AllowanceRequest, SharedCounters
from phosphene.errors import TooMany
from phosphene.ratelimit_headers import note_limit
from phosphene.settings import Settings

Kind = Literal[
    "prompt",
    "reading",
    "search",
    "turn",
    "write",
    "delete",
    "join",
    "handle",
    "guest",
    "sign-in",
    "report",
    "webhook",
]

WINDOW_S: Final = 60.0
HOUR_S: Final = 3600.0
VERIFICATIONS: Final = 10
"""Files in a minute that one address may have looked at."""
APPEALS: Final = 20
"""Appeals of refusals in an hour from one address."""
# One household holds a whole /64 of IPv6 and can take any address of it (RFC 6177).
IPV6_HOUSEHOLD: Final = 64


def household_of(address: str) -> str:
    """What stands for one household: the IPv4 address, the /64 of an IPv6 one, else ``unknown``."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(ip, IPv6Address):
        return str(ip)
    # A socket that listens on IPv6 gives IPv4 peers so: all of IPv4 would else be one household.
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((int(ip), IPV6_HOUSEHOLD), strict=False))


class RateLimits:
    """Allowances shared by all instances."""

    def __init__(self, counters: SharedCounters, settings: Settings) -> None:
        self._counters = counters
        self._factor = settings.address_factor
        self._limits = {
            "prompt": settings.prompts_per_minute,
            "reading": settings.readings_per_minute,
            "search": settings.searches_per_minute,
            "turn": settings.turns_per_minute,
            "write": settings.writes_per_minute,
            "delete": settings.deletes_per_minute,
            "join": settings.joins_per_minute,
            "handle": settings.handles_per_minute,
            "guest": settings.guests_per_minute,
            "sign-in": settings.sign_ins_per_minute,
            "report": settings.reports_per_minute,
            "webhook": settings.webhooks_per_minute,
        }
        self._guest_likes = settings.guest_likes_per_hour

    async def count_act(self, kind: Kind, person_id: str | None, address: str) -> None:
        """Count one act of a person, or of somebody unknown, at an address.

        Raises:
            TooMany: the person, or everybody at this address together, did too much.
        """
        limit = self._limits[kind]
        # The person first: whoever is over their own limit must not use up their neighbours'.
        asked = {} if person_id is None else {f"person:{person_id}": limit}
        asked[f"address:{household_of(address)}"] = limit * self._factor
        taken = await self._counters.take_allowances(
            *(AllowanceRequest(f"{kind}:{whose}", most, WINDOW_S) for whose, most in asked.items())
        )
        for whose, one in zip(asked, taken, strict=False):
            note_limit(f"{kind}-{whose.partition(':')[0]}", one)
        if taken[-1].wait_s > 0:
            seconds = math.ceil(taken[-1].wait_s)
            raise TooMany(f"that was a lot at once: try again in {seconds} s", float(seconds))

    async def count_verification(self, address: str) -> None:
        """Count a file, or an address, that somebody has looked at. Raises TooMany: there were many
        from this address in the last minute."""
        # Of an address alone: who may try for ever learns how a mark is washed out.
        asked = AllowanceRequest(f"verify:{household_of(address)}", VERIFICATIONS, WINDOW_S)
        (taken,) = await self._counters.take_allowances(asked)
        if taken.wait_s > 0:
            seconds = math.ceil(taken.wait_s)
            raise TooMany(f"that was a lot at once: try again in {seconds} s", float(seconds))

    async def count_refusal_appeal(self, address: str) -> None:
        """Count an appeal of a refusal. Raises TooMany: there were many from this address in the
        last hour."""
        # Of an address alone: of one person few wait at a time, and a new guest is a new person.
        asked = AllowanceRequest(f"appeal:{household_of(address)}", APPEALS, HOUR_S)
        (taken,) = await self._counters.take_allowances(asked)
        if taken.wait_s > 0:
            wait_s = float(math.ceil(taken.wait_s))
            raise TooMany(
                f"from one address {APPEALS} appeals of refusals are taken an hour", wait_s
            )

    async def count_guest_like(self, clip_id: str, address: str) -> None:
        """Count a like of somebody without standing. Raises TooMany: for this clip there were many
        from this address in the last hour."""
        key = f"guest like:{clip_id}:{household_of(address)}"
        asked = AllowanceRequest(key, self._guest_likes, HOUR_S)
        (taken,) = await self._counters.take_allowances(asked)
        if taken.wait_s > 0:
            raise TooMany(
                f"from one address {self._guest_likes} people who have not watched here before may"
                " like a clip in an hour: watch for half a minute, and yours counts",
                float(math.ceil(taken.wait_s)),
            )

    def described(self) -> dict[str, str]:
        """Each kind of limit in words."""
        return {
            kind: f"A person may {limit} times a minute, an address {limit * self._factor} times."
            for kind, limit in self._limits.items()
        }

    def policies(self) -> dict[str, str]:
        """Each kind of limit as the value of RateLimit-Policy (see ``allowance``)."""
        window = round(WINDOW_S)
        return {
            kind: f'"{kind}-person";q={limit};w={window}, '
            f'"{kind}-address";q={limit * self._factor};w={window}'
            for kind, limit in self._limits.items()
        }
