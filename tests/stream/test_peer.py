import random
import re

import pytest

from server.errors import PhospheneError
from server.stream.live import Live
from server.stream.offer import read_offer
from server.stream.peer import LOOPBACK, negotiate
from server.stream.track import LiveTrack
from tests.stream.test_offer import CHROMIUM, SMALL


async def answer_to(offer: str, live: Live, *, loopback: bool = False) -> str:
    peer = await negotiate(read_offer(offer), LiveTrack(live), loopback=loopback)
    try:
        return str(peer.localDescription.sdp)
    finally:
        await peer.close()


@pytest.mark.asyncio
async def test_chromium_is_answered_with_video_alone(live: Live) -> None:
    answer = await answer_to(CHROMIUM, live)
    video, audio = re.split(r"(?=m=audio)", answer)
    assert "a=sendonly" in video
    assert "a=rtpmap:108 H264/90000" in video
    assert "a=setup:passive" in video
    assert "a=inactive" in audio
    assert "BUNDLE 0 1" in answer
    streams = set(re.findall(r"a=msid:(\S+)", answer))
    assert len(streams) == 1
    assert "a=end-of-candidates" in video


@pytest.mark.asyncio
async def test_loopback_is_offered_when_wanted(live: Live) -> None:
    answer = await answer_to(SMALL, live, loopback=True)
    candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host", answer)
    assert LOOPBACK in candidates
    plain = await answer_to(SMALL, live)
    others = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host", plain)
    assert others
    assert LOOPBACK not in others or others == [LOOPBACK]


@pytest.mark.asyncio
async def test_damaged_offers_are_answered_or_refused(live: Live) -> None:
    chance = random.Random(11)
    answered = 0
    for _ in range(60):
        lines = SMALL.splitlines()
        for _ in range(2):
            place = chance.randrange(len(lines))
            lines[place] = re.sub(r"\d+", str(chance.randrange(300)), lines[place])
        try:
            answer = await answer_to("\r\n".join(lines) + "\r\n", live)
        except PhospheneError:
            continue
        answered += 1
        assert answer.count("m=video") == 1
    assert 0 < answered < 60
