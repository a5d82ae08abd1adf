"""One UDP port for all viewers, with a socket for each address of this machine.

A check names the viewer by its ICE user name; from then on the address does.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aioice.ice import get_host_addresses
from aiortc import RTCIceCandidate

from phosphene.errors import BadInput
from phosphene.stream.webrtc.egress import Egress, choose_egress
from phosphene.stream.webrtc.ice_transport import MOST_ADDRESSES, IceTransport
from phosphene.stream.webrtc.stun import (
    Address,
    Check,
    forbidden,
    is_signed,
    read_check,
    success,
)

LOOPBACK: Final = "127.0.0.1"
# With 1,000 viewers some 3,300 datagrams a second come in (reports, estimates, checks: about 3.3 a
# viewer). What is left after a batch waits for the next turn of the loop, and the pictures go out
# between.
BATCH: Final = 64
MAX_DATAGRAM: Final = 2048
# A picture has some 5 packets: to 1,000 viewers that is 5 MB in a few turns of the loop, and
# Linux's default of 208 KiB is full after about 40 of them. The kernel cuts this down to
# net.core.wmem_max by itself.
KERNEL_BUFFER: Final = 4 * 1024 * 1024
# A port that the kernel found free for one address may be taken for another: then all begin anew.
TRIES: Final = 16
# The type preference of a host candidate that RFC 8445 recommends (5.1.2.2).
HOST_PREFERENCE: Final = 126
# So long a peer may go on without an answer to its checks (RFC 7675).
CONSENT_S: Final = 30.0
# Sessions can be opened and ended at will, and each is remembered for 30 s: a bound, far above what
# one process serves.
MOST_LEFT: Final = 10_000


class EndedSessions:
    """The ICE user names of sessions that have ended, and their passwords: their viewers' checks
    are answered with no, so that they know it at once and not when consent runs out."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[bytes, float]] = {}

    def add_credentials(self, keys: Mapping[str, bytes], now: float) -> None:
        """These have ended."""
        self._keys |= {ufrag: (key, now + CONSENT_S) for ufrag, key in keys.items()}
        while self._keys:
            oldest = next(iter(self._keys))
            if self._keys[oldest][1] > now and len(self._keys) <= MOST_LEFT:
                return
            del self._keys[oldest]

    def answer_check(self, datagram: bytes, check: Check) -> bytes | None:
        """What to say to a check by a viewer whose session has ended."""
        key, _ = self._keys.get(check.local, (None, 0.0))
        if key is None or not is_signed(datagram, check, key):
            return None
        return forbidden(check.transaction, key)


class UdpListener:
    """One socket and who speaks to it from where."""

    def __init__(
        self, bound: socket.socket, transports: dict[str, IceTransport], ended: EndedSessions
    ) -> None:
        self.socket = bound
        self.number = bound.fileno()
        self.at: dict[Address, IceTransport] = {}
        self._by_ufrag = transports
        self._ended = ended
        self._free = asyncio.Event()

    def read_datagrams(self) -> None:
        """Take what has come, at most ``BATCH`` datagrams."""
        receive, at = self.socket.recvfrom, self.at
        for _ in range(BATCH):
            try:
                datagram, address = receive(MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of a viewer that has gone
            if not datagram:
                continue
            # The first byte tells STUN from DTLS and SRTP (RFC 7983), so no packet is parsed twice.
            if datagram[0] < 4:
                self._check(datagram, address)
            elif transport := at.get(address):
                transport.receive_datagram(datagram)

    async def wait_writable(self) -> None:
        """Until the kernel takes datagrams again."""
        loop = asyncio.get_running_loop()
        self._free.clear()
        loop.add_writer(self.number, self._freed)
        await self._free.wait()

    def _freed(self) -> None:
        asyncio.get_running_loop().remove_writer(self.number)
        self._free.set()

    def _check(self, datagram: bytes, address: Address) -> None:
        check = read_check(datagram)
        if check is None:
            return
        transport = self._by_ufrag.get(check.local)
        if transport is None:
            if answer := self._ended.answer_check(datagram, check):
                self._send(answer, address)
            return
        key = transport.key_of_check(datagram, check)
        # A viewer can sign checks and send them from as many addresses as it can forge: the bound
        # keeps one from filling the table for all.
        known = (self.number, address) in transport.checked_from
        if key is None or (not known and len(transport.checked_from) >= MOST_ADDRESSES):
            return
        if not self._send(success(check.transaction, address[:2], key), address):
            return
        if not known:
            transport.checked_from.add((self.number, address))
            self.at[address] = transport
        transport.accept_check(self.socket, address, check.nominates)

    def _send(self, datagram: bytes, address: Address) -> bool:
        """Whether it could be sent."""
        try:
            self.socket.sendto(datagram, address)
        except OSError:
            return False
        return True


class MediaPort:
    """The open sockets. Made by ``open_port``; ``announced`` stand in the place of our own
    addresses in what viewers are told."""

    def __init__(self, sockets: Sequence[socket.socket], announced: Sequence[str]) -> None:
        self.port = int(sockets[0].getsockname()[1])
        self.egress: Egress = choose_egress(sockets[0])
        self._transports: dict[str, IceTransport] = {}
        self._ended = EndedSessions()
        self.listeners = {
            bound.fileno(): UdpListener(bound, self._transports, self._ended) for bound in sockets
        }
        hosts = [str(bound.getsockname()[0]) for bound in sockets]
        self._hosts = announced_hosts(hosts, announced)

    def host_candidates(self) -> list[RTCIceCandidate]:
        """Our addresses as host candidates, the first the best."""
        # The formula of RFC 8445, section 5.1.2.1: type, then our order, then 256 less the
        # component.
        return [
            RTCIceCandidate(
                component=1,
                foundation=str(place + 1),
                ip=host,
                port=self.port,
                priority=HOST_PREFERENCE << 24 | (65535 - place) << 8 | 255,
                protocol="udp",
                type="host",
            )
            for place, host in enumerate(self._hosts)
        ]

    @contextmanager
    def serving_transport(self, transport: IceTransport) -> Iterator[None]:
        """Inside the block datagrams of the transport's viewer reach it; afterwards its checks are
        refused."""
        self.add_credentials(transport)
        try:
            yield
        finally:
            for ufrag in [ufrag for ufrag, known in self._transports.items() if known is transport]:
                del self._transports[ufrag]
            for number, address in transport.checked_from:
                if self.listeners[number].at.get(address) is transport:
                    del self.listeners[number].at[address]
            self._ended.add_credentials(transport.credentials, time.monotonic())
            transport.close()

    def add_credentials(self, transport: IceTransport) -> None:
        """Take the transport's ICE user names as they are now."""
        self._transports |= dict.fromkeys(transport.credentials, transport)

    async def wait_writable(self, number: int) -> None:
        """Until the socket with this file descriptor takes datagrams."""
        await self.listeners[number].wait_writable()


@asynccontextmanager
async def open_port(
    port: int = 0, *, hosts: Sequence[str] = (), announced: Sequence[str] = (), loopback: bool
) -> AsyncIterator[MediaPort]:
    """Listen on a UDP port (0: any that is free) of ``hosts`` (none: every address here).

    ``loopback`` adds 127.0.0.1, which is also taken when there is no other address.

    Raises:
        BadInput: an address is none of this machine, or the port is taken.
    """
    # A socket for each address and none for all of them: an answer must come from the address that
    # was checked, and the kernel of an unbound socket chooses by its routes.
    addresses = list(hosts) or get_host_addresses(use_ipv4=True, use_ipv6=True)
    if loopback or not addresses:
        addresses = [*dict.fromkeys([*addresses, LOOPBACK])]
    loop, sockets = asyncio.get_running_loop(), _bind(addresses, port)
    try:
        opened = MediaPort(sockets, announced)
        for listener in opened.listeners.values():
            loop.add_reader(listener.number, listener.read_datagrams)
        yield opened
    finally:
        for bound in sockets:
            loop.remove_reader(bound.fileno())
            loop.remove_writer(bound.fileno())
            bound.close()


def announced_hosts(hosts: Sequence[str], announced: Sequence[str]) -> list[str]:
    """Addresses that viewers are told: announced ones replace ours of the same family, but for
    loopback."""
    families = {ipaddress.ip_address(one).version for one in announced}
    kept = [
        host
        for host in hosts
        if ipaddress.ip_address(host).version not in families
        or ipaddress.ip_address(host).is_loopback
    ]
    return [*announced, *kept]


def _bind(hosts: Sequence[str], port: int) -> list[socket.socket]:
    """A socket per host, all on one port."""
    for attempt in range(TRIES):
        sockets: list[socket.socket] = []
        try:
            for host in hosts:
                taken = int(sockets[0].getsockname()[1]) if sockets else port
                sockets.append(_open(host, taken))
        except OSError as error:
            for bound in sockets:
                bound.close()
            if port or not sockets or attempt == TRIES - 1:
                raise BadInput(
                    f"UDP port {port} of {', '.join(hosts)} cannot be used: {error.strerror}"
                ) from None
            continue
        return sockets
    raise AssertionError


def _open(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        if family == socket.AF_INET6:
            # Or this socket would take the port of IPv4 as well, for which there is one of its own.
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            opened.setsockopt(socket.SOL_SOCKET, buffer, KERNEL_BUFFER)
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened
