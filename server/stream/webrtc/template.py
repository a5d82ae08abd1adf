"""One picture as RTP packets for everybody: built once, patched per viewer, sent run by run.

A run is what one system call takes: packets of one size, the last of which may be smaller (UDP
segmentation offload). Packets that are nearly alike are made so by padding (RFC 3550, 5.1): a call
costs more than the bytes. What differs between viewers (sequence number, time, source and the send
time) lies at the same place in every packet.
"""

import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

MAX_RUN: Final = 32
"""Packets in one call; the kernel takes 64 segments, and no more than 64 KiB of them."""
MAX_PAD: Final = 255
"""The last byte of the padding says how many they are."""
PADDED: Final = 0x20
# Bit of the last packet of a picture (RFC 6184, 5.1; RFC 7741, 4.1).
MARKER: Final = 0x80
ONE_BYTE_EXTENSIONS: Final = 0xBEDE
UDP_SEGMENT: Final = 103
"""Linux 4.18 and later; Python does not name it."""

Ancillary = list[tuple[int, int, bytes]]
Places = tuple[tuple[int, int], ...]


class PacketFormat(NamedTuple):
    """What was negotiated with a viewer: payload type, ids of the header extensions (0: none), the
    name of its media section, the bytes that SRTP adds to a packet."""

    payload_type: int
    mid_id: int
    mid: str
    send_time_id: int
    tag: int


class Negotiated(NamedTuple):
    """What the answer says; ``rtx`` is the payload type of retransmissions, if any."""

    payload_type: int
    rtx: int | None
    mid_id: int
    mid: str
    send_time_id: int

    def packet_format(self, tag: int) -> PacketFormat:
        """For templates; ``tag``: bytes that SRTP adds."""
        return PacketFormat(self.payload_type, self.mid_id, self.mid, self.send_time_id, tag)


class Run(NamedTuple):
    """Packets that lie one after the other in ``blob``, ``step`` bytes apart, each with room for
    SRTP's tag.

    ``places``: offset and size of each without the tag; ``sizes``: the latter as C's ``int``.
    """

    blob: bytes
    step: int
    places: Places
    sizes: bytes
    ancillary: Ancillary


class Template(Struct, frozen=True, eq=False):
    """A picture of ``length`` packets. ``head``: bytes of a packet before its payload. ``words``:
    the 8 bytes after the fixed header, to which the send time is added; None without one."""

    runs: tuple[Run, ...]
    head: int
    words: int | None
    length: int
    octets: int

    def packet_at(self, index: int) -> bytes:
        """One packet as it stands in the template."""
        for run in self.runs:
            if index < len(run.places):
                offset, size = run.places[index]
                return run.blob[offset : offset + size]
            index -= len(run.places)
        raise IndexError(index)


def build_template(
    payloads: Sequence[bytes], form: PacketFormat, pad: int = MAX_PAD, *, marker: bool = True
) -> Template:
    """The template of a picture with these RTP payloads; ``pad``: bytes of padding in a packet, at
    most; ``marker``: whether the last one ends something."""
    # The send time comes first in the extensions, so that it and what is patched beside it lie in
    # one stretch of 18 bytes that a single pack_into writes.
    block = extensions(form.send_time_id, form.mid_id, form.mid)
    first, kind = 0x90 if block else 0x80, form.payload_type
    head, last = bytes([first, kind]) + bytes(10) + block, len(payloads) - 1
    packets = [head + payload for payload in payloads[:last]]
    packets += [
        bytes([first, kind | (MARKER if marker else 0)]) + head[2:] + end for end in payloads[last:]
    ]
    runs = tuple(_run(some, form.tag) for some in _alike(packets, pad))
    words = int.from_bytes(block[:8], "big") if form.send_time_id else None
    return Template(runs, 12 + len(block), words, len(packets), sum(map(len, payloads)))


def extensions(send_time_id: int, mid_id: int, mid: str) -> bytes:
    """A header extension block (RFC 8285) for every packet, or nothing: room for the time it is
    sent (abs-send-time, 24 bits) and the name of its media section. An id of 0 leaves one out."""
    block = bytes([send_time_id << 4 | 2, 0, 0, 0]) if send_time_id else b""
    if mid_id:
        name = mid.encode()
        block += bytes([mid_id << 4 | (len(name) - 1)]) + name
    block += bytes(-len(block) % 4)
    return struct.pack("!HH", ONE_BYTE_EXTENSIONS, len(block) // 4) + block if block else b""


def _alike(packets: list[bytes], pad: int) -> Iterator[list[bytes]]:
    """Cut where padding cannot make all but the last of a run as large as its largest."""
    run: list[bytes] = []
    # A second call would cost more than the bytes that are sent for nothing: all of a call must be
    # of one size, but for the last.
    least = most = 0
    for packet in packets:
        size = len(packet)
        if run and (max(most, size) - least > pad or len(run) == MAX_RUN):
            yield run
            run = []
        if not run:
            least = most = size
        elif size < least:
            least = size
        elif size > most:
            most = size
        run.append(packet)
    if run:
        yield run


def _run(packets: list[bytes], tag: int) -> Run:
    size, sizes = max(map(len, packets)), [len(packet) for packet in packets]
    for place, less in enumerate(sizes[:-1]):
        if less < size:
            packets[place], sizes[place] = _padded(packets[place], size), size
    step = size + tag
    places = tuple((step * place, size) for place, size in enumerate(sizes))
    room = bytes(tag)
    blob = room.join(packets) + room
    segment: Ancillary = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", step))]
    packed = struct.pack(f"={len(sizes)}i", *sizes)
    return Run(blob, step, places, packed, segment if len(packets) > 1 else [])


def _padded(packet: bytes, size: int) -> bytes:
    short = size - len(packet)
    return bytes([packet[0] | PADDED]) + packet[1:] + bytes(short - 1) + bytes([short])
