import random
import re

import pytest
from aiortc import RTCCertificate
from aiortc.sdp import SessionDescription

from phosphene.errors import PhospheneError
from phosphene.stream.webrtc.offer import read_offer
from phosphene.stream.webrtc.peer import Peer
from phosphene.stream.webrtc.udp import LOOPBACK, open_port
from tests.stream.webrtc.test_offer import CHROMIUM, SMALL

CERTIFICATE = RTCCertificate.generateCertificate()


def nothing() -> None:
    pass


async def answer_to(offer: str, *, loopback: bool = False) -> str:
    async with open_port(loopback=loopback) as port:
        peer = Peer(read_offer(offer), port, CERTIFICATE, nothing, nothing, nothing)
        try:
            return peer.answer_offer()
        finally:
            await peer.close()


@pytest.mark.asyncio
async def test_chromium_is_answered_with_video_alone() -> None:
    answer = await answer_to(CHROMIUM)
    video, audio = re.split(r"(?=m=audio)", answer)
    assert "a=sendonly" in video
    assert "a=rtpmap:108 H264/90000" in video
    assert "a=setup:passive" in video
    assert "a=inactive" in audio
    assert "BUNDLE 0 1" in answer
    streams = set(re.findall(r"a=msid:(\S+)", answer))
    assert len(streams) == 1
    assert "a=end-of-candidates" in video
    assert "a=ice-lite" in video
    assert "abs-send-time" in video
    assert "goog-remb" in video


@pytest.mark.asyncio
async def test_a_data_channel_is_answered_and_not_opened() -> None:
    """As the reader of MediaMTX offers it; what it is told a browser's own parser reads."""
    data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=sctp-port:5000\n"
    answer = await answer_to(SMALL.replace("BUNDLE 0", "BUNDLE 0 2") + data)
    video, rejected = SessionDescription.parse(answer).media
    assert (video.port, video.direction) == (9, "sendonly")
    assert (rejected.kind, rejected.port, rejected.rtp.muxId) == ("application", 0, "2")


@pytest.mark.asyncio
async def test_a_section_without_a_name_is_answered_without_one() -> None:
    bare = SMALL.replace("a=group:BUNDLE 0\n", "").replace("a=mid:0\n", "")
    answer = await answer_to(bare + "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\n")
    assert "a=mid" not in answer
    assert "sdes:mid" not in answer
    assert "BUNDLE" not in answer


@pytest.mark.asyncio
async def test_we_are_the_dtls_server_where_we_may_choose() -> None:
    assert "a=setup:passive" in await answer_to(SMALL)
    assert "a=setup:passive" in await answer_to(SMALL.replace("actpass", "active"))
    assert "a=setup:active" in await answer_to(SMALL.replace("actpass", "passive"))


@pytest.mark.asyncio
async def test_retransmissions_are_answered_where_they_are_offered() -> None:
    assert "a=ssrc-group:FID" in await answer_to(SMALL)
    plain = SMALL.replace("a=rtpmap:127 rtx/90000\na=fmtp:127 apt=126\n", "")
    assert "FID" not in await answer_to(plain)


@pytest.mark.asyncio
async def test_loopback_is_offered_when_wanted() -> None:
    answer = await answer_to(SMALL, loopback=True)
    candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host", answer)
    assert LOOPBACK in candidates
    plain = await answer_to(SMALL)
    others = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host", plain)
    assert others
    assert LOOPBACK not in others or others == [LOOPBACK]


@pytest.mark.asyncio
async def test_damaged_offers_are_answered_or_refused() -> None:
    chance = random.Random(11)
    answered = 0
    for _ in range(60):
        lines = SMALL.splitlines()
        for _ in range(2):
            place = chance.randrange(len(lines))
            lines[place] = re.sub(r"\d+", str(chance.randrange(300)), lines[place])
        try:
            answer = await answer_to("\r\n".join(lines) + "\r\n")
        except PhospheneError:
            continue
        answered += 1
        assert SessionDescription.parse(answer).media[0].direction == "sendonly"
    assert 0 < answered < 60
