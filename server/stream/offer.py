"""Reading what a viewer's browser says of itself: an SDP offer, later candidates. Pure functions.

The offer is checked and rewritten before aiortc sees it, because aiortc takes the first codec
that is offered, stalls for a second on ``.local`` names and raises whatever its parser trips over.
"""

import ipaddress
import re

from aiortc import RTCIceCandidate
from aiortc.codecs import CODECS, is_rtx
from aiortc.rtcpeerconnection import find_common_codecs
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import DYNAMIC_PAYLOAD_TYPES
from aiortc.sdp import (
    H264Profile,
    MediaDescription,
    SessionDescription,
    candidate_from_sdp,
    parse_h264_profile_level_id,
)

from server.errors import BadInput, NotAcceptable
from server.stream.place import RTP_CLOCK

MAX_LINES = 1000
MAX_CANDIDATES = 16
ICE_TEXT = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
MID = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,32}")
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


def read_offer(text: str) -> str:
    """The offer as aiortc shall see it: H.264 only, few and plain candidates, DTLS role settled.

    Raises:
        BadInput: no SDP, or not one that WHEP allows (BUNDLE, rtcp-mux, ICE, DTLS).
        NotAcceptable: no H.264 that our encoder makes, or more than one video and one audio.
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
    description.host = None
    for media in description.media:
        _check_transport(media)
        _clean(media)
        _settle_codecs(media)
    return str(description)


def read_fragment(text: str) -> list[RTCIceCandidate]:
    """Candidates of a trickle ICE fragment (RFC 8840) that can be used."""
    lines = text.splitlines()[:MAX_LINES]
    prefix = "a=candidate:"
    said = [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
    return usable([candidate for line in said if (candidate := _candidate(line))])


def fragment_ufrag(text: str) -> str | None:
    """The ICE user name that the fragment speaks of; a new one asks for an ICE restart."""
    found = re.search(r"^a=ice-ufrag:(\S+)", text, re.MULTILINE)
    return found[1] if found else None


def usable(candidates: list[RTCIceCandidate]) -> list[RTCIceCandidate]:
    """Candidates with a plain unicast address. The others are not missed: a viewer's own checks
    tell its address (RFC 8445, peer-reflexive candidates)."""
    return [one for one in candidates if _is_plain(one)][:MAX_CANDIDATES]


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
    for text in (media.ice.usernameFragment, media.ice.password):
        if not ICE_TEXT.fullmatch(text or ""):
            raise BadInput("the ICE user name or password cannot be used")
    if not any(one.algorithm.lower() in DIGESTS for one in media.dtls.fingerprints):
        raise BadInput("a certificate fingerprint is required")


def _clean(media: MediaDescription) -> None:
    """Keep what a one-way stream needs."""
    assert media.dtls is not None
    # As DTLS client a browser picks AES-GCM, twice as cheap for us as what it picks as server.
    if media.dtls.role == "auto":
        media.dtls.role = "client"
    media.host = media.rtcp_host = None
    media.rtcp_port = 9
    media.direction = media.direction or "sendrecv"
    media.ssrc, media.ssrc_group, media.msid = [], [], None
    media.rtp.headerExtensions = [
        one for one in media.rtp.headerExtensions if one.id in HEADER_EXTENSION_IDS
    ]
    media.ice_candidates = usable(media.ice_candidates)
    # Were the list said to be complete, ICE would fail at once when none of it is usable.
    media.ice_candidates_complete = False


def _settle_codecs(media: MediaDescription) -> None:
    codecs = media.rtp.codecs
    chosen = _video_codecs(codecs) if media.kind == "video" else _audio_codecs(codecs)
    if not chosen:
        wanted = "H.264 baseline with packetization-mode 1" if media.kind == "video" else "Opus"
        raise NotAcceptable(f"the {media.kind} must offer {wanted}")
    if media.kind == "video" and media.direction not in {"recvonly", "sendrecv"}:
        raise NotAcceptable("the video must be offered to be received")
    media.rtp.codecs = chosen
    media.fmt = [codec.payloadType for codec in chosen]


def _video_codecs(codecs: list[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """One H.264 of our encoder's profile, constrained baseline first, and its retransmission."""
    for profile in PROFILES:
        for codec in codecs:
            if _is_h264(codec, profile):
                rtx = [
                    one
                    for one in codecs
                    if is_rtx(one)
                    and one.parameters.get("apt") == codec.payloadType
                    and one.payloadType in DYNAMIC_PAYLOAD_TYPES
                    and one.clockRate == codec.clockRate
                ]
                return [codec, *rtx[:1]]
    return []


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


def _audio_codecs(codecs: list[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """Any that aiortc can name in its answer; clips are silent, so the audio stays inactive."""
    return [one for one in codecs if find_common_codecs(CODECS["audio"], [one])]


def _candidate(line: str) -> RTCIceCandidate | None:
    try:
        return candidate_from_sdp(line)
    except PARSER_ERRORS:
        return None


def _is_plain(candidate: RTCIceCandidate) -> bool:
    try:
        address = ipaddress.ip_address(candidate.ip)
    except ValueError:
        return False
    return (
        candidate.protocol.lower() == "udp"
        and candidate.component == 1
        and 0 < candidate.port < 2**16
        and candidate.type in {"host", "srflx", "prflx", "relay"}
        and not (address.is_multicast or address.is_unspecified or address.is_loopback)
    )
