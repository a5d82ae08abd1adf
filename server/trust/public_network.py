"""Asks at addresses that somebody else named: only machines of the open internet, and briefly.

A name is resolved once and its address is connected to, no redirect is followed, an answer is read
for some seconds and to some kilobytes. What the operator lists need be neither public nor https.
"""

import asyncio
import socket
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2
from msgspec import Struct

from phosphene.errors import Unusable
from phosphene.trust.origins import origin_of

LONGEST_URL: Final = 1024
LONGEST_ANSWER: Final = 64 * 1024
CONNECTIONS: Final = 64
KEPT_ALIVE_S: Final = 10.0
LOOKUPS: Final = 8
PATIENCE_S: Final = 5.0
# Addresses that lead to IPv4 ones inside of them (RFC 6052, RFC 3056, RFC 4380).
WITHIN_IPV6: Final = tuple(map(ip_network, ("64:ff9b::/32", "2002::/16", "2001::/32")))


class NotReached(Exception):
    """No answer came; ``str(error)`` says why, in words without secrets."""


class OutboundAnswer(Struct, frozen=True):
    """``headers`` by their names in lower case; of ``body`` the first 64 kB."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_public_url(url: str, allowed: Collection[str], field: str = "url") -> None:
    """Whether something may be asked there at all. ``allowed``: origins that need be neither public
    nor https; ``field``: as what it was given.

    Raises:
        Unusable: it is no such address.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Unusable(f"{field}: {error}") from None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable():
        raise Unusable(f"{field}: {LONGEST_URL} letters at most, of ASCII")
    if not host or parts.username is not None or parts.password is not None or " " in url:
        raise Unusable(f"{field}: an address with a host and without a password")
    if origin_of(url) in allowed:
        return
    if parts.scheme != "https":
        raise Unusable(f"{field}: an address that begins with https")
    if is_address(host) and not is_public(host):
        raise Unusable(f"{field}: a public address")


def is_address(host: str) -> bool:
    """Whether a host is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet."""
    # The zone of a link-local address is no part of it (RFC 4007, 11).
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        # Site-local ones are private although they are none of the registry's (RFC 3879).
        if ip.is_site_local or any(ip in network for network in WITHIN_IPV6):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only, but for ``allowed`` hosts and ports."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = {(urlsplit(one).hostname, _port(one)) for one in allowed}
        self._network = httpcore2.AnyIOBackend()
        # Of its own: names whose servers never answer would hold every thread of the loop's.
        self._lookups = ThreadPoolExecutor(LOOKUPS, "outbound-names")

    def close(self) -> None:
        """Wait for no answer any more."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection. Raises httpcore2.ConnectError: the host has no public address."""
        # Asked here and connected to what was answered: a name that is asked twice may be another
        # machine the second time (DNS rebinding).
        known = (host, port) in self._allowed
        address = host if known else await self._find_public(host, port)
        return await self._network.connect_tcp(
            address, port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._network.sleep(seconds)

    async def _find_public(self, host: str, port: int) -> str:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._lookups, look_up)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from None
        addresses = [str(one[4][0]) for one in found]
        # All of them: else which one is taken would be up to chance.
        if not addresses or not all(map(is_public, addresses)):
            raise httpcore2.ConnectError("not a public address")
        return addresses[0]


class OutboundClient:
    """Asks; used within ``async with``. ``allowed``: as of ``check_public_url``; ``patience_s``:
    for all of a request."""

    def __init__(
        self, allowed: Collection[str], patience_s: float, longest: int = LONGEST_ANSWER
    ) -> None:
        self._allowed = allowed
        self._patience_s = patience_s
        self._longest = longest
        # Without the environment's proxies: they would connect wherever they are told.
        self._network = PublicNetwork(allowed)
        self._pool = httpcore2.AsyncConnectionPool(
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS // 4,
            keepalive_expiry=KEPT_ALIVE_S,
            network_backend=self._network,
        )

    async def __aenter__(self) -> "OutboundClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()
        self._network.close()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> OutboundAnswer:
        """Post something, and what was answered, a redirect as well. Raises NotReached."""
        return await self.ask("POST", url, headers, body)

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> OutboundAnswer:
        """What is answered to a request, a redirect as well. Raises NotReached."""
        try:
            # Asked once more: the setting may have allowed more when the address was given.
            check_public_url(url, self._allowed)
            async with asyncio.timeout(self._patience_s):
                return await self._ask(method, url, headers, body)
        except TimeoutError:
            raise NotReached(f"no answer within {self._patience_s:.0f} s") from None
        except (
            *(httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError),
            *(Unusable, OSError),
        ) as error:
            raise NotReached(f"{type(error).__name__}: {error}") from None

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> OutboundAnswer:
        told: dict[str | bytes, str | bytes] = {
            "Host": urlsplit(url).netloc,
            "Content-Length": str(len(body)),
        }
        told.update(headers)
        async with self._pool.stream(method, url, headers=told, content=body) as response:
            # Read to its end, so that the connection is used again; one without an end is cut off.
            read = bytearray()
            async for part in response.aiter_stream():
                read += part
                if len(read) > self._longest:
                    break
            named = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            return OutboundAnswer(response.status, named, bytes(read[: self._longest]))


def _port(origin: str) -> int:
    parts = urlsplit(origin)
    return parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
