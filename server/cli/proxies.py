"""Who asks, when a proxy in front speaks for them: X-Forwarded-For and X-Forwarded-Proto."""

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from phosphene.errors import BadInput

UNIX: Final = "unix"
"""A peer on a socket of the file system, which has no address."""
# Where the IPv4 address begins in an IPv4-mapped IPv6 one (RFC 4291, 2.5.5.2).
MAPPED: Final = 96


class TrustedProxies:
    """Pure ASGI middleware over uvicorn's, for addresses as dual-stack sockets give them too."""

    def __init__(self, app: ASGIApp, trusted: tuple[str, ...]) -> None:
        heard: Any = ProxyHeadersMiddleware(app, list(trusted))  # type: ignore[arg-type]
        self._app: ASGIApp = heard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope.get("client") is None:
            scope["client"] = (UNIX, 0)
        await self._app(scope, receive, send)


def trusted_proxies(setting: str) -> tuple[str, ...]:
    """Addresses and networks, each also as it is mapped into IPv6. Raises BadInput."""
    return tuple(one for name in setting.split() for one in _forms(name))


def _forms(name: str) -> Iterator[str]:
    if name == UNIX:
        yield UNIX
        return
    try:
        network = ip_network(name, strict=False)
    except ValueError:
        raise BadInput(
            f"settings: trusted_proxies: {name!r} is no address, no network and not unix"
        ) from None
    yield str(network)
    if isinstance(network, IPv4Network):
        # A socket for both families gives IPv4 peers so, and a proxy that is not known by this name
        # costs all its visitors: 10 of 70 were sent away with 429 for the limits of one address.
        yield f"::ffff:{network.network_address}/{MAPPED + network.prefixlen}"
    elif mapped := network.network_address.ipv4_mapped:
        yield str(ip_network((int(mapped), max(0, network.prefixlen - MAPPED)), strict=False))
