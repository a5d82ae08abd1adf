import pytest
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
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

from server.stream.sender import HISTORY, Format, Sender


class Wire:
    """A sender and all that it sent."""

    def __init__(self, rtx: int | None = 109) -> None:
        self.sent: list[bytes] = []
        self.lost = 0
        self.sender = Sender(self._take, Format(108, rtx, b""), self._lose)

    async def _take(self, data: bytes) -> None:
        self.sent.append(data)

    def _lose(self) -> None:
        self.lost += 1

    def media(self) -> list[RtpPacket]:
        no_extensions = HeaderExtensionsMap()
        return [RtpPacket.parse(one, no_extensions) for one in self.sent if not is_rtcp(one)]

    async def hear(self, fmt: int, numbers: list[int] | None = None) -> None:
        ssrc = self.sender.ssrc
        if numbers is not None:
            packet = RtcpRtpfbPacket(fmt=fmt, ssrc=1, media_ssrc=ssrc, lost=numbers)
            await self.sender._handle_rtcp_packet(packet)
        else:
            await self.sender._handle_rtcp_packet(
                RtcpPsfbPacket(fmt=fmt, ssrc=1, media_ssrc=ssrc, fci=b"")
            )


@pytest.mark.asyncio
async def test_pictures_are_numbered_on_and_end_with_a_marker() -> None:
    wire = Wire()
    await wire.sender.picture([b"a", b"b", b"c"], 0)
    await wire.sender.picture([b"d"], 3750)
    packets = wire.media()
    first = packets[0].sequence_number
    assert [one.sequence_number for one in packets] == [first + n for n in range(4)]
    assert [one.marker for one in packets] == [0, 0, 1, 1]
    assert (packets[3].timestamp - packets[0].timestamp) % 2**32 == 3750
    assert {one.ssrc for one in packets} == {wire.sender.ssrc}
    assert {one.payload_type for one in packets} == {108}


@pytest.mark.asyncio
async def test_numbers_go_round() -> None:
    wire = Wire()
    await wire.sender.picture([b"x"] * (2**16 + 1), 0)
    assert is_rtcp(wire.sent.pop())
    wire.sent = [wire.sent[0], wire.sent[-1]]
    first, last = wire.media()
    assert first.sequence_number == last.sequence_number


@pytest.mark.asyncio
async def test_a_number_that_is_asked_for_often_is_sent_once() -> None:
    wire = Wire()
    await wire.sender.picture([b"a"], 0)
    number = wire.media()[0].sequence_number
    wire.sent.clear()
    await wire.hear(RTCP_RTPFB_NACK, [number] * 300)
    assert len(wire.sent) == 1


@pytest.mark.asyncio
async def test_a_lost_packet_travels_again_in_a_stream_of_its_own() -> None:
    wire = Wire()
    await wire.sender.picture([b"a", b"b"], 0)
    original = wire.media()[1]
    wire.sent.clear()
    await wire.hear(RTCP_RTPFB_NACK, [original.sequence_number])
    await wire.hear(RTCP_RTPFB_NACK, [original.sequence_number])
    again, more = wire.media()
    assert again.ssrc == wire.sender.rtx_ssrc
    assert more.sequence_number == again.sequence_number + 1
    lost = unwrap_rtx(again, payload_type=108, ssrc=wire.sender.ssrc)
    assert lost.payload == b"b"
    assert lost.sequence_number == original.sequence_number
    assert lost.timestamp == original.timestamp
    assert lost.marker == 1


@pytest.mark.asyncio
async def test_without_rtx_the_same_bytes_travel_again() -> None:
    wire = Wire(rtx=None)
    await wire.sender.picture([b"a"], 0)
    before = wire.sent[0]
    number = wire.media()[0].sequence_number
    wire.sent.clear()
    await wire.hear(RTCP_RTPFB_NACK, [number])
    assert wire.sent == [before]


@pytest.mark.asyncio
async def test_what_was_never_sent_or_is_too_old_cannot_travel_again() -> None:
    wire = Wire()
    await wire.hear(RTCP_RTPFB_NACK, [0, 1, 65535])
    for _ in range(HISTORY + 1):
        await wire.sender.picture([b"x"], 0)
    oldest = wire.media()[0].sequence_number
    wire.sent.clear()
    await wire.hear(RTCP_RTPFB_NACK, [oldest])
    assert wire.sent == []


@pytest.mark.asyncio
@pytest.mark.parametrize("fmt", [RTCP_PSFB_PLI, RTCP_PSFB_FIR])
async def test_a_lost_picture_is_told(fmt: int) -> None:
    wire = Wire()
    await wire.hear(fmt)
    assert wire.lost == 1


@pytest.mark.asyncio
async def test_other_feedback_is_left_alone() -> None:
    wire = Wire()
    await wire.hear(15)
    await wire.hear(15, [1])
    assert wire.lost == 0
    assert wire.sent == []


@pytest.mark.asyncio
async def test_reports_tell_what_was_sent() -> None:
    wire = Wire()
    await wire.sender.picture([b"abc", b"de"], 90)
    await wire.sender.picture([b"f"], 180)
    reports = [RtcpPacket.parse(one) for one in wire.sent if is_rtcp(one)]
    assert len(reports) == 1  # the second picture came within the second
    (report, _) = reports[0]
    assert isinstance(report, RtcpSrPacket)
    assert report.sender_info.packet_count == 2
    assert report.sender_info.octet_count == 5
    assert report.sender_info.rtp_timestamp == wire.media()[0].timestamp


@pytest.mark.asyncio
async def test_bye() -> None:
    wire = Wire()
    await wire.sender.bye()
    assert RtcpPacket.parse(wire.sent[0]) == [RtcpByePacket(sources=[wire.sender.ssrc])]
