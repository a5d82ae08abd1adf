"""H.264 in RTP (RFC 6184): pictures to payloads. Pure functions."""

import struct
from collections.abc import Iterator

from phosphene.stream.annex_b import nal_units

# With the headers of RTP and its extensions, of RTX, SRTP, UDP and IPv6 that is some 1270 bytes:
# below the 1280 that every path of IPv6 carries (RFC 8200, section 5).
MAX_PAYLOAD = 1180
MAX_AGGREGATED = 8
STAP_A = 24
FU_A = 28
FU_START, FU_END = 0x80, 0x40
MARKER = 0x80
ONE_BYTE_EXTENSIONS = 0xBEDE

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


def extensions(send_time_id: int, mid_id: int, mid: str) -> bytes:
    """A header extension block (RFC 8285) for every packet, or nothing: room for the time it is
    sent (abs-send-time, 24 bits) and the name of its media section. An id of 0 leaves one out."""
    block = bytes([send_time_id << 4 | 2, 0, 0, 0]) if send_time_id else b""
    if mid_id:
        name = mid.encode()
        block += bytes([mid_id << 4 | (len(name) - 1)]) + name
    block += bytes(-len(block) % 4)
    return struct.pack("!HH", ONE_BYTE_EXTENSIONS, len(block) // 4) + block if block else b""


def retransmission(payload: bytes, number: int) -> bytes:
    """Payload of an RTX packet (RFC 4588): the number that was lost, then what it carried."""
    return _size.pack(number) + payload


def _aggregate(small: list[bytes]) -> list[bytes]:
    if len(small) < 2:
        return small
    importance = max(nal[0] & 0x60 for nal in small)
    return [bytes([importance | STAP_A]) + b"".join(_size.pack(len(nal)) + nal for nal in small)]


def _fragment(nal: bytes) -> Iterator[bytes]:
    """Pieces of equal size, so that none is tiny."""
    count = -(-(len(nal) - 1) // (MAX_PAYLOAD - 2))
    size = -(-(len(nal) - 1) // count)
    indicator, kind = nal[0] & 0xE0 | FU_A, nal[0] & 0x1F
    for start in range(1, len(nal), size):
        flags = (FU_START if start == 1 else 0) | (FU_END if start + size >= len(nal) else 0)
        yield bytes([indicator, kind | flags]) + nal[start : start + size]
