import socket
from collections.abc import Iterator

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from msgspec.structs import replace
from pylibsrtp import Policy, Session

from phosphene.stream.webrtc.egress import (
    Egress,
    PlainEgress,
    SegmentedEgress,
    SentPicture,
    choose_egress,
    srtp_destination,
)
from phosphene.stream.webrtc.template import PacketFormat, build_template
from phosphene.stream.webrtc.udp import _open

FORM = PacketFormat(payload_type=108, mid_id=9, mid="0", send_time_id=3, tag=16)
SOURCE = 0xABCD1234
PROFILES = {
    16: (Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
    10: (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
}


class Wire:
    """Two sockets on loopback and the two ends of one SRTP session."""

    def __init__(self, tag: int) -> None:
        self.here, self.there = _open("127.0.0.1", 0), _open("127.0.0.1", 0)
        profile, size = PROFILES[tag]
        key = bytes(range(size))
        sending = Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile)
        sending.allow_repeat_tx = True
        self.line = srtp_destination(Session(sending), self.here, self.there.getsockname())
        self.reading = Session(
            Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile)
        )

    def come(self) -> list[bytes]:
        datagrams = []
        while True:
            try:
                datagrams.append(self.there.recv(2048))
            except BlockingIOError:
                return datagrams

    def close(self) -> None:
        self.here.close()
        self.there.close()


@pytest.fixture(params=[16, 10], ids=["gcm", "cm"])
def form(request: pytest.FixtureRequest) -> PacketFormat:
    return FORM._replace(tag=int(request.param))


@pytest.fixture
def wire(form: PacketFormat) -> Iterator[Wire]:
    wire = Wire(form.tag)
    yield wire
    wire.close()


def send(egress: Egress, wire: Wire, sent: SentPicture) -> list[bytes]:
    index = 0
    for run in sent[3].runs:
        assert egress.send_run(wire.line, SOURCE, sent, run, index)
        index += len(run.places)
    return wire.come()


@pytest.mark.parametrize("send_time_id", [3, 0])
@pytest.mark.parametrize(
    "sizes", [[7], [1100] * 5, [30, 1100, 1100, 400], [990, 900, 1100, 7], [1180] * 70]
)
def test_both_ways_send_the_same_bytes(
    wire: Wire, form: PacketFormat, sizes: list[int], send_time_id: int
) -> None:
    made = [bytes([size % 251]) * size for size in sizes]
    template = build_template(made, form._replace(send_time_id=send_time_id))
    # The numbers and the clock go round within the picture.
    sent: SentPicture = (65534, 2**32 + 9, 0xFFFFFF, template)
    lean = send(SegmentedEgress(), wire, sent)
    assert lean == send(PlainEgress(), wire, sent)
    assert len(lean) == len(sizes)
    clear = [wire.reading.unprotect(one) for one in lean]
    assert [RtpPacket.parse(one, HeaderExtensionsMap()).payload for one in clear] == made
    assert [int.from_bytes(one[2:4], "big") for one in clear] == [
        65534 + place & 0xFFFF for place in range(len(made))
    ]
    assert {one[4:12] for one in clear} == {(9).to_bytes(4, "big") + SOURCE.to_bytes(4, "big")}
    if send_time_id:
        assert {one[16:20] for one in clear} == {b"\x32\xff\xff\xff"}


def test_the_same_picture_again_is_the_same_ciphertext(wire: Wire, form: PacketFormat) -> None:
    sent: SentPicture = (7, 9, 0, build_template([b"a" * 900, b"b" * 900], form))
    assert send(SegmentedEgress(), wire, sent) == send(SegmentedEgress(), wire, sent)


@pytest.mark.parametrize("egress", [SegmentedEgress(), PlainEgress()])
def test_a_full_socket_takes_nothing_and_later_the_same(
    wire: Wire, form: PacketFormat, egress: Egress
) -> None:
    class Full(socket.socket):
        def sendmsg(self, *arguments: object) -> int:
            raise BlockingIOError

        sendto = sendmsg

    sent: SentPicture = (7, 9, 0, build_template([b"a" * 900], form))
    with Full(socket.AF_INET, socket.SOCK_DGRAM) as full:
        blocked = replace(wire.line, socket=full)
        assert not egress.send_run(blocked, SOURCE, sent, sent[3].runs[0], 0)
    assert send(egress, wire, sent) == send(egress, wire, sent)


def test_a_card_that_takes_no_segments_gets_packets(wire: Wire, form: PacketFormat) -> None:
    class Simple(socket.socket):
        def sendmsg(self, *arguments: object) -> int:
            raise OSError(5, "Input/output error")

    sent: SentPicture = (7, 9, 0, build_template([b"a" * 900, b"b" * 900, b"c" * 10], form))
    with Simple(socket.AF_INET, socket.SOCK_DGRAM) as simple:
        bare = replace(wire.line, socket=simple)
        assert SegmentedEgress().send_run(bare, SOURCE, sent, sent[3].runs[0], 0)
    assert wire.come() == send(SegmentedEgress(), wire, sent)


def test_the_leaner_way_is_taken_where_there_is_one(wire: Wire) -> None:
    assert isinstance(choose_egress(wire.here), SegmentedEgress | PlainEgress)

    class Older(socket.socket):
        def setsockopt(self, *arguments: object) -> None:
            raise OSError(92, "Protocol not available")

    with Older(socket.AF_INET, socket.SOCK_DGRAM) as older:
        assert isinstance(choose_egress(older), PlainEgress)
