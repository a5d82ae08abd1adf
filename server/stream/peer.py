"""One viewer's connection: ICE and DTLS by aiortc, the answer and the media by us."""

from collections.abc import Callable

from aiortc import (
    RTCCertificate,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceTransport,
)
from aiortc.codecs import is_rtx
from aiortc.rtcdtlstransport import RTCDtlsParameters
from aiortc.rtcrtpparameters import RTCRtpParameters, RTCRtpSendParameters
from aiortc.sdp import GroupDescription, MediaDescription, SessionDescription, SsrcDescription

from server.stream.rtp import mid_extension
from server.stream.sender import CNAME, Format, Sender

LOOPBACK = "127.0.0.1"
DISCARD = "0.0.0.0"
STREAM = "phosphene"


class Peer:
    """Answers a clean offer (see ``read_offer``); one transport for all its media sections.

    ``lost`` is called when the connection has ended, ``picture_lost`` for a PLI or FIR.
    """

    def __init__(
        self,
        offer: SessionDescription,
        lost: Callable[[], None],
        picture_lost: Callable[[], None],
    ) -> None:
        self._offer = offer
        self._lost = lost
        # The first section of a bundle carries the transport of all.
        first = offer.media[0]
        assert first.ice
        assert first.dtls
        self._remote, self._certificate = first.ice, first.dtls
        # As DTLS client a browser picks AES-GCM, twice as cheap for us as what it picks as server.
        self._role = "client" if first.dtls.role == "server" else "server"
        self._video = next(media for media in offer.media if media.kind == "video")
        # No STUN server is asked: our own addresses are in the answer, those of the viewer show.
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [RTCCertificate.generateCertificate()])
        self.sender = Sender(self._dtls._send_rtp, _format(self._video), picture_lost)

    @property
    def ufrag(self) -> str | None:
        """The viewer's ICE user name."""
        return self._remote.usernameFragment

    async def answer(self, *, loopback: bool) -> str:
        """The SDP answer, complete with candidates; 127.0.0.1 is among them when ``loopback``
        says so or when this machine has no other address."""
        await self._gatherer.gather()
        if loopback or not self._gatherer.getLocalCandidates():
            # aioice leaves loopback out, and a connection without candidates never begins.
            ice = self._gatherer._connection
            ice._local_candidates += await ice.get_component_candidates(1, [LOOPBACK])
        description = SessionDescription()
        description.origin = f"- {self.sender.ssrc} 1 IN IP4 {DISCARD}"
        description.group = self._offer.group
        description.msid_semantic = [GroupDescription(semantic="WMS", items=["*"])]
        description.media = [self._section(media) for media in self._offer.media]
        return str(description)

    async def add(self, candidates: list[RTCIceCandidate]) -> None:
        """Take addresses of the viewer."""
        for candidate in candidates:
            await self._ice.addRemoteCandidate(candidate)

    async def connect(self) -> None:
        """Until media can flow. Raises ConnectionError."""
        await self.add(self._offer.media[0].ice_candidates)
        self._dtls._set_role(self._role)
        await self._ice.start(self._remote)
        if self._ice.state != "completed":
            raise ConnectionError("no way to the viewer was found")
        await self._dtls.start(self._certificate)
        if self._dtls.state != "connected":
            raise ConnectionError("the viewer's certificate or keys did not fit")
        self._dtls._register_rtp_sender(self.sender, RTCRtpSendParameters())
        self._ice.on("statechange", self._on_state)
        self._dtls.on("statechange", self._on_state)
        self._on_state()

    async def close(self) -> None:
        """End the connection; the viewer is told."""
        self._ice.remove_all_listeners()
        self._dtls.remove_all_listeners()
        try:
            if self._dtls.state == "connected":
                await self.sender.bye()
        finally:
            await self._dtls.stop()
            await self._ice.stop()

    def _on_state(self) -> None:
        if self._ice.state != "completed" or self._dtls.state != "connected":
            self._lost()

    def _section(self, offered: MediaDescription) -> MediaDescription:
        """Our side of one media section: the video is sent, audio stays inactive."""
        media = MediaDescription(offered.kind, 9, offered.profile, offered.fmt)
        media.host = media.rtcp_host = DISCARD
        media.rtcp_port, media.rtcp_mux = 9, True
        media.direction = "sendonly" if offered is self._video else "inactive"
        media.msid = f"{STREAM} {offered.kind}"
        media.rtp = RTCRtpParameters(
            codecs=offered.rtp.codecs,
            headerExtensions=offered.rtp.headerExtensions,
            muxId=offered.rtp.muxId,
        )
        if offered is self._video:
            self._name_sources(media)
        media.ice = self._gatherer.getLocalParameters()
        media.ice_candidates = self._gatherer.getLocalCandidates()
        media.ice_candidates_complete = True
        fingerprints = self._dtls.getLocalParameters().fingerprints
        media.dtls = RTCDtlsParameters(fingerprints=fingerprints, role=self._role)
        return media

    def _name_sources(self, media: MediaDescription) -> None:
        sources = [self.sender.ssrc]
        if any(is_rtx(codec) for codec in media.rtp.codecs):
            sources.append(self.sender.rtx_ssrc)
            media.ssrc_group = [GroupDescription(semantic="FID", items=[*sources])]
        media.ssrc = [SsrcDescription(ssrc=ssrc, cname=CNAME.decode()) for ssrc in sources]


def _format(video: MediaDescription) -> Format:
    codec, *rtx = (one.payloadType for one in video.rtp.codecs)
    assert codec
    extensions = video.rtp.headerExtensions
    extra = mid_extension(extensions[0].id, video.rtp.muxId) if extensions else b""
    return Format(codec, rtx[0] if rtx else None, extra)
