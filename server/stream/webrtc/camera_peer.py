"""A peer that sends: one camera, on the port of all viewers. Its pictures are handed on encoded."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import pylibsrtp
from aiortc import RTCCertificate
from aiortc.sdp import MediaDescription, SessionDescription

from phosphene.stream.webrtc.offer import MID_EXTENSION, read_camera_offer, taken
from phosphene.stream.webrtc.secure_transport import DISCARD, SecureTransport, rejected_section
from phosphene.stream.webrtc.udp import MediaPort
from phosphene.stream.webrtc.video_receiver import VideoReceiver

RTCP: Final = range(192, 224)
"""Second bytes of what is RTCP and not RTP on one port (RFC 5761, section 4)."""
CONNECT_S: Final = 15.0
REPORT_S: Final = 1.0
SILENT_S: Final = 5.0
"""A camera that sends nothing for so long is gone."""


class CameraPeer:
    """Answers an offer to send a camera (see ``read_camera_offer``). ``take_picture`` is given each
    picture as it was encoded.

    Raises:
        BadInput, NotAcceptable: the offer.
    """

    # Not aiortc's own receiver: it decodes in a thread of this process, and no pixel belongs here.
    def __init__(self, offer: str, port: MediaPort, take_picture: Callable[[bytes], None]) -> None:
        self._offer = read_camera_offer(offer)
        self._port = port
        self._take_picture = take_picture
        (self._video,) = taken(self._offer)
        (codec,) = self._video.rtp.codecs
        assert codec.payloadType
        self._receiver = VideoReceiver(codec.payloadType)
        self._open = False
        self._silent_s = 0.0
        certificate = RTCCertificate.generateCertificate()
        self._transport = SecureTransport(
            self._video, certificate, port.serving_transport, self._hear, lambda: None
        )

    def answer_offer(self) -> str:
        """The SDP answer, complete with candidates."""
        description = SessionDescription()
        description.origin = f"- 1 1 IN IP4 {DISCARD}"
        description.group = self._offer.group
        description.media = [
            self._section() if media is self._video else rejected_section(media)
            for media in self._offer.media
        ]
        return str(description)

    def request_keyframe(self) -> None:
        """A picture cannot be decoded: ask for one that needs no other."""
        self._receiver.needs_keyframe = True
        self._tell(self._receiver.urgent_feedback(time.monotonic()))

    async def receive_pictures(self) -> None:
        """Take pictures until the camera is gone, or never came.

        Raises:
            ConnectionError: always, at the end.
        """
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._transport.connect()
        except TimeoutError:
            raise ConnectionError("the camera did not connect") from None
        self._open, self._silent_s = True, 0.0
        # Counted in rounds: after a sleep of this process the camera is there, and what it sent is
        # read a moment later.
        while self._transport.is_connected and self._silent_s < SILENT_S:
            await asyncio.sleep(REPORT_S)
            self._silent_s += REPORT_S
            self._tell(self._receiver.regular_feedback())
        raise ConnectionError("the camera is gone")

    async def close(self) -> None:
        """End the connection."""
        self._open = False
        await self._transport.close()

    def _hear(self, datagram: bytes) -> None:
        """SRTP, and SRTCP, of which nothing is needed. What is forged is passed over."""
        if not self._open or len(datagram) < 2 or datagram[1] in RTCP:
            return
        try:
            packet = self._transport.incoming.unprotect(datagram)
        except (pylibsrtp.Error, ValueError):
            return
        self._silent_s = 0.0
        for picture in self._receiver.take_packet(packet):
            self._take_picture(picture)
        self._tell(self._receiver.urgent_feedback(time.monotonic()))

    def _tell(self, packets: list[bytes]) -> None:
        out, address = self._transport.ice.socket, self._transport.ice.address
        if not self._open or out is None:
            return
        for packet in packets:
            try:
                out.sendto(self._transport.outgoing.protect_rtcp(packet), address)
            except (OSError, pylibsrtp.Error):
                return  # as good as lost on its way

    def _section(self) -> MediaDescription:
        """Our side of the camera's section."""
        media = self._transport.answer_section(
            self._video, "recvonly", self._port.host_candidates()
        )
        offered = self._video.rtp.headerExtensions
        media.rtp.headerExtensions = [one for one in offered if one.uri == MID_EXTENSION]
        return media
