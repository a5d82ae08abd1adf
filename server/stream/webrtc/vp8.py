"""VP8 in RTP (RFC 7741): frames to payloads. Pure functions."""

from phosphene.stream.webrtc.rtp import MAX_PAYLOAD

START = 0x10
"""Of a payload descriptor of one byte: the first partition of the frame begins here."""
CONTINUED = 0x00


def payloads(frame: bytes) -> list[bytes]:
    """RTP payloads of one frame, of equal size so that none is tiny.

    The descriptor has no picture id: numbers in it would differ between viewers that began at
    different places, and receivers order frames by sequence numbers as well.
    """
    count = max(1, -(-len(frame) // (MAX_PAYLOAD - 1)))
    size = max(1, -(-len(frame) // count))
    return [
        bytes([CONTINUED if at else START]) + frame[at : at + size]
        for at in range(0, len(frame), size)
    ]
