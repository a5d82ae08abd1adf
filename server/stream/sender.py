"""One viewer's RTP stream: sequence numbers, retransmissions, reports. No encoder, no task."""

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from aiortc import clock
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
)

from server.stream.rtp import packet, retransmission

HISTORY = 512
REPORT_EVERY_S = 1.0
CNAME = b"phosphene"

Send = Callable[[bytes], Awaitable[None]]


class Format(NamedTuple):
    """What was negotiated; ``rtx`` is the payload type of retransmissions, if any."""

    payload_type: int
    rtx: int | None
    extra: bytes


class Sent(NamedTuple):
    number: int
    time: int
    last: bool
    payload: bytes


class Sender:
    """Sends payloads through ``send``, which encrypts. aiortc hands it the viewer's RTCP."""

    def __init__(self, send: Send, form: Format, picture_lost: Callable[[], None]) -> None:
        self.rtx_ssrc = secrets.randbits(32)
        self._ssrc = secrets.randbits(32)
        self._send = send
        self._form = form
        self._picture_lost = picture_lost
        # In the lower half, so that the first wrap is far from the first packet of SRTP.
        self._number = secrets.randbits(15)
        self._rtx_number = secrets.randbits(15)
        self._origin = secrets.randbits(32)
        self._history: list[Sent | None] = [None] * HISTORY
        self._packets = 0
        self._octets = 0
        self._report_s = 0.0

    @property
    def ssrc(self) -> int:
        return self._ssrc

    async def picture(self, payloads: Sequence[bytes], rtp_time: int) -> None:
        """Send one picture. Raises ConnectionError when the viewer is gone."""
        stamp = self._origin + rtp_time
        end = len(payloads) - 1
        for place, payload in enumerate(payloads):
            sent = Sent(self._number, stamp, place == end, payload)
            self._history[self._number % HISTORY] = sent
            self._number = (self._number + 1) & 0xFFFF
            self._packets += 1
            self._octets += len(payload)
            await self._send(self._packet(sent))
        await self._report(stamp)

    async def bye(self) -> None:
        """Say that nothing follows."""
        await self._send(bytes(RtcpByePacket(sources=[self._ssrc])))

    async def _handle_rtcp_packet(self, received: AnyRtcpPacket) -> None:
        match received:
            case RtcpRtpfbPacket(fmt=fmt, lost=lost) if fmt == RTCP_RTPFB_NACK:
                for number in dict.fromkeys(lost):
                    await self._again(number)
            case RtcpPsfbPacket(fmt=fmt) if fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}:
                self._picture_lost()

    async def _again(self, number: int) -> None:
        sent = self._history[number % HISTORY]
        if sent is None or sent.number != number:
            return
        if self._form.rtx is None:
            # The same bytes again: SRTP makes the same ciphertext of them.
            await self._send(self._packet(sent))
            return
        again = packet(
            retransmission(sent.payload, number),
            last=sent.last,
            payload_type=self._form.rtx,
            number=self._rtx_number,
            time=sent.time,
            ssrc=self.rtx_ssrc,
            extra=self._form.extra,
        )
        self._rtx_number = (self._rtx_number + 1) & 0xFFFF
        await self._send(again)

    def _packet(self, sent: Sent) -> bytes:
        return packet(
            sent.payload,
            last=sent.last,
            payload_type=self._form.payload_type,
            number=sent.number,
            time=sent.time,
            ssrc=self._ssrc,
            extra=self._form.extra,
        )

    async def _report(self, stamp: int) -> None:
        """A sender report with the pictures, about once a second (RFC 3550)."""
        now_s = time.monotonic()
        if now_s - self._report_s < REPORT_EVERY_S:
            return
        self._report_s = now_s
        info = RtcpSenderInfo(
            ntp_timestamp=clock.current_ntp_time(),
            rtp_timestamp=stamp & 0xFFFFFFFF,
            packet_count=self._packets & 0xFFFFFFFF,
            octet_count=self._octets & 0xFFFFFFFF,
        )
        name = RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=self._ssrc, items=[(1, CNAME)])])
        await self._send(bytes(RtcpSrPacket(ssrc=self._ssrc, sender_info=info)) + bytes(name))
