"""One event to all who listen by sockets of this process, written by one system call."""

from collections.abc import Sequence
from typing import Final

from phosphene.social.fanout import FanoutTransport
from phosphene.social.protocol import MessageFormat
from phosphene.social.send_ring import SendRing
from phosphene.social.topic import Subscriber, Write

# Fewer are written to one by one: the ring's own call takes 20 us.
MANY: Final = 16


class FanoutSubscriber(Subscriber):
    """The subscriber of a connection with a ``FanoutTransport``."""

    __slots__ = ("entry", "fanout", "fd", "transport")

    def __init__(self, form: MessageFormat, fanout: FanoutTransport, crowds: "Crowds") -> None:
        self.fanout = fanout
        self.transport = transport = fanout.transport
        self.fd: int = transport.get_extra_info("socket").fileno()
        # Past a transport that encrypts nobody writes to the socket, and who left during the
        # handshake has none.
        gone = self.fd < 0 or transport.is_closing()
        plain = transport.get_extra_info("sslcontext") is None and not gone
        super().__init__(form, fanout.write, crowds.gather if plain else None)
        self.entry = crowds.make_entry(self.fd) if plain else b""


class Crowds:
    """Makes crowds of subscribers; ``ring``: None where the kernel has none."""

    def __init__(self, ring: SendRing | None) -> None:
        self._ring = ring

    def make_entry(self, fd: int) -> bytes:
        """What the ring is given of a socket."""
        return b"" if self._ring is None else self._ring.make_entry(fd)

    def gather(self, subscribers: Sequence[Subscriber]) -> Write:
        """One write to all of them."""
        known = [one for one in subscribers if isinstance(one, FanoutSubscriber)]
        if self._ring is None or len(known) < MANY:
            return _one_by_one([one.write for one in known])
        return Crowd(self._ring, known).write


class Crowd:
    """Connections that are all told the same."""

    def __init__(self, ring: SendRing, members: Sequence[FanoutSubscriber]) -> None:
        self._ring = ring
        # Of two with one descriptor the first is closed, and the later one has it.
        self._members = {one.fd: one for one in members}
        self._entries = b"".join(one.entry for one in self._members.values())

    def write(self, frame: bytes) -> None:
        """Write a whole frame to everybody who is not closed."""
        # Who has bytes waiting in the process gets these after them. Two calls a connection: 0.1 us
        # where the kernel takes 4, and who closed an instant ago has a descriptor that may already
        # be somebody else's.
        busy = {
            fd
            for fd, one in self._members.items()
            if one.fanout.closed
            or one.transport.is_closing()
            or one.transport.get_write_buffer_size()
        }
        entries = self._entries
        if busy:
            free = (one.entry for fd, one in self._members.items() if fd not in busy)
            entries = b"".join(free)
        short = self._ring.send_all(entries, frame)
        for fd in busy:
            self._members[fd].write(frame)
        for fd, taken in short:
            # The rest waits for the peer, or its transport finds the error that the kernel told.
            self._members[fd].write(frame[max(0, taken) :])


def _one_by_one(writes: Sequence[Write]) -> Write:
    def write(frame: bytes) -> None:
        for one in writes:
            one(frame)

    return write
