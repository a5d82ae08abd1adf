import contextlib
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene.errors import BadInput, NotAcceptable, PhospheneError
from phosphene.stream.webrtc.offer import read_offer, taken, ufrags

CHROMIUM = (Path(__file__).parent / "chromium.sdp").read_bytes().decode()
SMALL = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=fingerprint:sha-256 AA:BB
a=ice-options:trickle
m=video 9 UDP/TLS/RTP/SAVPF 120 126 127
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122252543 192.0.2.7 40000 typ host
a=end-of-candidates
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuv
a=mid:0
a=rtcp-mux
a=setup:actpass
a=recvonly
a=rtpmap:120 VP8/90000
a=rtpmap:126 H264/90000
a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
a=rtcp-fb:126 nack pli
a=rtpmap:127 rtx/90000
a=fmtp:127 apt=126
"""


def test_of_all_codecs_of_chromium_one_is_left() -> None:
    video, audio = read_offer(CHROMIUM).media
    h264, rtx = video.rtp.codecs
    assert (h264.name, h264.payloadType) == ("H264", 108)
    assert h264.parameters["profile-level-id"] == "42e01f"
    assert rtx.parameters == {"apt": 108}
    assert video.fmt == [108, rtx.payloadType]
    assert [codec.name for codec in audio.rtp.codecs] == ["opus"]


@pytest.mark.parametrize("offer", [SMALL, CHROMIUM], ids=["small", "chromium"])
def test_candidates_are_dropped(offer: str) -> None:
    assert "a=candidate" in offer
    assert not any(media.ice_candidates for media in read_offer(offer).media)


def test_of_the_header_extensions_two_are_left() -> None:
    video, _ = read_offer(CHROMIUM).media
    uris = {one.uri.rpartition("/")[2] for one in video.rtp.headerExtensions}
    assert uris == {"urn:ietf:params:rtp-hdrext:sdes:mid", "abs-send-time"}
    assert {
        f"{one.type} {one.parameter or ''}".strip() for one in video.rtp.codecs[0].rtcpFeedback
    } == {
        "goog-remb",
        "nack",
        "nack pli",
        "ccm fir",
    }


def test_plain_baseline_will_do() -> None:
    (video,) = read_offer(SMALL.replace("42e01f", "42001f")).media
    assert video.rtp.codecs[0].payloadType == 126


@pytest.mark.parametrize("h264", ["H265/90000", "H264/8000"])
def test_a_player_without_our_h264_gets_vp8(h264: str) -> None:
    offer = SMALL.replace("H264/90000", h264).replace("apt=126", "apt=120")
    (video,) = read_offer(offer).media
    assert [(one.name, one.payloadType) for one in video.rtp.codecs] == [("VP8", 120), ("rtx", 127)]
    assert video.fmt == [120, 127]


def test_chromium_without_h264_gets_vp8_with_its_retransmission() -> None:
    video, _ = read_offer(CHROMIUM.replace("H264", "H999")).media
    vp8, rtx = video.rtp.codecs
    assert vp8.name == "VP8"
    assert rtx.parameters == {"apt": vp8.payloadType}


def replaced(old: str, new: str) -> Callable[[], str]:
    def change() -> str:
        assert old in SMALL
        return SMALL.replace(old, new)

    return change


@pytest.mark.parametrize(
    "change",
    [
        replaced("42e01f", "640c1f"),
        replaced("packetization-mode=1", "packetization-mode=0"),
        replaced(";packetization-mode=1", ""),
        replaced(";packetization-mode=1", ";packetization-mode"),
        replaced("126", "95"),
        replaced("H264", "VP9"),
        replaced("H264/90000", "H264/8000"),
        replaced("recvonly", "sendonly"),
        replaced("recvonly", "inactive"),
        replaced("m=video", "m=audio"),
        replaced("m=video", "m=application"),
        replaced("m=video 9", "m=video 0"),
        replaced("a=group", "a=ice-lite\na=group"),
    ],
)
def test_what_we_cannot_send_is_not_acceptable(change: Callable[[], str]) -> None:
    with pytest.raises(NotAcceptable):
        read_offer(change().replace("VP8", "AV1"))


@pytest.mark.parametrize(
    "change",
    [
        lambda: "",
        lambda: "hello",
        lambda: "\0" * 100,
        lambda: '{"sdp": "v=0"}',
        lambda: SMALL[: SMALL.index("m=")],
        lambda: SMALL + "a=x\r\n" * 2000,
        replaced("a=mid:0\n", ""),
        replaced("BUNDLE 0", "BUNDLE 0 0"),
        replaced("a=mid:0", "a=mid:" + "x" * 99),
        replaced("BUNDLE 0", "BUNDLE 0 1"),
        replaced("a=rtcp-mux\n", ""),
        replaced("a=setup:actpass\n", ""),
        replaced("actpass", "holdconn"),
        replaced("a=fingerprint:sha-256 AA:BB\n", ""),
        replaced("sha-256", "md5"),
        replaced("sha-256 AA:BB", "sha-256"),
        replaced("a=ice-ufrag:abcd\n", ""),
        replaced("abcdefghijklmnopqrstuv", "short pass"),
        replaced("a=ice-pwd:abcd", "a=ice-pwd:é"),
        replaced("120 126 127", "120 999 127"),
        replaced("120 126 127", "x"),
        replaced("rtpmap:126", "rtpmap:x"),
        replaced("apt=126", "apt=x"),
        replaced("m=video 9", "m=video"),
        replaced(
            "a=mid:0",
            "a=mid:0\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\n"
            "a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        ),
    ],
)
def test_broken_offers_are_bad_input(change: Callable[[], str]) -> None:
    with pytest.raises(BadInput):
        read_offer(change())


@pytest.mark.slow
@pytest.mark.parametrize("offer", [SMALL, CHROMIUM], ids=["small", "chromium"])
def test_no_damage_is_worse_than_a_problem(offer: str) -> None:
    chance = random.Random(7)
    for _ in range(400):
        lines = offer.splitlines()
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                del lines[place]
            case 1:
                lines[place] = lines[place][: chance.randrange(len(lines[place]) + 1)]
            case 2:
                lines.insert(place, lines[chance.randrange(len(lines))])
            case _:
                lines[place] = re.sub(r"\d+", str(chance.randrange(99999)), lines[place])
        with contextlib.suppress(PhospheneError):
            read_offer("\r\n".join(lines) + "\r\n")


def test_a_fragment_says_whose_it_is() -> None:
    text = "a=ice-ufrag:wxyz\r\na=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n"
    assert ufrags(text) == {"wxyz"}
    assert ufrags(text + "m=audio 9 X 0\r\na=ice-ufrag:other\r\n") == {"wxyz", "other"}
    assert not ufrags("a=mid:0\r\n")
    with pytest.raises(BadInput):
        ufrags("a=ice-ufrag:\u00e9\u00e9\u00e9\u00e9\r\n")


SECTION = SMALL[SMALL.index("m=video") :]
AUDIO = """m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:1
a=recvonly
a=rtpmap:111 opus/48000/2
"""
DATA = """m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:2
a=sctp-port:5000
"""


def bundled(mids: str, *more: str) -> str:
    """The small offer with further sections."""
    return SMALL.replace("BUNDLE 0", f"BUNDLE {mids}") + "".join(more)


@pytest.mark.parametrize(
    ("offer", "ports", "group"),
    [
        (bundled("0 2", DATA), [9, 0], ["0"]),
        (bundled("2 0", DATA), [9, 0], ["0"]),
        (bundled("0", AUDIO.replace("audio 9", "audio 0")), [9, 0], ["0"]),
        (bundled("0 1", AUDIO.replace("audio 9", "audio 0")), [9, 0], ["0"]),
        (bundled("0 1", AUDIO.replace("audio 9", "audio 0") + "a=bundle-only\n"), [9, 9], None),
        (bundled("0 1", AUDIO), [9, 9], None),
        (bundled("0", AUDIO), [9, 0], ["0"]),
        (bundled("0 1", SECTION.replace("mid:0", "mid:1")), [9, 0], ["0"]),
        (bundled("0 1", "m=text 9 UDP/TLS/RTP/SAVPF 96\na=mid:1\n"), [9, 0], ["0"]),
        (SMALL.replace("a=group:BUNDLE 0\n", ""), [9], []),
        (SMALL.replace("a=group:BUNDLE 0\n", "").replace("a=mid:0\n", ""), [9], []),
        (SMALL.replace("BUNDLE 0", "BUNDLE"), [9], []),
    ],
)
def test_sections_that_nobody_needs_are_rejected_one_by_one(
    offer: str, ports: list[int], group: list[str] | None
) -> None:
    description = read_offer(offer)
    assert [media.port for media in description.media] == ports
    found = [mid for one in description.group for mid in one.items]
    assert found == (["0", "1"] if group is None else group)
    assert taken(description)[0].kind == "video"


def test_of_two_videos_the_one_that_is_received_is_taken() -> None:
    sent = SECTION.replace("recvonly", "sendonly")
    offer = bundled("0 1", "").replace(SECTION, sent) + SECTION.replace("mid:0", "mid:1")
    first, second = read_offer(offer).media
    assert (first.port, second.port) == (0, 9)


def test_an_audio_to_be_heard_comes_before_others() -> None:
    mute = AUDIO.replace("opus/48000/2", "PCMU/8000").replace("mid:1", "mid:3")
    offer = read_offer(bundled("0 3 1", mute, AUDIO))
    assert [(one.kind, one.rtp.muxId) for one in taken(offer)] == [("video", "0"), ("audio", "1")]


def test_the_first_section_of_the_bundle_has_the_transport() -> None:
    audio = AUDIO + "".join(
        line + "\n"
        for line in SECTION.splitlines()
        if line.startswith(("a=ice", "a=setup", "a=rtcp-mux"))
    ).replace("abcd", "audio")
    first = taken(read_offer(bundled("1 0", audio)))[0]
    assert first.ice
    assert (first.kind, first.ice.usernameFragment) == ("audio", "audio")


@pytest.mark.parametrize(
    "offer",
    [
        SMALL.replace(";", "; "),
        SMALL.replace(";", " ; ").replace("packetization-mode=1", "Packetization-Mode = 1 ;"),
        SMALL.replace("apt=126", "apt= 126"),
        SMALL.replace("\n", "\r\n"),
        SMALL.replace("typ host", ""),
        SMALL.replace("192.0.2.7 40000", "192.0.2.7 port"),
        SMALL.replace("c=IN IP4 0.0.0.0", "c=IN IP4 some.where and more\na=ssrc:x\na=crypto"),
        SMALL + "a=fmtp:18 annexb=no\n",
    ],
)
def test_spelling_and_what_nobody_needs_make_no_difference(offer: str) -> None:
    (video,) = read_offer(offer).media
    assert [codec.name for codec in video.rtp.codecs] == ["H264", "rtx"]
    assert video.rtp.codecs[0].parameters["packetization-mode"] == "1"


def test_low_payload_types_are_free_for_any_codec() -> None:
    offer = SMALL.replace("126", "39").replace("127", "40")
    (video,) = read_offer(offer).media
    assert video.fmt == [39, 40]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (replaced(";packetization-mode=1", ""), "H264 at 126: packetization-mode=1 is missing"),
        (replaced("packetization-mode=1", "packetization-mode=0"), "packetization-mode is not 1"),
        (replaced("42e01f", "4d001f"), "profile-level-id is none of 42e0xx"),
        (replaced("H264/90000", "H264/8000"), "its clock is 8000 and not 90000"),
        (replaced("126", "95"), "H264 at 95: its payload type is none of 35 to 63"),
        (replaced("H264", "VP9"), "not sent here: AV1, VP9"),
        (replaced("recvonly", "sendonly"), "a=recvonly"),
        (replaced("m=video 9", "m=video 0"), "port 0"),
    ],
)
def test_an_offer_that_does_not_fit_is_told_what_is_missing(
    change: Callable[[], str], said: str
) -> None:
    with pytest.raises(NotAcceptable, match=re.escape(said)):
        read_offer(change().replace("VP8", "AV1"))
