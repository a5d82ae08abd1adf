"""One viewer's connection: what is sent over its secured way, and heard."""

import time
from collections.abc import Callable

import pylibsrtp
from aiortc import RTCCertificate, RTCIceCandidate
from aiortc.codecs import is_rtx
from aiortc.sdp import (
    GroupDescription,
    MediaDescription,
    SessionDescription,
    SsrcDescription,
    candidate_to_sdp,
)

from phosphene.stream.webrtc.audio_sender import AudioSender
from phosphene.stream.webrtc.codecs import is_vp8
from phosphene.stream.webrtc.egress import SrtpDestination, srtp_destination
from phosphene.stream.webrtc.offer import MID_EXTENSION, SEND_TIME_EXTENSION, hears, taken
from phosphene.stream.webrtc.rtcp_packets import CNAME
from phosphene.stream.webrtc.secure_transport import DISCARD, SecureTransport, rejected_section
from phosphene.stream.webrtc.sender import VideoSender
from phosphene.stream.webrtc.template import Negotiated
from phosphene.stream.webrtc.udp import MediaPort
from phosphene.units import RenditionName

STREAM = "phosphene"
# HMAC-SHA1 of 80 bits (RFC 3711) and the tag of AES-GCM (RFC 7714): the room that a template leaves
# after each packet.
SHA1_TAG, GCM_TAG = 10, 16


class Peer:
    """Answers a clean offer (see ``read_offer``); one transport for all its media sections.

    ``lost`` is called when the connection has ended, ``picture_lost`` for a PLI or FIR, and
    ``reported`` when the viewer has said something of its line. ``sound``: whether there may be
    any; then who offers to receive Opus has a ``audio_sender``.
    """

    def __init__(
        self,
        offer: SessionDescription,
        port: MediaPort,
        certificate: RTCCertificate,
        lost: Callable[[], None],
        picture_lost: Callable[[], None],
        reported: Callable[[], None],
        *,
        sound: bool = False,
    ) -> None:
        self._offer = offer
        self._port = port
        self._lost = lost
        self._reported = reported
        sections = taken(offer)
        # The first section of a bundle carries the transport of all.
        self._first = first = sections[0]
        self._video = next(media for media in sections if media.kind == "video")
        # Only the handshake is aiortc's: its sender costs 2.96 ms a viewer-second for packets that
        # are encoded already, where ours takes 0.44, and as an encoder per viewer 46.7.
        self.sender = VideoSender(_negotiated(self._video), picture_lost)
        self._audio = next((one for one in sections if sound and hears(one)), None)
        self.audio_sender = AudioSender(_negotiated(self._audio)) if self._audio else None
        self._open = False
        self._transport = SecureTransport(
            first, certificate, port.serving_transport, self._hear, self._move
        )
        self.ice_transport = self._transport.ice

    @property
    def only_rendition(self) -> RenditionName | None:
        """The one rendition that was negotiated, if it is not H.264."""
        return "vp8" if is_vp8(self._video.rtp.codecs[0]) else None

    @property
    def video_index(self) -> int:
        """Of the video among the media sections."""
        return self._offer.media.index(self._video)

    def answer_offer(self) -> str:
        """The SDP answer, complete with candidates."""
        description = SessionDescription()
        description.origin = f"- {self.sender.ssrc} 1 IN IP4 {DISCARD}"
        description.group = self._offer.group
        # WHEP players use ``event.streams``: one stream with the same name in every section (draft-
        # ietf-wish-whep, MediaStream), or sound and pictures arrive apart.
        description.msid_semantic = [GroupDescription(semantic="WMS", items=["*"])]
        candidates = self._port.host_candidates()
        description.media = [
            self._section(media, candidates) if media.port else rejected_section(media)
            for media in self._offer.media
        ]
        return str(description)

    def restart_ice(self) -> str:
        """An ICE restart (RFC 8445, 9): the viewer has new credentials; the fragment (RFC 8840)
        that answers with new ones of our own."""
        self.ice_transport.restart_ice()
        self._port.add_credentials(self.ice_transport)
        first, mid = self._first, self._first.rtp.muxId
        lines = [
            "a=ice-lite",
            f"a=ice-ufrag:{self.ice_transport.ufrag}",
            f"a=ice-pwd:{self.ice_transport.password}",
            f"m={first.kind} 9 {first.profile} 0",
            *([f"a=mid:{mid}"] if mid else []),
            *(f"a=candidate:{candidate_to_sdp(one)}" for one in self._port.host_candidates()),
            "a=end-of-candidates",
        ]
        return "".join(f"{line}\r\n" for line in lines)

    async def connect(self) -> None:
        """Until media can flow. Raises ConnectionError."""
        await self._transport.connect()
        self._open = True
        self._transport.dtls.on("statechange", self._end)
        tag = SHA1_TAG if b"SHA1" in self._transport.profile else GCM_TAG
        self.sender.open(self._line(), self._port.egress, tag)
        if self.audio_sender is not None:
            self.audio_sender.open(self._line(), self._port.egress, tag)

    def send_reports(self, now_s: float, unix_s: float) -> None:
        """Send sender reports."""
        self.sender.send_report(now_s, unix_s)
        if self.audio_sender is not None:
            self.audio_sender.send_report(now_s, unix_s)

    async def wait_writable(self) -> None:
        """Until the kernel takes packets for this viewer."""
        if self.ice_transport.socket is not None:
            await self._port.wait_writable(self.ice_transport.socket.fileno())

    async def close(self) -> None:
        """End the connection; the viewer is told."""
        self._transport.dtls.remove_all_listeners()
        try:
            if self._open and self._transport.is_connected:
                self.sender.send_bye()
        finally:
            await self._transport.close()

    def _line(self) -> SrtpDestination:
        assert self.ice_transport.socket is not None
        return srtp_destination(
            self._transport.outgoing, self.ice_transport.socket, self.ice_transport.address
        )

    def _move(self) -> None:
        if not self._open:
            return  # ``connect`` opens the senders with the address of that moment
        self.sender.change_destination(self._line())
        if self.audio_sender is not None:
            self.audio_sender.change_destination(self._line())

    def _end(self) -> None:
        self._open = False
        self._lost()

    def _hear(self, datagram: bytes) -> None:
        """SRTCP; what is forged or repeated is passed over."""
        if not self._open:
            return
        try:
            compound = self._transport.incoming.unprotect_rtcp(datagram)
        except (pylibsrtp.Error, ValueError):
            return
        # At once and in the reader: a repeat that waits for a task of its own comes a round trip
        # late.
        feedback = self.sender.handle_feedback(compound, time.monotonic(), time.time())
        if feedback.bitrate is not None or feedback.reports:
            self._reported()
        if feedback.bye:
            self._lost()

    def _section(
        self, offered: MediaDescription, candidates: list[RTCIceCandidate]
    ) -> MediaDescription:
        """Our side of one media section: the video is sent, audio where there may be sound."""
        sent = offered is self._video or offered is self._audio
        direction = "sendonly" if sent else "inactive"
        media = self._transport.answer_section(offered, direction, candidates)
        media.msid = f"{STREAM} {offered.kind}"
        if offered is self._video:
            self._name_sources(media)
        elif self.audio_sender is not None:
            media.ssrc = [SsrcDescription(ssrc=self.audio_sender.ssrc, cname=CNAME.decode())]
        return media

    def _name_sources(self, media: MediaDescription) -> None:
        sources = [self.sender.ssrc]
        if any(is_rtx(codec) for codec in media.rtp.codecs):
            sources.append(self.sender.rtx_ssrc)
            media.ssrc_group = [GroupDescription(semantic="FID", items=[*sources])]
        media.ssrc = [SsrcDescription(ssrc=ssrc, cname=CNAME.decode()) for ssrc in sources]


def _negotiated(media: MediaDescription) -> Negotiated:
    codec, *rtx = (one.payloadType for one in media.rtp.codecs)
    assert codec
    ids = {one.uri: one.id for one in media.rtp.headerExtensions}
    return Negotiated(
        codec,
        rtx[0] if rtx else None,
        ids.get(MID_EXTENSION, 0),
        media.rtp.muxId,
        ids.get(SEND_TIME_EXTENSION, 0),
    )
