"""The last step of a packet: patched for one viewer, encrypted, sent.

``SegmentedEgress`` fills one buffer with a run, lets libsrtp encrypt each packet where it lies and
hands all to the kernel in one call (UDP segmentation offload, Linux). ``PlainEgress`` does the same
bytes packet by packet with pylibsrtp and ``sendto``, on any system.
"""

import errno
import socket
import struct
from itertools import repeat
from typing import Any, Final, Protocol

import pylibsrtp
from msgspec import Struct
from pylibsrtp._binding import ffi, lib

from phosphene.stream.webrtc.stun import Address
from phosphene.stream.webrtc.template import MAX_RUN, UDP_SEGMENT, Run, Template

# A packet has some 1270 bytes with all its headers (rtp.py): 2048 for each have room to spare.
BUFFER: Final = MAX_RUN * 2048
STEPS: Final = 1024
# Bound methods of compiled formats: a lookup of the module and a parse of the format less for every
# packet of every viewer.
NUMBERS, MASK = 0xFFFF, 0xFFFFFFFF

_patch_fixed = struct.Struct("!HII").pack_into
_patch_timed = struct.Struct("!HIIQ").pack_into
# libsrtp itself, on a buffer that is there: 0.73 us for a packet of 1200 bytes, where pylibsrtp's
# Session.protect, which copies in and out, takes 1.46 (AES-GCM).
_protect = lib.srtp_protect


class SrtpDestination(Struct, frozen=True):
    """Where a viewer's packets go: its SRTP session, the socket and the viewer's address.

    ``raw`` is the session as libsrtp knows it; it lives as long as ``srtp``.
    """

    srtp: pylibsrtp.Session
    socket: socket.socket
    address: Address
    raw: Any


def srtp_destination(
    srtp: pylibsrtp.Session, out: socket.socket, address: Address
) -> SrtpDestination:
    """Where packets go to a viewer whose keys are in ``srtp``."""
    return SrtpDestination(srtp, out, address, srtp._srtp[0])


SentPicture = tuple[int, int, int, Template]
"""A picture as one viewer gets it: the number of its first packet, its RTP time, the 24 bits of its
send time and the packets. Enough to make the same bytes again."""


class Egress(Protocol):
    """Sends the run whose first packet is ``index`` in the picture; False when the socket takes
    nothing now (then the same run is to be sent again, since its numbers are used up).

    Raises:
        ConnectionError: libsrtp encrypts no more for this viewer.
    """

    def send_run(
        self, line: SrtpDestination, source: int, sent: SentPicture, run: Run, index: int
    ) -> bool: ...


class SegmentedEgress:
    """One buffer for all viewers: what is in it was handed to the kernel before the next comes."""

    def __init__(self) -> None:
        self._buffer = ffi.new("char[]", BUFFER)
        self._view = memoryview(ffi.buffer(self._buffer)).cast("B")
        self._sizes = ffi.new("int[]", MAX_RUN)
        self._sizes_view = memoryview(ffi.buffer(self._sizes)).cast("B")
        self._sizes_at = [self._sizes + place for place in range(MAX_RUN)]
        # cffi makes a new object for each pointer into the buffer; those of a step are made once
        # and kept. The step is the size of a run's packets, so there are as many as there are sizes
        # of packets, and ``STEPS`` bounds them.
        self._packets_at: dict[int, list[Any]] = {}

    def send_run(
        self, line: SrtpDestination, source: int, sent: SentPicture, run: Run, index: int
    ) -> bool:
        blob, step, places, sizes, ancillary = run
        number, time, send_time, template = sent
        view, count, total = self._view, len(places), len(blob)
        number += index
        time &= MASK
        # One copy of the whole run; what is each viewer's own is written over it, packet by packet.
        view[:total] = blob
        self._sizes_view[: len(sizes)] = sizes
        words = template.words
        if words is None:
            for offset, _ in places:
                _patch_fixed(view, offset + 2, number & NUMBERS, time, source)
                number += 1
        else:
            words |= send_time
            for offset, _ in places:
                _patch_timed(view, offset + 2, number & NUMBERS, time, source, words)
                number += 1
        packets = self._packets_at.get(step) or self._packets(step)
        # A loop of the interpreter's own: this runs for every packet of every viewer.
        if any(map(_protect, repeat(line.raw, count), packets, self._sizes_at)):
            raise ConnectionError("SRTP has come to its end")
        # One call for a whole picture: with 200 viewers a second of video costs 0.53 ms a viewer,
        # where a call for each packet makes it 0.97.
        try:
            # sendmmsg, which would take several viewers' pictures in one call, was tried through
            # cffi and gained nothing (0.50 ms against 0.53): cost lies in the kernel's work for
            # each datagram.
            line.socket.sendmsg((view[:total],), ancillary, 0, line.address)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno == errno.EIO and ancillary:
                # A network card without checksum offload takes no segments.
                return self._one_by_one(line, run)
        return True

    def _packets(self, step: int) -> list[Any]:
        """Where packets begin that lie ``step`` bytes apart."""
        if len(self._packets_at) == STEPS:
            self._packets_at.clear()
        found = [self._buffer + step * place for place in range(MAX_RUN)]
        self._packets_at[step] = found
        return found

    def _one_by_one(self, line: SrtpDestination, run: Run) -> bool:
        for offset, _ in run.places:
            whole = self._view[offset : min(offset + run.step, len(run.blob))]
            if not send_datagram(line, whole):
                return False
        return True


class PlainEgress:
    """Slower, the same bytes."""

    def send_run(
        self, line: SrtpDestination, source: int, sent: SentPicture, run: Run, index: int
    ) -> bool:
        for place, (offset, size) in enumerate(run.places, index):
            packet = bytearray(run.blob[offset : offset + size])
            patch_packet(packet, source, sent, place)
            if not send_datagram(line, protect_rtp(line.srtp, bytes(packet))):
                return False
        return True


def choose_egress(probe: socket.socket) -> Egress:
    """The leaner way where the system has it."""
    try:
        # Asked of the kernel and not of its version: containers and gVisor answer for themselves,
        # and 0 changes nothing where it is known.
        probe.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
    except OSError:
        return PlainEgress()
    return SegmentedEgress()


def patch_packet(packet: bytearray, source: int, sent: SentPicture, index: int) -> None:
    """Write what is a viewer's own into packet ``index`` of a picture."""
    number, time, send_time, template = sent
    number, time = number + index & NUMBERS, time & MASK
    if template.words is None:
        _patch_fixed(packet, 2, number, time, source)
    else:
        _patch_timed(packet, 2, number, time, source, template.words | send_time)


def protect_rtp(srtp: pylibsrtp.Session, packet: bytes) -> bytes:
    """One RTP packet, encrypted. Raises ConnectionError."""
    try:
        return bytes(srtp.protect(packet))
    except pylibsrtp.Error as error:
        raise ConnectionError(f"SRTP: {error}") from None


def send_datagram(line: SrtpDestination, datagram: bytes | memoryview) -> bool:
    """One datagram; False when the socket takes nothing now. Other errors are lost packets."""
    try:
        line.socket.sendto(datagram, line.address)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
