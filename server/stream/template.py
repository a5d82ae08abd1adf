"""One picture as RTP packets for everybody: built once, patched per viewer, sent run by run.

A run is what one system call takes: packets of one size, the last of which may be smaller (UDP
segmentation offload). What differs between viewers (sequence number, time, source and the send
time) lies at the same place in every packet.
"""

import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from server.stream.rtp import MARKER, extensions

MAX_RUN: Final = 32
UDP_SEGMENT: Final = 103
"""Linux 4.18 and later; Python does not name it."""

Ancillary = list[tuple[int, int, bytes]]


class Form(NamedTuple):
    """What was negotiated with a viewer: payload type, ids of the header extensions (0: none), the
    name of its media section, the bytes that SRTP adds to a packet."""

    payload_type: int
    mid_id: int
    mid: str
    send_time_id: int
    tag: int


class Run(NamedTuple):
    """Packets that lie one after the other in ``blob``, each with room for SRTP's tag.

    ``places``: offset and size of each without the tag. ``total``: bytes with all tags.
    """

    blob: bytes
    places: tuple[tuple[int, int], ...]
    total: int
    ancillary: Ancillary


class Template(NamedTuple):
    """A picture of ``length`` packets. ``head``: bytes of a packet before its payload. ``words``:
    the 8 bytes after the fixed header, to which the send time is added; None without one."""

    runs: tuple[Run, ...]
    head: int
    words: int | None
    length: int
    octets: int

    def packet(self, index: int) -> bytes:
        """One packet as it stands in the template."""
        for run in self.runs:
            if index < len(run.places):
                offset, size = run.places[index]
                return run.blob[offset : offset + size]
            index -= len(run.places)
        raise IndexError(index)


def build(payloads: Sequence[bytes], form: Form) -> Template:
    """The template of a picture with these RTP payloads."""
    block = extensions(form.send_time_id, form.mid_id, form.mid)
    first, last = 0x90 if block else 0x80, len(payloads) - 1
    packets = [
        struct.pack("!BB10x", first, form.payload_type | (MARKER if place == last else 0))
        + block
        + payload
        for place, payload in enumerate(payloads)
    ]
    runs = tuple(_run(some, form.tag) for some in _alike([*packets]))
    words = int.from_bytes(block[:8], "big") if form.send_time_id else None
    return Template(runs, 12 + len(block), words, len(packets), sum(map(len, payloads)))


def _alike(packets: list[bytes]) -> Iterator[list[bytes]]:
    """Cut where a packet is larger than the first of its run, or follows a smaller one."""
    run: list[bytes] = []
    for packet in packets:
        if run and (len(packet) > len(run[0]) or len(run[-1]) < len(run[0]) or len(run) == MAX_RUN):
            yield run
            run = []
        run.append(packet)
    if run:
        yield run


def _run(packets: list[bytes], tag: int) -> Run:
    step = len(packets[0]) + tag
    places = tuple((step * place, len(packet)) for place, packet in enumerate(packets))
    blob = b"".join(packet + bytes(tag) for packet in packets)
    segment: Ancillary = [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", step))]
    return Run(blob, places, len(blob), segment if len(packets) > 1 else [])
