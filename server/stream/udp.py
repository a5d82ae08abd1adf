"""One UDP port for all viewers, with a socket for each address of this machine.

A check names the viewer by its ICE user name; from then on the address does.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aioice.ice import get_host_addresses
from aiortc import RTCIceCandidate

from server.errors import BadInput
from server.stream.egress import Address, Egress, choose
from server.stream.path import PLACES, Path
from server.stream.stun import read_check, success

LOOPBACK: Final = "127.0.0.1"
BATCH: Final = 64
MAX_DATAGRAM: Final = 2048
KERNEL_BUFFER: Final = 4 * 1024 * 1024
TRIES: Final = 16
HOST_PREFERENCE: Final = 126


class Listener:
    """One socket and who speaks to it from where."""

    def __init__(self, bound: socket.socket, paths: dict[str, Path]) -> None:
        self.socket = bound
        self.number = bound.fileno()
        self.at: dict[Address, Path] = {}
        self._by_ufrag = paths
        self._free = asyncio.Event()

    def read(self) -> None:
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
            if datagram[0] < 4:
                self._check(datagram, address)
            elif path := at.get(address):
                path.receive(datagram)

    async def writable(self) -> None:
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
        path = self._by_ufrag.get(check.local) if check else None
        if check is None or path is None:
            return
        key = path.key(datagram, check)
        known = (self.number, address) in path.places
        if key is None or (not known and len(path.places) >= PLACES):
            return
        try:
            self.socket.sendto(success(check.transaction, address[:2], key), address)
        except OSError:
            return
        if not known:
            path.places.add((self.number, address))
            self.at[address] = path
        path.take(self.socket, address, check.nominates, time.monotonic())


class MediaPort:
    """The open sockets. Made by ``open_port``; ``announced`` stand in the place of our own
    addresses in what viewers are told."""

    def __init__(self, sockets: Sequence[socket.socket], announced: Sequence[str]) -> None:
        self.port = int(sockets[0].getsockname()[1])
        self.egress: Egress = choose(sockets[0])
        self._paths: dict[str, Path] = {}
        self.listeners = {bound.fileno(): Listener(bound, self._paths) for bound in sockets}
        hosts = [str(bound.getsockname()[0]) for bound in sockets]
        self._hosts = told(hosts, announced)

    def candidates(self) -> list[RTCIceCandidate]:
        """Our addresses as host candidates, the first the best."""
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
    def serving(self, path: Path) -> Iterator[None]:
        """Inside the block datagrams of the path's viewer reach it."""
        self.know(path)
        try:
            yield
        finally:
            for ufrag in [ufrag for ufrag, known in self._paths.items() if known is path]:
                del self._paths[ufrag]
            for number, address in path.places:
                if self.listeners[number].at.get(address) is path:
                    del self.listeners[number].at[address]
            path.close()

    def know(self, path: Path) -> None:
        """Take the path's ICE user names as they are now."""
        self._paths |= dict.fromkeys(path.ufrags, path)

    async def writable(self, number: int) -> None:
        """Until the socket with this file descriptor takes datagrams."""
        await self.listeners[number].writable()


@asynccontextmanager
async def open_port(
    port: int = 0, *, hosts: Sequence[str] = (), announced: Sequence[str] = (), loopback: bool
) -> AsyncIterator[MediaPort]:
    """Listen on a UDP port (0: any that is free) of ``hosts`` (none: every address here).

    ``loopback`` adds 127.0.0.1, which is also taken when there is no other address.

    Raises:
        BadInput: an address is none of this machine, or the port is taken.
    """
    addresses = list(hosts) or get_host_addresses(use_ipv4=True, use_ipv6=True)
    if loopback or not addresses:
        addresses = [*dict.fromkeys([*addresses, LOOPBACK])]
    loop, sockets = asyncio.get_running_loop(), _bind(addresses, port)
    try:
        opened = MediaPort(sockets, announced)
        for listener in opened.listeners.values():
            loop.add_reader(listener.number, listener.read)
        yield opened
    finally:
        for bound in sockets:
            loop.remove_reader(bound.fileno())
            loop.remove_writer(bound.fileno())
            bound.close()


def told(hosts: Sequence[str], announced: Sequence[str]) -> list[str]:
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
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            opened.setsockopt(socket.SOL_SOCKET, buffer, KERNEL_BUFFER)
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened
