"""Which of the codecs that a player offers is sent to it, and why none is. Pure functions."""

from collections.abc import Iterator, Sequence
from typing import Final

from aiortc.codecs import is_rtx
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.sdp import H264Profile, parse_h264_profile_level_id

from phosphene.stream.webrtc.rtp_timestamps import OPUS_CLOCK, RTP_CLOCK

# Those that may be given to any codec where RTCP shares the port (RFC 5761, section 4).
PAYLOAD_TYPES: Final = frozenset({*range(35, 64), *range(96, 128)})
# Constrained baseline is the H.264 that every WebRTC browser has to decode (RFC 7742, section 5).
PROFILES: Final = (H264Profile.PROFILE_CONSTRAINED_BASELINE, H264Profile.PROFILE_BASELINE)
# What libwebrtc takes an H.264 for whose parameters name no profile.
DEFAULT_PROFILE: Final = "42e01f"
# No transport-cc among them: without it Chromium estimates its line itself and says so by REMB, 0.8
# times a second.
FEEDBACK: Final = (
    RTCRtcpFeedback("goog-remb"),
    RTCRtcpFeedback("nack"),
    RTCRtcpFeedback("nack", "pli"),
    RTCRtcpFeedback("ccm", "fir"),
)
MOST_NAMED: Final = 6
LONGEST_NAME: Final = 16
WANTED: Final = "H.264 of a baseline profile with packetization-mode=1, or VP8"


def video_codecs(codecs: Sequence[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """One H.264 of our encoder's profile, constrained baseline first, or one VP8, and its
    retransmission."""
    h264 = [codec for codec in codecs if _is_h264(codec) and not faults_of_h264(codec)]
    h264.sort(key=lambda codec: PROFILES.index(_profile(codec)))
    for codec in [*h264, *filter(is_vp8, codecs)]:
        return [codec, *(one for one in codecs if _retransmits(one, codec))][:2]
    return []


def audio_codecs(codecs: Sequence[RTCRtpCodecParameters]) -> list[RTCRtpCodecParameters]:
    """Opus, else the first: without Opus the section is answered, but stays inactive."""
    return [*filter(is_opus, codecs), *codecs][:1]


def is_opus(codec: RTCRtpCodecParameters) -> bool:
    """Whether it is Opus (RFC 7587: always two channels at 48 kHz, whatever is in it)."""
    usable = codec.payloadType in PAYLOAD_TYPES and codec.clockRate == OPUS_CLOCK
    return usable and codec.channels == 2 and codec.mimeType.lower() == "audio/opus"


def is_vp8(codec: RTCRtpCodecParameters) -> bool:
    """Whether it is VP8 as we send it (RFC 7741)."""
    usable = codec.payloadType in PAYLOAD_TYPES and codec.clockRate == RTP_CLOCK
    return usable and codec.mimeType.lower() == "video/vp8"


def why_none(codecs: Sequence[RTCRtpCodecParameters]) -> str:
    """Why ``video_codecs`` gives none of these: what each H.264 lacks, and what else there is."""
    said = [
        f"H264 at {codec.payloadType}: {', '.join(faults_of_h264(codec))}"
        for codec in codecs
        if _is_h264(codec)
    ]
    others = [
        codec.name[:LONGEST_NAME]
        for codec in codecs
        if not (_is_h264(codec) or is_rtx(codec) or codec.name.lower() in {"red", "ulpfec"})
    ]
    if others:
        said.append(f"not sent here: {', '.join([*dict.fromkeys(others)][:MOST_NAMED])}")
    found = "; ".join(said[:MOST_NAMED]) or "nothing"
    return f"the video must be offered as {WANTED}; what is offered: {found}"


def faults_of_h264(codec: RTCRtpCodecParameters) -> list[str]:
    """What keeps us from sending this H.264 (RFC 6184, section 8.1), by its parameters."""
    return [*_faults(codec)]


def _faults(codec: RTCRtpCodecParameters) -> Iterator[str]:
    if codec.payloadType not in PAYLOAD_TYPES:
        yield "its payload type is none of 35 to 63 and 96 to 127"
    if codec.clockRate != RTP_CLOCK:
        yield f"its clock is {codec.clockRate} and not {RTP_CLOCK}"
    # Mode 0, the default, has no fragments (RFC 6184, section 6.2): a keyframe would not fit a
    # packet.
    mode = codec.parameters.get("packetization-mode")
    if mode != "1":
        yield "packetization-mode=1 is missing" if mode is None else "packetization-mode is not 1"
    try:
        baseline = _profile(codec) in PROFILES
    except ValueError:
        baseline = False
    if not baseline:
        yield "profile-level-id is none of 42e0xx (constrained baseline) or 4200xx (baseline)"


def _profile(codec: RTCRtpCodecParameters) -> H264Profile:
    """Raises ValueError."""
    level_id = str(codec.parameters.get("profile-level-id", DEFAULT_PROFILE))
    return parse_h264_profile_level_id(level_id)[0]


def _is_h264(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "video/h264"


def _retransmits(rtx: RTCRtpCodecParameters, codec: RTCRtpCodecParameters) -> bool:
    return (
        is_rtx(rtx)
        and rtx.parameters.get("apt") == codec.payloadType
        and rtx.payloadType in PAYLOAD_TYPES
        and rtx.clockRate == codec.clockRate
    )
