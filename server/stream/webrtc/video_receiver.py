"""RTP of a camera to encoded pictures, and what its sender is told: pure, but for chance.

Packets are put in order and together by aiortc; what is lost is asked for again (RFC 4585). Nothing
is decoded here.
"""

import secrets
import struct
from collections.abc import Sequence
from typing import Final

from aiortc.codecs.vpx import vp8_depayload
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtpPacket,
    pack_remb_fci,
)

from phosphene.stream.webrtc.rtp_timestamps import RTP_CLOCK

# A keyframe of 1280 x 720 may have 120. At MOST_BITRATE a second has some 80: what is still missing
# after three of them is given up.
WAITING: Final = 256
"""Packets that wait for one before them."""
# 480 x 640 at 15 a second; a face of a fifth of the width is seen well.
MOST_BITRATE: Final = 700_000
"""Bits a second that the camera is asked to keep to."""
KEYFRAME_S: Final = 0.5
"""At most so often a keyframe is asked for."""
NACK_S: Final = 0.05
"""At most so often the same packets are asked for again."""


class VideoReceiver:
    """One stream of VP8 of the ``payload_type``; the first source counts, and no other."""

    def __init__(self, payload_type: int) -> None:
        self._payload_type = payload_type
        self._ssrc = secrets.randbits(32)
        self._source: int | None = None
        self._buffer = JitterBuffer(WAITING, is_video=True)
        self._nacks = NackGenerator()
        self._statistics = StreamStatistics(RTP_CLOCK)
        self._asked_s = -1.0
        self._nacked_s = -1.0
        self.needs_keyframe = False
        """Whether one is to be asked for: set it when a picture cannot be decoded."""

    def take_packet(self, data: bytes) -> Sequence[bytes]:
        """The pictures that a packet completes, encoded. What is no packet of the stream is passed
        over."""
        try:
            packet = RtpPacket.parse(data)
            packet._data = vp8_depayload(packet.payload) if packet.payload else b""  # type: ignore[attr-defined]
        except (ValueError, struct.error):
            return ()
        if packet.payload_type != self._payload_type or not self._is_source(packet.ssrc):
            return ()
        self._statistics.add(packet)
        self._nacks.add(packet)
        lost, picture = self._buffer.add(packet)
        self.needs_keyframe = self.needs_keyframe or lost
        pictures = []
        # Many, where a packet closed the gap before them; ``add`` itself gives one for each packet.
        while picture is not None:
            pictures += [picture.data] if picture.data else []
            picture = self._buffer._remove_frame(packet.sequence_number)
        return pictures

    def urgent_feedback(self, now_s: float) -> list[bytes]:
        """What its sender is to be told at once (RTCP): what is missing, and that a keyframe is."""
        if self._source is None:
            return []
        told = []
        if self._nacks.missing and now_s - self._nacked_s >= NACK_S:
            self._nacked_s = now_s
            told.append(
                bytes(
                    RtcpRtpfbPacket(
                        fmt=RTCP_RTPFB_NACK,
                        ssrc=self._ssrc,
                        media_ssrc=self._source,
                        lost=sorted(self._nacks.missing),
                    )
                )
            )
        if self.needs_keyframe and now_s - self._asked_s >= KEYFRAME_S:
            self._asked_s, self.needs_keyframe = now_s, False
            told.append(
                bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._ssrc, media_ssrc=self._source))
            )
        return told

    def regular_feedback(self) -> list[bytes]:
        """What its sender is told once a second (RTCP): how the line is, and how many bits a second
        are enough."""
        if self._source is None:
            return []
        report = RtcpReceiverInfo(
            ssrc=self._source,
            fraction_lost=self._statistics.fraction_lost,
            packets_lost=self._statistics.packets_lost,
            highest_sequence=self._statistics.cycles + (self._statistics.max_seq or 0),
            jitter=self._statistics.jitter,
            lsr=0,
            dlsr=0,
        )
        enough = RtcpPsfbPacket(
            fmt=RTCP_PSFB_APP,
            ssrc=self._ssrc,
            media_ssrc=0,
            fci=pack_remb_fci(MOST_BITRATE, [self._source]),
        )
        return [bytes(RtcpRrPacket(ssrc=self._ssrc, reports=[report])) + bytes(enough)]

    def _is_source(self, ssrc: int) -> bool:
        self._source = ssrc if self._source is None else self._source
        return ssrc == self._source
