"""A sender before a real socket; what it sends is read by another implementation."""

import socket
import struct
from collections.abc import Iterator

import pytest
from aiortc.rtp import (
    HeaderExtensionsMap,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    is_rtcp,
    unwrap_rtx,
)
from pylibsrtp import Policy, Session

from phosphene.stream.webrtc.egress import PlainEgress, SrtpDestination, srtp_destination
from phosphene.stream.webrtc.sender import (
    AGAIN_PER_S,
    HISTORY,
    LEAST_AGAIN_PER_S,
    LONGEST_TRIP_S,
    VideoSender,
    again_per_s,
    send_time,
)
from phosphene.stream.webrtc.template import Negotiated, Template, build_template
from phosphene.stream.webrtc.udp import _open

KEY = bytes(range(44))


def session(kind: int) -> Session:
    policy = Policy(key=KEY, ssrc_type=kind, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
    policy.allow_repeat_tx = True
    return Session(policy)


class Wire:
    """A sender on loopback and all that came of it."""

    def __init__(self, rtx: int | None = 109) -> None:
        self.sockets = _open("127.0.0.1", 0), _open("127.0.0.1", 0)
        self.lost = 0
        self.sender = VideoSender(Negotiated(108, rtx, 0, "", 0), self._lose)
        self.sender.open(self.line(self.sockets[0]), PlainEgress(), 16)
        self._reading = session(Policy.SSRC_ANY_INBOUND)

    def line(self, out: socket.socket) -> SrtpDestination:
        return srtp_destination(
            session(Policy.SSRC_ANY_OUTBOUND), out, self.sockets[1].getsockname()
        )

    def _lose(self) -> None:
        self.lost += 1

    def picture(self, *payloads: bytes, time: int = 0) -> None:
        self.sender.send_picture(self.template(*payloads), time, 0)
        while self.sender.under_way:
            self.sender.send_next_run()

    def template(self, *payloads: bytes) -> Template:
        return build_template(payloads, self.sender.packet_format)

    def datagrams(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.sockets[1].recv(2048))
            except BlockingIOError:
                return found

    def media(self) -> list[RtpPacket]:
        none = HeaderExtensionsMap()
        clear = [self._reading.unprotect(one) for one in self.datagrams() if not is_rtcp(one)]
        return [RtpPacket.parse(one, none) for one in clear]

    def control(self) -> list[object]:
        return [
            packet
            for one in self.datagrams()
            if is_rtcp(one)
            for packet in RtcpPacket.parse(self._reading.unprotect_rtcp(one))
        ]

    def nack(self, *numbers: int, at: float = 0.0) -> None:
        said = b"".join(
            bytes(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=self.sender.ssrc, lost=[one]))
            for one in numbers
        )
        self.sender.handle_feedback(said, at, 0.0)


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    for one in made.sockets:
        one.close()


@pytest.fixture
def plain() -> Iterator[Wire]:
    made = Wire(rtx=None)
    yield made
    for one in made.sockets:
        one.close()


def test_pictures_are_numbered_on_and_end_with_a_marker(wire: Wire) -> None:
    wire.picture(b"a", b"b", b"c")
    wire.picture(b"d", time=3750)
    packets = wire.media()
    first = packets[0].sequence_number
    assert [one.sequence_number for one in packets] == [first + n for n in range(4)]
    assert [one.marker for one in packets] == [0, 0, 1, 1]
    assert (packets[3].timestamp - packets[0].timestamp) % 2**32 == 3750
    assert {one.ssrc for one in packets} == {wire.sender.ssrc}
    assert (wire.sender.pictures, wire.sender.packets, wire.sender.octets) == (2, 4, 4)


@pytest.mark.slow
def test_numbers_go_round(wire: Wire) -> None:
    wire.picture(b"x")
    (first,) = wire.media()
    for _ in range(2**16 // 1024):
        wire.picture(*[b"x"] * 1024)
        numbers = [int.from_bytes(one[2:4], "big") for one in wire.datagrams()]
    assert numbers[-1] == first.sequence_number


def test_a_lost_packet_travels_again_in_a_stream_of_its_own(wire: Wire) -> None:
    wire.picture(b"a", b"b", time=90)
    original = wire.media()[1]
    wire.nack(original.sequence_number)
    wire.nack(original.sequence_number)
    again, more = wire.media()
    assert again.ssrc == wire.sender.rtx_ssrc
    assert again.payload_type == 109
    assert more.sequence_number == again.sequence_number + 1
    lost = unwrap_rtx(again, payload_type=108, ssrc=wire.sender.ssrc)
    assert (lost.payload, lost.marker) == (b"b", 1)
    assert lost.sequence_number == original.sequence_number
    assert lost.timestamp == original.timestamp
    assert wire.sender.again == 2


def test_without_rtx_the_same_bytes_travel_again(plain: Wire) -> None:
    plain.picture(b"a", b"b")
    before = plain.datagrams()
    number = int.from_bytes(before[1][2:4], "big")
    plain.nack(number)
    assert plain.datagrams() == before[1:]


def test_what_was_never_sent_or_is_too_old_cannot_travel_again(wire: Wire) -> None:
    wire.nack(0, 1, 65535)
    for _ in range(HISTORY + 1):
        wire.picture(b"x")
    oldest, second = wire.media()[:2]
    wire.nack(oldest.sequence_number)
    assert wire.media() == []
    wire.nack(second.sequence_number)
    assert len(wire.media()) == 1


def test_nobody_is_sent_more_again_than_a_line_may_lose(wire: Wire) -> None:
    wire.picture(b"x")
    (only,) = wire.media()
    for _ in range(AGAIN_PER_S + 50):
        wire.nack(only.sequence_number)
    assert len(wire.media()) == AGAIN_PER_S
    wire.nack(only.sequence_number, at=2.0)
    assert len(wire.media()) == 1


def test_a_weak_line_is_not_filled_with_what_it_lost(wire: Wire) -> None:
    assert [again_per_s(rate) for rate in (None, 10**9, 1_000_000, 0)] == [
        *(AGAIN_PER_S, AGAIN_PER_S, 31),
        LEAST_AGAIN_PER_S,
    ]
    wire.picture(b"x")
    (only,) = wire.media()
    wire.sender.receiver = wire.sender.receiver._replace(bitrate=1_000_000)
    for _ in range(100):
        wire.nack(only.sequence_number)
    assert len(wire.media()) == 31


def test_what_is_on_its_way_again_is_not_sent_once_more(wire: Wire) -> None:
    wire.picture(b"a", b"b")
    first, second = (one.sequence_number for one in wire.media())
    wire.sender.receiver = wire.sender.receiver._replace(round_trip_s=0.25)
    wire.nack(first, at=1.0)
    wire.nack(first, second, at=1.125)
    assert len(wire.media()) == 2
    wire.nack(first, second, at=1.25)
    assert len(wire.media()) == 1
    wire.nack(first, second, at=1.4375)
    assert len(wire.media()) == 1


def test_a_round_trip_that_is_made_up_keeps_nothing_from_being_sent(wire: Wire) -> None:
    wire.picture(b"a")
    (only,) = wire.media()
    wire.sender.receiver = wire.sender.receiver._replace(round_trip_s=3600.0)
    wire.nack(only.sequence_number, at=1.0)
    wire.nack(only.sequence_number, at=1.0 + LONGEST_TRIP_S)
    assert len(wire.media()) == 2


def test_what_is_forgotten_is_not_sent_again_but_what_is_under_way_is_sent(wire: Wire) -> None:
    wire.picture(b"a")
    (lost,) = wire.media()
    in_two_runs = [b"b", b"c" * 600]
    wire.sender.send_picture(wire.template(*in_two_runs), 0, 0)
    wire.sender.forget_history()
    wire.nack(lost.sequence_number)
    wire.sender.send_next_run()
    assert [one.payload for one in wire.media()] == in_two_runs
    wire.sender.forget_history()
    wire.nack(lost.sequence_number + 1)
    assert not wire.media()


def test_what_waits_for_a_full_socket_is_not_sent_before_its_turn(plain: Wire) -> None:
    class Full(socket.socket):
        def sendto(self, *arguments: object) -> int:
            raise BlockingIOError

    with Full(socket.AF_INET, socket.SOCK_DGRAM) as full:
        plain.sender.change_destination(plain.line(full))
        plain.sender.send_picture(plain.template(b"a"), 0, 0)
        assert plain.sender.send_next_run() is None
    plain.sender.change_destination(plain.line(plain.sockets[0]))
    plain.nack(*range(2**15))
    assert plain.datagrams() == []
    assert plain.sender.send_next_run() == 1
    assert [one.payload for one in plain.media()] == [b"a"]


@pytest.mark.parametrize("fmt", [1, 4])
def test_a_lost_picture_is_told(wire: Wire, fmt: int) -> None:
    entry = struct.pack("!II", wire.sender.ssrc, 0)
    said = RtcpPsfbPacket(fmt=fmt, ssrc=1, media_ssrc=wire.sender.ssrc, fci=entry)
    wire.sender.handle_feedback(bytes(said), 0.0, 0.0)
    assert wire.lost == 1


def test_what_a_viewer_says_of_its_line_is_kept(wire: Wire) -> None:
    remb = RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=b"REMB\1\4\x93\x93\0\0\0\1")
    block = struct.pack("!IIIIII", wire.sender.ssrc, 128 << 24, 0, 90, 1 << 16, 1 << 16)
    report = struct.pack("!BBHI", 0x81, 201, 7, 1) + block
    wire.sender.handle_feedback(report + bytes(remb), 0.0, 2**32 + 2.5 - 2_208_988_800)
    seen = wire.sender.receiver
    assert (seen.lost, seen.jitter_s, seen.bitrate) == (0.5, 0.001, 0x9393 << 1)
    assert seen.round_trip_s == pytest.approx(0.5)


def test_reports_tell_what_was_sent_and_when(wire: Wire) -> None:
    wire.picture(b"abc", b"de")
    first = wire.media()[0]
    wire.sender.send_report(1.0, 5.0)
    report, _ = wire.control()
    assert isinstance(report, RtcpSrPacket)
    info = report.sender_info
    assert (info.packet_count, info.octet_count) == (2, 5)
    assert (info.rtp_timestamp - first.timestamp) % 2**32 == 90_000


def test_bye(wire: Wire) -> None:
    wire.sender.send_bye()
    assert wire.control()[-1] == RtcpByePacket(sources=[wire.sender.ssrc])


def test_the_send_time_counts_sixty_four_seconds() -> None:
    assert send_time(0.0) == send_time(64.0) == 0
    assert send_time(65.5) == 3 << 17


@pytest.mark.slow
def test_numbers_wrap_on_the_short_way_too(wire: Wire) -> None:
    """Pictures of one run, as nearly all are, over the end of 16 bits and back to the beginning."""
    while (left := (1 << 16) - 2 - wire.sender._number) > 0:
        wire.picture(*[b"x"] * min(1024, left))
        wire.datagrams()
    for time in range(5):
        assert wire.sender.send_single_run(wire.template(b"a"), time, 0)
    numbers = [packet.sequence_number for packet in wire.media()]
    assert numbers == [0xFFFE, 0xFFFF, 0, 1, 2]
    assert wire.sender._number == 3
    wire.nack(0xFFFF, 1)
    again = [unwrap_rtx(one, 108, wire.sender.ssrc) for one in wire.media()]
    assert [one.sequence_number for one in again] == [0xFFFF, 1]
