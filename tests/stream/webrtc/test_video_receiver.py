import struct

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtpPacket

from phosphene.stream.webrtc.video_receiver import MOST_BITRATE, VideoReceiver

SOURCE = 7


def packet(sequence: int, picture: int, body: bytes, *, first: bool, of: int = SOURCE) -> bytes:
    """One of VP8 (RFC 7741): a descriptor of one byte, then a part of a picture."""
    made = RtpPacket(
        payload_type=96, sequence_number=sequence & 0xFFFF, timestamp=picture * 6000, ssrc=of
    )
    made.payload = (b"\x10" if first else b"\x00") + body
    return bytes(made.serialize())


def taken(receiver: VideoReceiver, *packets: bytes) -> list[bytes]:
    return [picture for one in packets for picture in receiver.take_packet(one)]


@pytest.mark.parametrize("start", [1, 65534])
def test_packets_are_put_together_when_the_next_picture_begins(start: int) -> None:
    first = packet(start, 1, b"ab", first=True)
    second = packet(start + 1, 1, b"cd", first=False)
    third = packet(start + 2, 2, b"ef", first=True)
    assert taken(VideoReceiver(96), first, second, third) == [b"abcd"]
    assert taken(VideoReceiver(96), first, third, second) == [b"abcd"]


def test_what_is_lost_is_asked_for_again_and_put_where_it_belongs() -> None:
    receiver = VideoReceiver(96)
    sent = [packet(n, n, b"%d" % n, first=True) for n in range(1, 6)]
    assert taken(receiver, sent[0], sent[2]) == []
    (nack,) = receiver.urgent_feedback(1.0)
    assert RtcpRtpfbPacket.parse(nack[4:], nack[0] & 31).lost == [2]
    assert receiver.urgent_feedback(1.01) == []
    assert receiver.urgent_feedback(1.1) != []
    assert taken(receiver, sent[1], sent[3], sent[4]) == [b"1", b"2", b"3", b"4"]
    assert receiver.urgent_feedback(2.0) == []


def test_what_stays_away_is_given_up_and_a_keyframe_asked_for() -> None:
    receiver = VideoReceiver(96)
    sent = [packet(n, n, b"%d" % n, first=True) for n in (1, *range(3, 300))]
    found = taken(receiver, *sent)
    assert b"299" not in found
    assert b"298" in found
    told = [RtcpPsfbPacket.parse(one[4:], one[0] & 31) for one in receiver.urgent_feedback(1.0)
            if one[1] == 206]  # fmt: skip
    assert [(one.fmt, one.media_ssrc) for one in told] == [(1, SOURCE)]


def test_a_keyframe_is_asked_for_at_most_twice_a_second() -> None:
    receiver = VideoReceiver(96)
    receiver.needs_keyframe = True
    assert receiver.urgent_feedback(1.0) == []  # of whom?
    taken(receiver, packet(1, 1, b"a", first=True))
    assert len(receiver.urgent_feedback(1.0)) == 1
    receiver.needs_keyframe = True
    assert receiver.urgent_feedback(1.2) == []
    assert len(receiver.urgent_feedback(1.5)) == 1


def test_its_sender_is_told_how_the_line_is_and_how_much_is_enough() -> None:
    receiver = VideoReceiver(96)
    assert receiver.regular_feedback() == []
    taken(receiver, *(packet(n, n, b"a", first=True) for n in (1, 2, 4, 5)))
    (told,) = receiver.regular_feedback()
    report = RtcpRrPacket.parse(told[4:32], told[0] & 31).reports[0]
    assert (report.ssrc, report.packets_lost, report.highest_sequence) == (SOURCE, 1, 5)
    assert report.fraction_lost == 256 // 5
    remb = told[32:]
    assert remb[12:16] == b"REMB"
    word = int.from_bytes(remb[17:20], "big")
    assert MOST_BITRATE * 0.99 < (word & 0x3FFFF) << (word >> 18) <= MOST_BITRATE


def test_a_packet_without_a_payload_fills_its_place_and_is_no_picture() -> None:
    empty = packet(2, 1, b"", first=False)[:-1]
    sent = packet(1, 1, b"a", first=True), packet(3, 2, b"b", first=True)
    assert taken(VideoReceiver(96), sent[0], empty, sent[1]) == [b"a"]
    assert taken(VideoReceiver(96), *sent) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        bytes(12),
        packet(1, 1, b"", first=True)[:-1] + b"\x90",
        packet(1, 1, b"x", first=True).replace(b"\x80\x60", b"\x80\x61", 1),
        struct.pack("!BBHLL", 0xBF, 96, 1, 1, 1),
    ],
)
def test_what_is_no_packet_of_it_is_passed_over(data: bytes) -> None:
    receiver = VideoReceiver(96)
    assert taken(receiver, data) == []
    stream = [packet(n, n, b"%d" % n, first=True) for n in range(9, 12)]
    other = [packet(n, n, b"other", first=True, of=8) for n in range(9, 12)]
    assert receiver.regular_feedback() == []
    assert taken(receiver, stream[0], *other, *stream[1:]) == [b"9", b"10"]
