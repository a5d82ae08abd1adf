"""H.264 in RTP (RFC 6184): pictures to payloads. Pure functions."""

import struct
from collections.abc import Iterator

from phosphene.stream.annex_b import nal_units
from phosphene.stream.webrtc.rtp import MAX_PAYLOAD

# A keyframe has a handful of small units before its slices: parameter sets and information.
MAX_AGGREGATED = 8
STAP_A = 24
FU_A = 28
FU_START, FU_END = 0x80, 0x40

_size = struct.Struct("!H")


def payloads(access_unit: bytes) -> list[bytes]:
    """RTP payloads of one picture in Annex B form, for packetization-mode 1.

    Small NAL units that follow each other share a packet (STAP-A), large ones are cut (FU-A).
    """
    packed: list[bytes] = []
    small: list[bytes] = []
    for nal in nal_units(access_unit):
        room = MAX_PAYLOAD - 1 - sum(2 + len(one) for one in small)
        if len(nal) + 2 > room or len(small) == MAX_AGGREGATED:
            packed += _aggregate(small)
            small = []
        if len(nal) > MAX_PAYLOAD:
            packed += _fragment(nal)
        else:
            small.append(nal)
    return packed + _aggregate(small)


def _aggregate(small: list[bytes]) -> list[bytes]:
    if len(small) < 2:
        return small
    # RFC 6184, 5.7.1: the highest nal_ref_idc of what is inside, so that a router that drops by
    # importance judges the packet by its best part.
    importance = max(nal[0] & 0x60 for nal in small)
    return [bytes([importance | STAP_A]) + b"".join(_size.pack(len(nal)) + nal for nal in small)]


def _fragment(nal: bytes) -> Iterator[bytes]:
    """Pieces of equal size, so that none is tiny."""
    count = -(-(len(nal) - 1) // (MAX_PAYLOAD - 2))
    size = -(-(len(nal) - 1) // count)
    # The header of the NAL unit is not sent: it is in the two bytes before each piece, from which
    # the receiver makes it again (RFC 6184, section 5.8).
    indicator, kind = nal[0] & 0xE0 | FU_A, nal[0] & 0x1F
    for start in range(1, len(nal), size):
        flags = (FU_START if start == 1 else 0) | (FU_END if start + size >= len(nal) else 0)
        yield bytes([indicator, kind | flags]) + nal[start : start + size]
