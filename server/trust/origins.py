"""Whose pages may write in their visitors' names. Pure.

A browser sends a visitor's cookie, from the visitor's address, with what any page asks; only the
page's origin tells them apart (OWASP, "Cross-Site Request Forgery Prevention"; the order of the
checks is that of Go's net/http.CrossOriginProtection).
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from phosphene.errors import Unusable

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?")
_PORTS = {"http": "80", "https": "443"}
_OWN_SITES = {"same-origin", "none"}
"""What Sec-Fetch-Site says of our own pages, and of an address that a person typed."""


class Origins:
    """Our own origin and the allowed ones."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """``allowed``: origins as people write them. Raises Unusable."""
        self.allowed = frozenset(map(clean_origin, allowed))

    def may_write(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers comes from a page of ours or an allowed one, or from
        no browser at all."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin in self.allowed:
            return True
        if site is not None:
            return site.strip().lower() in _OWN_SITES
        # Old browsers without Sec-Fetch-Site. Not Content-Type alone: a POST of a Blob without a
        # type needs no preflight, and sockets have none at all; both carried a visitor's cookie
        # from a page of anybody's.
        return origin is None or _place_of(origin) == headers.get("host", "").lower()


def clean_origin(origin: str) -> str:
    """An origin as browsers write it (RFC 6454). Raises Unusable."""
    found = _ORIGIN.fullmatch(origin.strip().lower().removesuffix("/"))
    if found is None or int(found[3] or 1) > 65535:
        raise Unusable(f"origins: {origin!r} is none; write it like https://blog.example")
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + (f":{port}" if port and port != _PORTS[scheme] else "")


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an address; None when it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def _place_of(origin: str) -> str | None:
    """Host and port, as Host names them; None for the origin of a sandbox, ``null``."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
