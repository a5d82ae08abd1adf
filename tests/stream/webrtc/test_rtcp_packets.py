import random
import struct

import pytest
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
)

from phosphene.stream.webrtc.rtcp_packets import (
    Feedback,
    goodbye,
    ntp_time,
    read_feedback,
    round_trip_s,
    sender_report,
)

OURS = 0xFEDCBA98


def nack(lost: list[int], source: int = OURS) -> bytes:
    return bytes(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=source, lost=lost))


def payload_feedback(fmt: int, source: int = OURS, fci: bytes = b"") -> bytes:
    return bytes(RtcpPsfbPacket(fmt=fmt, ssrc=1, media_ssrc=source, fci=fci))


def report(last: int = 0, delay: int = 0, source: int = OURS) -> bytes:
    block = RtcpReceiverInfo(
        ssrc=source,
        fraction_lost=64,
        packets_lost=9,
        highest_sequence=77,
        jitter=900,
        lsr=last,
        dlsr=delay,
    )
    return bytes(RtcpRrPacket(ssrc=1, reports=[block]))


def test_lost_packets_are_named() -> None:
    lost = [3, 4, 19, 20, 40, 65534]
    assert read_feedback(nack(lost), OURS).lost == tuple(lost)
    round_the_end = struct.pack("!BBHIIHH", 0x81, 205, 3, 1, OURS, 65534, 0b110)
    assert read_feedback(round_the_end, OURS).lost == (65534, 0, 1)


def test_what_is_about_others_is_passed_over() -> None:
    others = nack([1], 5) + payload_feedback(RTCP_PSFB_PLI, 5) + report(source=5)
    assert read_feedback(others, OURS) == Feedback()


def test_a_lost_picture() -> None:
    entry = struct.pack("!II", OURS, 1 << 24)
    for compound in (payload_feedback(RTCP_PSFB_PLI), payload_feedback(RTCP_PSFB_FIR, 0, entry)):
        assert read_feedback(report() + compound, OURS).picture_lost
    other = payload_feedback(RTCP_PSFB_FIR, 0, struct.pack("!II", 5, 0))
    assert not read_feedback(other, OURS).picture_lost


@pytest.mark.parametrize("bitrate", [30_000, 262_143, 1_250_304, 3_145_728_000])
def test_what_the_line_takes(bitrate: int) -> None:
    said = payload_feedback(RTCP_PSFB_APP, 0, pack_remb_fci(bitrate, [OURS]))
    read = read_feedback(said, OURS).bitrate
    assert read is not None
    assert read == pytest.approx(bitrate, rel=1e-4)


def test_reports_tell_loss_and_the_way_there_and_back() -> None:
    sent = ntp_time(1_700_000_000.25)
    now = ntp_time(1_700_000_000.75)
    (read,) = read_feedback(report(last=sent >> 16 & 0xFFFFFFFF, delay=0x6000), OURS).reports
    assert (read.lost, read.jitter) == (0.25, 900)
    assert round_trip_s(read, now) == pytest.approx(0.125, abs=1e-4)
    (early,) = read_feedback(report(), OURS).reports
    assert round_trip_s(early, now) is None
    (ahead,) = read_feedback(report(last=(now >> 16) + 9 & 0xFFFFFFFF), OURS).reports
    assert round_trip_s(ahead, now) == 0.0


def test_goodbye_is_heard_and_said() -> None:
    assert read_feedback(report() + bytes(RtcpByePacket(sources=[1])), OURS).bye
    assert RtcpPacket.parse(goodbye(OURS)) == [RtcpByePacket(sources=[OURS])]


def test_others_read_our_reports() -> None:
    sent, name = RtcpPacket.parse(sender_report(OURS, ntp_time(1e9), 2**32 + 5, 2**32 + 7, 9))
    assert isinstance(sent, RtcpSrPacket)
    info = sent.sender_info
    assert (sent.ssrc, info.rtp_timestamp, info.packet_count, info.octet_count) == (OURS, 5, 7, 9)
    assert info.ntp_timestamp == (10**9 + 2_208_988_800) << 32
    assert name == RtcpSdesPacket([RtcpSourceInfo(ssrc=OURS, items=[(1, b"phosphene")])])


def test_no_damage_is_worse_than_nothing_read() -> None:
    chance = random.Random(5)
    remb = payload_feedback(RTCP_PSFB_APP, 0, pack_remb_fci(1_000_000, [OURS]))
    fir = payload_feedback(RTCP_PSFB_FIR, 0, struct.pack("!II", OURS, 0))
    whole = report() + nack([*range(0, 400, 3)]) + remb + fir
    for _ in range(3000):
        data = bytearray(whole[: chance.randrange(len(whole) + 1)])
        for _ in range(chance.randrange(5)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        assert len(read_feedback(bytes(data), OURS).lost) < 600
