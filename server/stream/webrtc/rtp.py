"""What every payload in RTP has in common, whatever the codec. Imports nothing ours."""

import struct
from typing import Final

MAX_PAYLOAD: Final = 1180
"""Bytes of a payload. With the headers of RTP and its extensions, of RTX, SRTP, UDP and IPv6 that
is some 1270: below the 1280 that every path of IPv6 carries (RFC 8200, section 5)."""

_size = struct.Struct("!H")


def retransmission(payload: bytes, number: int) -> bytes:
    """Payload of an RTX packet (RFC 4588): the number that was lost, then what it carried."""
    return _size.pack(number) + payload
