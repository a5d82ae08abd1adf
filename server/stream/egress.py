"""The last step of a packet: patched for one viewer, encrypted, sent.

``Lean`` fills one buffer with a run, lets libsrtp encrypt each packet where it lies and hands all
to the kernel in one call (UDP segmentation offload, Linux). ``Plain`` does the same bytes packet
by packet with pylibsrtp and ``sendto``, on any system.
"""

import errno
import socket
import struct
from typing import Any, Final, NamedTuple, Protocol

import pylibsrtp
from pylibsrtp._binding import ffi, lib

from server.stream.template import MAX_RUN, UDP_SEGMENT, Run, Template

BUFFER: Final = MAX_RUN * 2048
NUMBERS, MASK = 0xFFFF, 0xFFFFFFFF

Address = tuple[str, int] | tuple[str, int, int, int]

_patch_fixed = struct.Struct("!HII").pack_into
_patch_timed = struct.Struct("!HIIQ").pack_into
_protect = lib.srtp_protect


class Line(NamedTuple):
    """Where a viewer's packets go: its SRTP session, the socket and the viewer's address.

    ``raw`` is the session as libsrtp knows it; it lives as long as ``srtp``.
    """

    srtp: pylibsrtp.Session
    socket: socket.socket
    address: Address
    raw: Any


def line(srtp: pylibsrtp.Session, out: socket.socket, address: Address) -> Line:
    """The line of a viewer whose keys are in ``srtp``."""
    return Line(srtp, out, address, srtp._srtp[0])


class Sent(NamedTuple):
    """A picture as one viewer gets it: the number of its first packet, its RTP time, the 24 bits of
    its send time. Enough to make the same bytes again."""

    number: int
    time: int
    send_time: int
    template: Template


class Egress(Protocol):
    """Sends the run whose first packet is ``index`` in the picture; False when the socket takes
    nothing now (then the same run is to be sent again, since its numbers are used up).

    Raises:
        ConnectionError: libsrtp encrypts no more for this viewer.
    """

    def send(self, line: Line, source: int, sent: Sent, run: Run, index: int) -> bool: ...


class Lean:
    """One buffer for all viewers: what is in it was handed to the kernel before the next comes."""

    def __init__(self) -> None:
        self._buffer = ffi.new("char[]", BUFFER)
        self._view = memoryview(ffi.buffer(self._buffer)).cast("B")
        self._length = ffi.new("int *")

    def send(self, line: Line, source: int, sent: Sent, run: Run, index: int) -> bool:
        blob, places, total, ancillary = run
        view, buffer, length, raw = self._view, self._buffer, self._length, line.raw
        number, time, send_time, template = sent
        number += index
        time &= MASK
        view[:total] = blob
        if template.words is None:
            for offset, size in places:
                _patch_fixed(view, offset + 2, number & NUMBERS, time, source)
                number += 1
                length[0] = size
                if _protect(raw, buffer + offset, length):
                    raise ConnectionError("SRTP has come to its end")
        else:
            words = template.words | send_time
            for offset, size in places:
                _patch_timed(view, offset + 2, number & NUMBERS, time, source, words)
                number += 1
                length[0] = size
                if _protect(raw, buffer + offset, length):
                    raise ConnectionError("SRTP has come to its end")
        try:
            line.socket.sendmsg((view[:total],), ancillary, 0, line.address)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno == errno.EIO and run.ancillary:
                # A network card without checksum offload takes no segments.
                return self._one_by_one(line, run)
        return True

    def _one_by_one(self, line: Line, run: Run) -> bool:
        step = run.total // len(run.places) if len(run.places) == 1 else run.places[1][0]
        for offset, _ in run.places:
            whole = self._view[offset : min(offset + step, run.total)]
            if not send_one(line, whole):
                return False
        return True


class Plain:
    """Slower, the same bytes."""

    def send(self, line: Line, source: int, sent: Sent, run: Run, index: int) -> bool:
        for place, (offset, size) in enumerate(run.places, index):
            packet = bytearray(run.blob[offset : offset + size])
            patch(packet, source, sent, place)
            if not send_one(line, protect(line.srtp, bytes(packet))):
                return False
        return True


def choose(probe: socket.socket) -> Egress:
    """The leaner way where the system has it."""
    try:
        probe.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
    except OSError:
        return Plain()
    return Lean()


def patch(packet: bytearray, source: int, sent: Sent, index: int) -> None:
    """Write what is a viewer's own into packet ``index`` of a picture."""
    number, time = sent.number + index & NUMBERS, sent.time & MASK
    if sent.template.words is None:
        _patch_fixed(packet, 2, number, time, source)
    else:
        _patch_timed(packet, 2, number, time, source, sent.template.words | sent.send_time)


def protect(srtp: pylibsrtp.Session, packet: bytes) -> bytes:
    """One RTP packet, encrypted. Raises ConnectionError."""
    try:
        return bytes(srtp.protect(packet))
    except pylibsrtp.Error as error:
        raise ConnectionError(f"SRTP: {error}") from None


def send_one(line: Line, datagram: bytes | memoryview) -> bool:
    """One datagram; False when the socket takes nothing now. Other errors are lost packets."""
    try:
        line.socket.sendto(datagram, line.address)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
