"""Reading what a viewer's browser says of itself: an SDP offer, later fragments. Pure functions.

Only what a one-way stream needs is read; of the rest nothing can be wrong. Candidates are part of
that rest: an ICE-lite agent learns a viewer's addresses from the viewer's checks. Media sections
that we have no use for are rejected in the answer by port 0 (RFC 3264, section 6).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from aiortc.sdp import GroupDescription, MediaDescription, SessionDescription

from phosphene.errors import BadInput, NotAcceptable
from phosphene.stream.webrtc.codecs import (
    FEEDBACK,
    audio_codecs,
    is_opus,
    is_vp8,
    video_codecs,
    why_none,
)

# Browsers send 100 to 250; reading twice as many takes 2.5 ms of the event loop.
MAX_LINES: Final = 500
ICE_TEXT: Final = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
# A header extension of the one-byte form carries 16 bytes at most (RFC 8285, section 4.2), and the
# mid travels in one.
MID: Final = re.compile(r"[!#-'*+\-.0-9A-Z^-~]{1,16}")
MID_EXTENSION: Final = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_EXTENSION: Final = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
EXTENSIONS: Final = (MID_EXTENSION, SEND_TIME_EXTENSION)
DIGESTS: Final = frozenset({"sha-256", "sha-384", "sha-512"})
# Of the one-byte form: 0 is padding and 15 is reserved (RFC 8285, section 4.2).
HEADER_EXTENSION_IDS: Final = range(1, 15)
RECEIVING: Final = frozenset({"recvonly", "sendrecv"})
SENDING: Final = frozenset({"sendonly", "sendrecv"})
# What stands for "not off" where ICE finds the real port (RFC 8829, section 5.2.1).
DISCARD_PORT: Final = 9
BUNDLE_ONLY: Final = "a=bundle-only"
# Attributes that count here. Candidates do not: the viewer's checks tell its address, and aiortc
# would look up a name in .local, as browsers give them, for a whole second.
READ: Final = frozenset(
    {"group", "mid", "setup", "fingerprint", "ice-ufrag", "ice-pwd", "ice-lite", "rtcp-mux"}
    | {"rtpmap", "rtcp-fb", "extmap", "sendrecv", "sendonly", "recvonly", "inactive"}
)
# What aiortc's parser raises on broken text: it checks by assertion, index and key.
PARSER_ERRORS: Final = (
    ValueError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
    TypeError,
)


ChooseVideo = Callable[[SessionDescription], MediaDescription]
ChooseAudio = Callable[[SessionDescription, Sequence[object]], MediaDescription | None]


def read_offer(text: str) -> SessionDescription:
    """The offer without what we do not use: one video is left, of one H.264 or, where the player
    has no H.264 of ours, one VP8, and at most one audio. All other sections have port 0.

    Raises:
        BadInput: no SDP, or not one that WHEP allows (BUNDLE, rtcp-mux, ICE, DTLS).
        NotAcceptable: no video that our encoders make; the message says what is missing.
    """
    return _cleaned(text, _video, _audio)


def read_camera_offer(text: str) -> SessionDescription:
    """The same of who offers to send: one video in VP8, which every browser can (RFC 7742, 5), and
    no sound.

    Raises:
        BadInput: as ``read_offer``.
        NotAcceptable: no video in VP8 is offered to be sent.
    """
    return _cleaned(text, _camera, lambda description, shared: None)


def _cleaned(text: str, choose_video: ChooseVideo, choose_audio: ChooseAudio) -> SessionDescription:
    sections = _sections(text)
    try:
        description = SessionDescription.parse("\r\n".join(_needed(sections)) + "\r\n")
    except PARSER_ERRORS:
        raise BadInput("the offer is no SDP that can be read") from None
    if not description.media:
        raise BadInput("the offer has no media")
    _open_bundled(description, sections[1:])
    _check_mids(description)
    _choose_sections(description, choose_video, choose_audio)
    _check_transport(taken(description)[0])
    for media in taken(description):
        _clean(media)
    return description


def taken(description: SessionDescription) -> list[MediaDescription]:
    """The sections of a clean offer that are answered; the first is the one whose transport all
    use (RFC 8843, section 7.3)."""
    kept = [media for media in description.media if media.port]
    order = [mid for group in description.group for mid in group.items]
    return sorted(kept, key=lambda media: order.index(media.rtp.muxId) if order else 0)


def ufrags(text: str) -> frozenset[str]:
    """The ICE user names in an offer or a fragment (RFC 8840): the sections of a bundle may each
    have one of their own. Raises BadInput: one cannot be used."""
    found = re.findall(r"^a=ice-ufrag:([^\r\n]*)", text, re.MULTILINE)
    if not all(map(ICE_TEXT.fullmatch, found)):
        raise BadInput("the ICE user name cannot be used")
    return frozenset(found)


def hears(media: MediaDescription) -> bool:
    """Whether a section of a clean offer takes sound."""
    wants = media.kind == "audio" and media.direction in RECEIVING
    return wants and is_opus(media.rtp.codecs[0])


def _sections(text: str) -> list[list[str]]:
    """The lines before the first media section, then those of each. Raises BadInput."""
    lines, sections = text.splitlines(), [list[str]()]
    if len(lines) > MAX_LINES:
        raise BadInput(f"an offer here may have {MAX_LINES} lines at most")
    for line in lines:
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    return sections


def _needed(sections: list[list[str]]) -> Iterator[str]:
    """Lines that count, with the parameters of codecs spelt alike, and only those of codecs that
    are named."""
    for lines in sections:
        named = {_attribute(line)[1] for line in lines if line.startswith("a=rtpmap:")}
        for line in lines:
            attribute, number = _attribute(line)
            if attribute == "fmtp" and (number in named or not number.isdecimal()):
                yield _spelt(line)
            elif line[:2] in {"v=", "m="} or attribute in READ:
                yield line


def _attribute(line: str) -> tuple[str, str]:
    """The name of an attribute and the first word of its value."""
    name, _, value = line.removeprefix("a=").partition(":")
    return (name, value.partition(" ")[0]) if line.startswith("a=") else ("", "")


def _spelt(line: str) -> str:
    """``a=fmtp:102 Apt = 96; `` as ``a=fmtp:102 apt=96``: names count in any case (RFC 4855), and
    blanks stand around the semicolons of many (RFC 6184 itself has them)."""
    head, _, rest = line.partition(" ")
    pairs = (one.partition("=") for one in rest.split(";") if one.strip())
    spelt = (name.strip().lower() + equals + value.strip() for name, equals, value in pairs)
    return f"{head} {';'.join(spelt)}"


def _open_bundled(description: SessionDescription, sections: list[list[str]]) -> None:
    """A section without a port of its own is not off, if it says ``bundle-only`` (RFC 8843)."""
    for media, lines in zip(description.media, sections, strict=True):
        media.direction = media.direction or "sendrecv"
        if not media.port and BUNDLE_ONLY in lines:
            media.port = DISCARD_PORT


def _check_mids(description: SessionDescription) -> None:
    mids = [media.rtp.muxId for media in description.media if media.rtp.muxId]
    if len(set(mids)) != len(mids) or not all(map(MID.fullmatch, mids)):
        raise BadInput("every media section needs a mid of its own")
    description.group = [group for group in description.group if group.semantic == "BUNDLE"]
    bundled = [str(mid) for group in description.group for mid in group.items]
    if len(set(bundled)) != len(bundled) or not set(bundled) <= set(mids):
        raise BadInput("BUNDLE names a media section twice, or one that is not there")
    description.msid_semantic = []


def _choose_sections(
    description: SessionDescription, choose_video: ChooseVideo, choose_audio: ChooseAudio
) -> None:
    """Leave the video and an audio that shares its transport; the others lose their port."""
    video = choose_video(description)
    groups = [group for group in description.group if video.rtp.muxId in group.items]
    shared = groups[0].items if groups else []
    audio = choose_audio(description, shared)
    for media in description.media:
        if media is not video and media is not audio:
            media.port = 0
    kept = {media.rtp.muxId for media in description.media if media.port}
    bundle = [mid for mid in shared if str(mid) in kept]
    description.group = [GroupDescription("BUNDLE", bundle)] if bundle else []


def _open(description: SessionDescription, kind: str) -> list[MediaDescription]:
    """Sections that are not switched off."""
    return [media for media in description.media if media.kind == kind and media.port]


def _video(description: SessionDescription) -> MediaDescription:
    """The first video that can be sent, with its codecs chosen. Raises NotAcceptable."""
    offered = _open(description, "video")
    wanted = [media for media in offered if media.direction in RECEIVING]
    for media in wanted:
        if chosen := video_codecs(media.rtp.codecs):
            media.rtp.codecs = chosen
            return media
    if wanted:
        raise NotAcceptable(why_none([codec for media in wanted for codec in media.rtp.codecs]))
    if offered:
        raise NotAcceptable("the video must be offered to be received: a=recvonly")
    raise NotAcceptable("offer a video: an m=video section that is not switched off by port 0")


def _camera(description: SessionDescription) -> MediaDescription:
    """The first video that is offered to be sent in VP8. Raises NotAcceptable."""
    for media in _open(description, "video"):
        found = [codec for codec in media.rtp.codecs if is_vp8(codec)]
        if media.direction in SENDING and found:
            # No retransmission beside it: what is lost is sent again as it was.
            media.rtp.codecs = found[:1]
            return media
    raise NotAcceptable("a camera must be offered to be sent in VP8: a=sendonly")


def _audio(description: SessionDescription, shared: Sequence[object]) -> MediaDescription | None:
    """The first audio of the bundle, Opus to be heard before all others."""
    found = [one for one in _open(description, "audio") if one.rtp.muxId in shared]
    for media in found:
        media.rtp.codecs = audio_codecs(media.rtp.codecs)
    found = [media for media in found if media.rtp.codecs]
    return next(iter(sorted(found, key=hears, reverse=True)), None)


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
    found = [one for one in media.rtp.headerExtensions if one.id in HEADER_EXTENSION_IDS]
    kept = {one.uri: one for one in found if one.uri in EXTENSIONS}
    if not media.rtp.muxId:
        kept.pop(MID_EXTENSION, None)
    if len({one.id for one in kept.values()}) < len(kept):
        raise BadInput("two header extensions have one id")
    media.rtp.headerExtensions = [*kept.values()]
    for codec in media.rtp.codecs:
        codec.rtcpFeedback = [one for one in codec.rtcpFeedback if one in FEEDBACK]
    media.fmt = [codec.payloadType for codec in media.rtp.codecs]
