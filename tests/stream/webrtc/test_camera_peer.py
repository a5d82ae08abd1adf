"""A camera on the port of all viewers; the sender is aiortc's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import av
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack

from phosphene.errors import BadInput, NotAcceptable
from phosphene.stream.webrtc.camera_peer import CameraPeer
from phosphene.stream.webrtc.udp import open_port
from tests.stream.webrtc.test_offer import CHROMIUM, SMALL

pytestmark = pytest.mark.asyncio
SENDING = SMALL.replace("a=recvonly", "a=sendonly")


class Camera(VideoStreamTrack):
    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.02)
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="bgr24")
        frame.pts, frame.time_base = await self.next_timestamp()
        return frame


@asynccontextmanager
async def a_camera(
    pictures: "asyncio.Queue[bytes]",
) -> AsyncIterator[tuple[CameraPeer, RTCPeerConnection]]:
    """One that sends, and the peer that takes it."""
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    browser.addTransceiver(Camera(), direction="sendonly")
    await browser.setLocalDescription(await browser.createOffer())
    async with open_port(loopback=True) as port:
        peer = CameraPeer(browser.localDescription.sdp, port, pictures.put_nowait)
        try:
            answer = RTCSessionDescription(peer.answer_offer(), "answer")
            await browser.setRemoteDescription(answer)
            yield peer, browser
        finally:
            await peer.close()
            await browser.close()


def is_keyframe(picture: bytes) -> bool:
    return not picture[0] & 1


@pytest.mark.slow
async def test_pictures_come_as_they_were_encoded_until_the_camera_is_gone() -> None:
    pictures = asyncio.Queue[bytes]()
    async with asyncio.timeout(60), a_camera(pictures) as (peer, browser):
        receiving = asyncio.ensure_future(peer.receive_pictures())
        first = await pictures.get()
        assert is_keyframe(first)
        (decoded,) = av.CodecContext.create("vp8", "r").decode(av.Packet(first))
        assert (decoded.width, decoded.height) == (64, 48)
        assert not is_keyframe(await pictures.get())
        peer.request_keyframe()
        while not is_keyframe(await pictures.get()):
            pass
        await browser.close()
        with pytest.raises(ConnectionError, match="gone"):
            await receiving


async def test_a_camera_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phosphene.stream.webrtc.camera_peer.CONNECT_S", 0.01)
    async with open_port(loopback=True) as port:
        peer = CameraPeer(SENDING, port, lambda _: None)
        peer.request_keyframe()
        with pytest.raises(ConnectionError, match="did not connect"):
            await peer.receive_pictures()
        await peer.close()


async def test_the_answer_takes_vp8_and_sends_nothing() -> None:
    async with open_port(loopback=True) as port:
        peer = CameraPeer(SENDING, port, lambda _: None)
        answer = peer.answer_offer()
        await peer.close()
    assert "a=recvonly" in answer
    assert "a=rtpmap:120 VP8/90000" in answer
    assert "H264" not in answer
    assert "a=ice-lite" in answer


@pytest.mark.parametrize(
    ("offer", "error"),
    [
        ("", BadInput),
        (SMALL, NotAcceptable),
        (CHROMIUM, NotAcceptable),
        (SENDING.replace("VP8", "VP9"), NotAcceptable),
        (SENDING.replace("a=rtcp-mux", "a=x"), BadInput),
    ],
)
async def test_what_is_no_camera_is_refused(offer: str, error: type[Exception]) -> None:
    async with open_port(loopback=True) as port:
        with pytest.raises(error):
            CameraPeer(offer, port, lambda _: None)
