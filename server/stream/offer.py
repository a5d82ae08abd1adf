"""Reading what a viewer's browser says of itself: an SDP offer, later fragments. Pure functions.

Its candidates are dropped: an ICE-lite agent learns a viewer's addresses from the viewer's checks.
"""

import re

from aiortc.codecs import is_rtx
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.rtp import DYNAMIC_PAYLOAD_TYPES
from aiortc.sdp import (
    H264Profile,
    MediaDescription,
    SessionDescription,
    parse_h264_profile_level_id,
)

from server.errors import BadInput, NotAcceptable
from server.stream.place import OPUS_CLOCK, RTP_CLOCK

MAX_LINES = 1000
ICE_TEXT = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
MID = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,16}")
MID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_EXTENSION = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
EXTENSIONS = (MID_EXTENSION, SEND_TIME_EXTENSION)
FEEDBACK = (
    RTCRtcpFeedback("goog-remb"),
    RTCRtcpFeedback("nack"),
    RTCRtcpFeedback("nack", "pli"),
    RTCRtcpFeedback("ccm", "fir"),
)
DIGESTS = frozenset({"sha-256", "sha-384", "sha-512"})
HEADER_EXTENSION_IDS = range(1, 15)
PROFILES = (H264Profile.PROFILE_CONSTRAINED_BASELINE, H264Profile.PROFILE_BASELINE)
# What aiortc's parser raises on broken text: it checks by assertion, index and key.
PARSER_ERRORS = (
    ValueError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
    TypeError,
)


def read_offer(text: str) -> SessionDescription:
    """The offer without what we do not use: one H.264 is left, or one VP8 where the player has no
    H.264 of ours, and no candidates.

    Raises:
        BadInput: no SDP, or not one that WHEP allows (BUNDLE, rtcp-mux, ICE, DTLS).
        NotAcceptable: no codec that our encoders make, or more than one video and one audio.
    """
    if text.count("\n") > MAX_LINES:
        raise BadInput(f"an offer here may have {MAX_LINES} lines at most")
    try:
        description = SessionDescription.parse(text)
    except PARSER_ERRORS:
        raise BadInput("the offer is no SDP that can be read") from None
    kinds = sorted(media.kind for media in description.media)
    if not kinds:
        raise BadInput("the offer has no media")
    if kinds not in (["video"], ["audio", "video"]):
        raise NotAcceptable("offer one video and at most one audio")
    _check_bundle(description)
    for media in description.media:
        _check_transport(media)
        _clean(media)
        _settle_codecs(media)
    return description


def fragment_ufrag(text: str) -> str | None:
    """The ICE user name that a trickle ICE fragment (RFC 8840) speaks of; another one than before
    asks for an ICE restart. Raises BadInput: it cannot be used."""
    found = re.search(r"^a=ice-ufrag:(\S+)", text, re.MULTILINE)
    if found and not ICE_TEXT.fullmatch(found[1]):
        raise BadInput("the ICE user name cannot be used")
    return found[1] if found else None


def _check_bundle(description: SessionDescription) -> None:
    mids = [media.rtp.muxId for media in description.media]
    if len(set(mids)) != len(mids) or not all(MID.fullmatch(mid or "") for mid in mids):
        raise BadInput("every media section needs a mid of its own")
    groups = [group for group in description.group if group.semantic == "BUNDLE"]
    if len(groups) != 1 or sorted(map(str, groups[0].items)) != sorted(mids):
        raise BadInput("all media must be bundled")
    description.group = groups
    description.msid_semantic = []


def _check_transport(media: MediaDescription) -> None:
    if not media.rtcp_mux:
        raise BadInput("rtcp-mux is required")
    if media.ice is None or media.dtls is None:
        raise BadInput("ICE and DTLS are required")
    if media.ice.iceLite:
        raise NotAcceptable("two ICE-lite agents find no way to each other")
    for text in (media.ice.usernameFragment, media.ice.password):
        if not ICE_TEXT.fullmatch(text or ""):
            raise BadInput("the ICE user name or password cannot be used")
    if not any(one.algorithm.lower() in DIGESTS for one in media.dtls.fingerprints):
        raise BadInput("a certificate fingerprint is required")


def _clean(media: MediaDescription) -> None:
    """Keep what a one-way stream needs."""
    media.direction = media.direction or "sendrecv"
    found = [one for one in media.rtp.headerExtensions if one.id in HEADER_EXTENSION_IDS]
    kept = {one.uri: one for one in found if one.uri in EXTENSIONS}
    if len({one.id for one in kept.values()}) < len(kept):
        raise BadInput("two header extensions have one id")
    media.rtp.headerExtensions = [*kept.values()]
    media.ice_candidates = []


def _settle_codecs(media: MediaDescription) -> None:
    codecs = media.rtp.codecs
    # Without Opus the audio is answered, but stays inactive whatever its codec.
    chosen = _video_codecs(codecs) if media.kind == "video" else _audio_codecs(codecs)
    if not chosen:
        raise NotAcceptable(f"the {media.kind} offers no codec that we have")
    if media.kind == "video" and media.direction not in {"recvonly", "sendrecv"}:
        raise NotAcceptable("the video must be offered to be received")
    for codec in chosen:
        codec.rtcpFeedback = [one for one in codec.rtcpFeedback if one in FEEDBACK]
    media.rtp.codecs = chosen
    media.fmt = [codec.payloadType for codec in chosen]


def _video_codecs(codecs: list[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """One H.264 of our encoder's profile, constrained baseline first, or one VP8, and its
    retransmission."""
    h264 = [codec for profile in PROFILES for codec in codecs if _is_h264(codec, profile)]
    for codec in [*h264, *filter(is_vp8, codecs)]:
        return [codec, *(one for one in codecs if _retransmits(one, codec))][:2]
    return []


def _audio_codecs(codecs: list[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    return [*filter(is_opus, codecs), *codecs][:1]


def is_opus(codec: RTCRtpCodecParameters) -> bool:
    """Whether it is Opus (RFC 7587: always two channels at 48 kHz, whatever is in it)."""
    usable = codec.payloadType in DYNAMIC_PAYLOAD_TYPES and codec.clockRate == OPUS_CLOCK
    return usable and codec.channels == 2 and codec.mimeType.lower() == "audio/opus"


def hears(media: MediaDescription) -> bool:
    """Whether a section of a clean offer takes sound."""
    wants = media.kind == "audio" and media.direction in {"recvonly", "sendrecv"}
    return wants and is_opus(media.rtp.codecs[0])


def is_vp8(codec: RTCRtpCodecParameters) -> bool:
    """Whether it is VP8 as we send it (RFC 7741)."""
    usable = codec.payloadType in DYNAMIC_PAYLOAD_TYPES and codec.clockRate == RTP_CLOCK
    return usable and codec.mimeType.lower() == "video/vp8"


def _retransmits(rtx: RTCRtpCodecParameters, codec: RTCRtpCodecParameters) -> bool:
    return (
        is_rtx(rtx)
        and rtx.parameters.get("apt") == codec.payloadType
        and rtx.payloadType in DYNAMIC_PAYLOAD_TYPES
        and rtx.clockRate == codec.clockRate
    )


def _is_h264(codec: RTCRtpCodecParameters, profile: H264Profile) -> bool:
    if codec.mimeType.lower() != "video/h264" or codec.clockRate != RTP_CLOCK:
        return False
    if codec.payloadType not in DYNAMIC_PAYLOAD_TYPES:
        return False
    if codec.parameters.get("packetization-mode") != "1":
        return False
    level_id = str(codec.parameters.get("profile-level-id", "42e01f"))
    try:
        return parse_h264_profile_level_id(level_id)[0] is profile
    except ValueError:
        return False
