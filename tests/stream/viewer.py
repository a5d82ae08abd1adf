"""What a viewer has: H.264 units to watch, and a real peer connection that decodes them."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    pack_remb_fci,
)
from av.video.frame import PictureType

from phosphene.model import Clip, Person
from phosphene.render.worker.rendition_encoders import Renditions
from phosphene.stream.live import ALL, LiveClip
from phosphene.units import RenditionName, Unit

FPS = 24
GOP = 12
WIDTH, HEIGHT = 64, 96


def encode(count: int) -> list[Unit]:
    """Baseline H.264 of a grey that changes, a keyframe every ``GOP`` units."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, FPS)
    encoder.profile = "Baseline"
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    units = []
    for number in range(count):
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([(16 + 5 * number) % 256]) * plane.buffer_size)
        frame.pts = number
        key = number % GOP == 0
        frame.pict_type = PictureType.I if key else PictureType.NONE
        data = b"".join(bytes(packet) for packet in encoder.encode(frame))
        units.append(Unit(number, key, number, 0.0, True, data))
    return units


def encode_others(units: list[Unit]) -> dict[RenditionName, list[Unit]]:
    """The same pictures in the other renditions, in step with ``units``."""
    renditions, made = Renditions(WIDTH, HEIGHT, FPS, 500), {name: list[Unit]() for name in ALL[1:]}
    for name in made:
        renditions.request_rendition(name)
    for unit in units:
        picture = np.full((HEIGHT * 3 // 2, WIDTH), (16 + 5 * unit.pts) % 256, np.uint8)
        for name, other in renditions.encode_wanted(picture, unit):
            made[name].append(other)
    return made


class Encoder:
    """A clip on air whose encoder makes what is asked for, from units that are there already."""

    def __init__(self, units: list[Unit], others: dict[RenditionName, list[Unit]]) -> None:
        self.asked: list[RenditionName] = []
        self.heard = asyncio.Event()
        self.live = LiveClip(
            "a",
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            ask_keyframe=lambda: None,
            ask_rendition=self._ask,
        )
        self._units, self._others = units, others
        self._begun: set[RenditionName] = set()

    def _ask(self, name: RenditionName) -> None:
        self.asked.append(name)
        self.heard.set()

    def make(self, first: int, stop: int) -> None:
        """The pictures of these ticks, each in the renditions that were asked for before it."""
        for pts in range(first, stop):
            self.live.append_unit(self._units[pts])
            self.make_others(pts)

    def make_others(self, pts: int) -> None:
        for name in sorted(set(self.asked)):
            unit = self._others[name][pts]
            if unit.key or name in self._begun:
                self._begun.add(name)
                self.live.append_unit(unit, name)


def a_clip(clip_id: str = "a", **changes: object) -> Clip:
    """A clip that is live, but for ``changes``."""
    person = Person("p", "somebody")
    fields = {"id": clip_id, "author": person, "text": "a fox", "seconds": 2, "status": "live"}
    return Clip(**(fields | {"created_at": 0.0, "fps": FPS} | changes))  # type: ignore[arg-type]


class Viewer:
    """A peer connection that receives one video."""

    def __init__(self) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.gone = asyncio.Event()
        self.connected = asyncio.Event()
        self.dropped = 0
        self.come = 0
        self._arrived = asyncio.Event()
        self._track: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()
        self.peer.addTransceiver("video", "recvonly")
        self.peer.on("track", self._track.set_result)
        self.peer.on("connectionstatechange", self._on_state)

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def frame(self) -> av.VideoFrame:
        frame = await (await self._track).recv()
        assert isinstance(frame, av.VideoFrame)
        return frame

    def drop_one(self) -> None:
        """Lose the next RTP packet on its way."""
        transport = self.peer.getReceivers()[0].transport
        receive = transport._handle_rtp_data

        async def lossy(data: bytes, arrival_time_ms: int) -> None:
            if self.dropped:
                await receive(data, arrival_time_ms)
            self.dropped = 1

        transport._handle_rtp_data = lossy  # type: ignore[method-assign]

    def lose(self, chance: random.Random, *, loss: float, reorder: float, packets: int) -> None:
        """Of the next packets lose some, or hold them back until the next one, by chance. What is
        sent again comes: aiortc asks for nothing twice, as browsers do."""
        transport = self.peer.getReceivers()[0].transport
        receive, held, source = transport._handle_rtp_data, list[bytes](), self.source

        async def lossy(data: bytes, arrival_time_ms: int) -> None:
            again = int.from_bytes(data[8:12], "big") != source
            fate = 1.0 if again or self.come >= packets else chance.random()
            if fate < loss:
                self.dropped += 1
            elif fate < loss + reorder and not held:
                held.append(data)
            else:
                for one in (data, *held):
                    await receive(one, arrival_time_ms)
                held.clear()
            self.come += not again
            self._arrived.set()

        transport._handle_rtp_data = lossy  # type: ignore[method-assign]

    async def beyond(self, come: int) -> None:
        """Until more than so many packets have come, or were lost, since ``lose``."""
        while self.come <= come:
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def source(self) -> int:
        """SSRC of the video."""
        found = re.search(r"a=ssrc:(\d+)", self.peer.remoteDescription.sdp)
        assert found
        return int(found[1])

    async def count(self, pictures: int) -> None:
        """Until so many have been decoded."""
        for _ in range(pictures):
            await self.frame()

    async def started(self) -> None:
        """Until media can come."""
        await self._track
        await self.connected.wait()

    async def lose_picture(self) -> None:
        """Send a PLI, as a decoder does that misses something."""
        await self.peer.getReceivers()[0]._send_rtcp_pli(self.source)

    async def report(self, lost: float, bitrate: int) -> None:
        """Say, in RTCP, what share of the packets was lost and how many bits a second come."""
        said = RtcpReceiverInfo(self.source, round(lost * 256), 0, 0, 0, 0, 0)
        estimate = pack_remb_fci(bitrate, [self.source])
        compound = bytes(RtcpRrPacket(ssrc=1, reports=[said])) + bytes(
            RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=estimate)
        )
        await self.peer.getReceivers()[0].transport._send_rtp(compound)

    def _on_state(self) -> None:
        if self.peer.connectionState == "connected":
            self.connected.set()
        if self.peer.connectionState in {"failed", "closed"}:
            self.gone.set()


@asynccontextmanager
async def a_viewer() -> AsyncIterator[Viewer]:
    viewer = Viewer()
    try:
        yield viewer
    finally:
        await viewer.peer.close()
