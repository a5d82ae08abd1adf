"""RTCP as a sender needs it: what receivers say is read, reports are written. Pure functions;
what a NACK makes of them is in sender.py.

RFC 3550 (reports), RFC 4585 and 5104 (NACK, PLI, FIR), draft-alvestrand-rmcat-remb (REMB).
"""

import struct
from typing import NamedTuple

SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION, BYE, TRANSPORT, PAYLOAD = 200, 201, 202, 203, 205, 206
NACK, PLI, FIR, APPLICATION = 1, 1, 4, 15
# A NACK names 17 packets in 4 bytes: without a bound one datagram of 1,500 bytes would make us look
# 6,000 of them up.
MAX_LOST = 512
# The same for sound and pictures: receivers keep in step what has one canonical name (RFC 3550,
# 6.5.1). It names nobody.
CNAME = b"phosphene"

_common = struct.Struct("!BBH")
_block = struct.Struct("!IIIIII")
_nack = struct.Struct("!HH")


class ReceptionReport(NamedTuple):
    """A receiver's report on one source. ``lost`` in 0..1 since the report before it, ``jitter``
    in ticks of the RTP clock, ``last_report`` and ``delay`` as in RFC 3550 section 6.4.1."""

    source: int
    lost: float
    jitter: int
    last_report: int
    delay: int


class Feedback(NamedTuple):
    """All that one compound packet says: ``lost`` sequence numbers, whether a picture was lost,
    how many bits a second the line takes (REMB) and whether the receiver says goodbye."""

    lost: tuple[int, ...] = ()
    picture_lost: bool = False
    bitrate: int | None = None
    reports: tuple[ReceptionReport, ...] = ()
    bye: bool = False


def read_feedback(data: bytes, source: int) -> Feedback:
    """What a compound packet says of ``source``; what cannot be read is passed over."""
    # In the order in which they were asked for, each once: the oldest is needed first.
    lost: dict[int, None] = {}
    reports: list[ReceptionReport] = []
    picture_lost = bye = False
    bitrate, place = None, 0
    while place + 4 <= len(data):
        first, kind, words = _common.unpack_from(data, place)
        end = place + 4 * (words + 1)
        if first >> 6 != 2 or end > len(data):
            break
        about, body = first & 31, data[place + 4 : end]
        if kind == TRANSPORT and about == NACK and _is_about(body, source):
            _read_nack(body, lost)
        elif kind == PAYLOAD and about in {PLI, FIR}:
            picture_lost = picture_lost or _names(body, about, source)
        elif kind == PAYLOAD and about == APPLICATION:
            bitrate = _read_remb(body, bitrate)
        elif kind in {SENDER_REPORT, RECEIVER_REPORT}:
            reports += _read_reports(body[20:] if kind == SENDER_REPORT else body, about, source)
        elif kind == BYE:
            bye = True
        place = end
    return Feedback(tuple(lost), picture_lost, bitrate, tuple(reports), bye)


def ntp_time(unix_s: float) -> int:
    """64 bits of NTP time."""
    # NTP counts from 1900, Unix from 1970.
    seconds = unix_s + 2_208_988_800
    return int(seconds) << 32 | int(seconds % 1 * 2**32)


def round_trip_s(report: ReceptionReport, ntp: int) -> float | None:
    """Seconds there and back (RFC 3550 section 6.4.1); None before the first sender report."""
    if not report.last_report:
        return None
    trip = (ntp >> 16 & 0xFFFFFFFF) - report.delay - report.last_report & 0xFFFFFFFF
    # A receiver may say that it held the report for longer than the whole round took: clocks drift,
    # and the difference wraps below zero.
    return trip / 65536 if trip < 1 << 31 else 0.0


def sender_report(source: int, ntp: int, rtp_time: int, packets: int, octets: int) -> bytes:
    """A sender report with the canonical name (RFC 3550 sections 6.4.1 and 6.5)."""
    mask = 0xFFFFFFFF
    report = struct.pack(
        "!BBHIQIII",
        *(0x80, SENDER_REPORT, 6, source, ntp),
        *(rtp_time & mask, packets & mask, octets & mask),
    )
    item = bytes([1, len(CNAME)]) + CNAME + b"\0"
    item += bytes(-len(item) % 4)
    return report + struct.pack("!BBHI", 0x81, DESCRIPTION, 1 + len(item) // 4, source) + item


def goodbye(*sources: int) -> bytes:
    """Nothing follows from these sources."""
    head = _common.pack(0x80 | len(sources), BYE, len(sources))
    return head + b"".join(source.to_bytes(4, "big") for source in sources)


def _is_about(body: bytes, source: int) -> bool:
    return len(body) >= 8 and int.from_bytes(body[4:8], "big") == source


def _names(body: bytes, about: int, source: int) -> bool:
    """A PLI names its source in the header, a FIR in its entries."""
    if about == PLI:
        return _is_about(body, source)
    entries = range(8, len(body) - 7, 8)
    return any(int.from_bytes(body[at : at + 4], "big") == source for at in entries)


def _read_nack(body: bytes, lost: dict[int, None]) -> None:
    for at in range(8, len(body) - 3, 4):
        number, mask = _nack.unpack_from(body, at)
        lost[number] = None
        for bit in range(16):
            if mask >> bit & 1:
                lost[number + 1 + bit & 0xFFFF] = None
        if len(lost) >= MAX_LOST:
            return


def _read_remb(body: bytes, before: int | None) -> int | None:
    if len(body) < 16 or body[8:12] != b"REMB":
        return before
    # 6 bits of exponent, 18 of mantissa.
    word = int.from_bytes(body[13:16], "big")
    return (word & 0x3FFFF) << (word >> 18)


def _read_reports(body: bytes, count: int, source: int) -> list[ReceptionReport]:
    found = []
    for at in range(4, min(4 + 24 * count, len(body) - 23), 24):
        about, loss, _, jitter, last, delay = _block.unpack_from(body, at)
        if about == source:
            found.append(ReceptionReport(about, (loss >> 24) / 256, jitter, last, delay))
    return found
