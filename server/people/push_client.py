"""Hands messages to push services (RFC 8030): each endpoint is an address that a stranger gave."""

import asyncio
import socket
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpcore2
from msgspec import Struct

from phosphene.errors import Unusable
from phosphene.trust.origins import origin_of
from phosphene.trust.web_push import Keys, Vapid, encrypt_message

LONGEST_ENDPOINT: Final = 1024
LONGEST_ANSWER: Final = 4096
PATIENCE_S: Final = 10.0
CONNECTIONS: Final = 64
LOOKUPS: Final = 8
# What a service says of a subscription that has expired (RFC 8030, 7.3).
GONE: Final = frozenset({404, 410})
# Of a service that says more than this when to come back is taken that it means now and then.
MOST_RETRY_S: Final = 24 * 3600.0
# Addresses that lead to IPv4 ones inside of them (RFC 6052, RFC 3056, RFC 4380).
WITHIN_IPV6: Final = tuple(map(ip_network, ("64:ff9b::/32", "2002::/16", "2001::/32")))

Urgency = Literal["low", "normal", "high"]


class PushMessage(Struct, frozen=True):
    """``body``: what the browser reads. ``topic``: an undelivered message of the same topic is
    replaced, at most 32 letters of base64url. ``ttl_s``: so long it is kept for a device that is
    off (RFC 8030, 5.2 to 5.4)."""

    body: bytes
    topic: str
    urgency: Urgency
    ttl_s: int


class PushResult(Struct, frozen=True):
    """What came of a push: ``sent``, ``gone`` (the browser wants no more), or ``failed``; then
    ``why``, in words without secrets, and ``retry_s`` where the service said when to come back."""

    outcome: Literal["sent", "gone", "failed"]
    why: str = ""
    retry_s: float = 0.0


def check_endpoint(endpoint: str, allowed: Collection[str]) -> None:
    """Whether something may be sent there at all. ``allowed``: origins that need be neither public
    nor https.

    Raises:
        Unusable: it is no address of a push service.
    """
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Unusable(f"endpoint: {error}") from None
    if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable():
        raise Unusable(f"endpoint: {LONGEST_ENDPOINT} letters at most, of ASCII")
    if not host or parts.username is not None or parts.password is not None or " " in endpoint:
        raise Unusable("endpoint: a push service is named by its host, without a password")
    if origin_of(endpoint) in allowed:
        return
    if parts.scheme != "https":
        raise Unusable("endpoint: a push service is reached by https")
    if is_address(host) and not is_public(host):
        raise Unusable("endpoint: a push service has a public address")


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
        if any(ip in network for network in WITHIN_IPV6):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only, but for ``allowed`` hosts and ports."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = {(urlsplit(one).hostname, _port(one)) for one in allowed}
        self._network = httpcore2.AnyIOBackend()
        # Of its own: names whose servers never answer would hold every thread of the loop's.
        self._lookups = ThreadPoolExecutor(LOOKUPS, "push-names")

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


class PushClient:
    """Sends messages; used within ``async with``. ``allowed``: as of ``check_endpoint``."""

    def __init__(self, vapid: Vapid, allowed: Collection[str]) -> None:
        self._vapid = vapid
        self._allowed = allowed
        # Without the environment's proxies: they would connect wherever they are told.
        self._network = PublicNetwork(allowed)
        self._pool = httpcore2.AsyncConnectionPool(
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS // 4,
            keepalive_expiry=PATIENCE_S,
            network_backend=self._network,
        )

    async def __aenter__(self) -> "PushClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.aclose()
        self._network.close()

    async def send_push(self, endpoint: str, keys: Keys, message: PushMessage) -> PushResult:
        """Hand a message to the service of an endpoint; never raises what the network does."""
        try:
            # Asked once more: the setting may have allowed more when the endpoint was given.
            check_endpoint(endpoint, self._allowed)
            async with asyncio.timeout(PATIENCE_S):
                return await self._post(endpoint, keys, message)
        except TimeoutError:
            return PushResult("failed", f"no answer within {PATIENCE_S:.0f} s")
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            return PushResult("failed", f"{type(error).__name__}: {error}")
        except (httpcore2.ProtocolError, Unusable, OSError) as error:
            return PushResult("failed", f"{type(error).__name__}: {error}")

    async def _post(self, endpoint: str, keys: Keys, message: PushMessage) -> PushResult:
        body = encrypt_message(message.body, keys)
        headers: dict[str | bytes, str | bytes] = {
            "Host": urlsplit(endpoint).netloc,
            "Authorization": self._vapid.authorize_push(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(body)),
            "TTL": str(message.ttl_s),
            "Topic": message.topic,
            "Urgency": message.urgency,
        }
        async with self._pool.stream("POST", endpoint, headers=headers, content=body) as response:
            # Read to its end, so that the connection is used again; one without an end is cut off.
            read = 0
            async for part in response.aiter_stream():
                if (read := read + len(part)) > LONGEST_ANSWER:
                    break
            return _read_answer(response.status, dict(response.headers))


def _read_answer(status: int, headers: dict[bytes, bytes]) -> PushResult:
    if 200 <= status < 300:
        return PushResult("sent")
    if status in GONE:
        return PushResult("gone", f"status {status}")
    named = {name.lower(): value for name, value in headers.items()}
    wait = named.get(b"retry-after", b"")
    retry_s = min(float(wait), MOST_RETRY_S) if wait.isdigit() else 0.0
    return PushResult("failed", f"status {status}", retry_s)


def _port(origin: str) -> int:
    parts = urlsplit(origin)
    return parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
