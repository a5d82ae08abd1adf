"""The way to one viewer: an ICE-lite agent (RFC 8445, 2.5). Checks are answered, not sent."""

import asyncio
import secrets
import socket
from collections.abc import Callable

from phosphene.stream.webrtc.stun import Address, Check, is_signed

# Datagrams of a handshake that is not read. DTLS repeats what is lost; a flood of them has to end
# somewhere.
WAITING = 64
# A browser checks from each of its addresses, a handful; each one costs an entry in a table.
MOST_ADDRESSES = 32


class IceTransport:
    """``hear`` is given each SRTCP datagram of the viewer; ``moved`` is called when the viewer's
    address is another one.

    ``silent_s`` is for whoever counts the seconds since the last check.

    The viewer's address is the one that it nominated last, until then the first that it checked
    from. aiortc's DTLS transport reads and writes by ``_recv`` and ``_send``.
    """

    # Lite agents always are (RFC 8445, 6.1.1). Full ICE, aioice's, opens a port and several tasks
    # for each viewer, and looks a browser's .local names up for 1.0 s.
    role = "controlled"

    def __init__(self, hear: Callable[[bytes], None], moved: Callable[[], None]) -> None:
        self.ufrag = ""
        self.password = ""
        self.socket: socket.socket | None = None
        self.address: Address = ("", 0)
        self.silent_s = 0.0
        self.checked = asyncio.Event()
        self.checked_from: set[tuple[int, Address]] = set()
        self._hear = hear
        self._moved = moved
        self._keys: dict[str, bytes] = {}
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self.restart_ice()

    @property
    def credentials(self) -> dict[str, bytes]:
        """Our ICE user names and passwords: the last, and those before it until a restart is
        through."""
        return dict(self._keys)

    def restart_ice(self) -> None:
        """New ICE credentials; the ones before them stay good for one more restart."""
        # RFC 8445, section 5.3, asks for 24 bits of chance in a name and 128 in a password; these
        # have 32 and 128.
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(16)
        # A viewer goes on checking with the old name until the answer with the new one has come.
        while len(self._keys) > 1:
            del self._keys[next(iter(self._keys))]
        self._keys[self.ufrag] = self.password.encode()

    def key_of_check(self, data: bytes, check: Check) -> bytes | None:
        """What to sign the answer with; None when the check is not by this viewer."""
        key = self._keys.get(check.local)
        return key if key is not None and is_signed(data, check, key) else None

    def accept_check(self, checked: socket.socket, address: Address, nominates: bool) -> None:
        """A good check came from there."""
        self.silent_s = 0.0
        if self.socket is None or (
            nominates and (address != self.address or checked is not self.socket)
        ):
            # Pictures follow the nominated pair and not the last one that spoke: a phone checks
            # both of its networks, and media must not hop between them.
            self.socket, self.address = checked, address
            self._moved()
        self.checked.set()

    def receive_datagram(self, datagram: bytes) -> None:
        """DTLS waits for its reader, SRTCP is heard at once; all else is passed over (RFC 7983)."""
        first = datagram[0]
        if 127 < first < 192:
            self._hear(datagram)
        elif 19 < first < 64 and not self._inbox.full():
            self._inbox.put_nowait(datagram)

    def close(self) -> None:
        """Whoever reads or will read gets a ConnectionError."""
        if self._inbox.full():
            self._inbox.get_nowait()
        self._inbox.put_nowait(None)

    async def _recv(self) -> bytes:
        datagram = await self._inbox.get()
        if datagram is None:
            raise ConnectionError("the transport is closed")
        return datagram

    async def _send(self, datagram: bytes) -> None:
        if self.socket is None:
            raise ConnectionError("no way to the viewer is known")
        try:
            self.socket.sendto(datagram, self.address)
        except OSError:
            return  # as good as lost on its way: DTLS repeats itself
