"""Sound beside the pictures: what a socket sees, and what another implementation hears."""

import asyncio
from collections.abc import Iterator

import av
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtp import RtcpSrPacket
from msgspec.structs import replace

from phosphene.mux import PACKET, first_packet, heard_with
from phosphene.render.worker.renderer import Sound
from phosphene.render.worker.sound import opus_packets
from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.audio_sender import AudioSender
from phosphene.stream.webrtc.egress import PlainEgress
from phosphene.stream.webrtc.rtp_timestamps import OPUS_CLOCK
from phosphene.stream.webrtc.sessions import ViewerSessions
from phosphene.stream.webrtc.template import Negotiated
from phosphene.units import Unit
from tests.stream.viewer import FPS, HEIGHT, WIDTH
from tests.stream.webrtc.test_sender import Wire

SECONDS = 2


@pytest.fixture(scope="module")
def tone() -> list[bytes]:
    time = np.arange(SECONDS * OPUS_CLOCK) / OPUS_CLOCK
    samples = (np.sin(2 * np.pi * 440 * time) / 2).astype(np.float32)
    return opus_packets(Sound(np.stack([samples, samples]), OPUS_CLOCK), SECONDS)


@pytest.fixture
def heard(units: list[Unit], tone: list[bytes]) -> list[Unit]:
    """The units, each with its part of the sound."""
    return [replace(unit, sound=heard_with(tone, unit.frame, FPS)) for unit in units]


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    for one in made.sockets:
        one.close()


def test_every_packet_belongs_to_one_frame(tone: list[bytes]) -> None:
    for fps in (8, 16, 24, 25, 30):
        parts = [heard_with(tone, frame, fps) for frame in range(SECONDS * fps)]
        assert [one for part in parts for one in part] == tone[: SECONDS * 50]
        assert first_packet(fps, fps) == 50


def test_packets_follow_each_other_on_the_clock_of_the_pictures(
    wire: Wire, heard: list[Unit]
) -> None:
    speaker = AudioSender(Negotiated(111, None, 0, "1", 0))
    speaker.open(wire.line(wire.sockets[0]), PlainEgress(), 16)
    due = 1_234_567
    for unit in heard[:FPS]:
        # Pictures come a little early or late, and the sound does not stutter for that.
        speaker.send_sound(unit, FPS, due + unit.frame * 90_000 // FPS + unit.frame % 3, 0)
    came = wire.media()
    assert len(came) == 50
    assert {(one.payload_type, one.marker, one.ssrc) for one in came} == {(111, 0, speaker.ssrc)}
    times = np.diff([one.timestamp for one in came]) % 2**32
    assert set(times) == {PACKET}
    assert set(np.diff([one.sequence_number for one in came]) % 2**16) == {1}
    jumped = replace(heard[FPS], frame=0)
    speaker.send_sound(jumped, FPS, due + 10 * 90_000, 0)
    (first, *_) = wire.media()
    assert (first.timestamp - came[0].timestamp) % 2**32 == 10 * OPUS_CLOCK


def test_reports_of_both_streams_tell_of_one_clock(wire: Wire, heard: list[Unit]) -> None:
    speaker = AudioSender(Negotiated(111, None, 0, "1", 0))
    speaker.open(wire.line(wire.sockets[0]), PlainEgress(), 16)
    speaker.send_report(100.0, 1e9)
    assert not wire.control()  # silence is not reported
    speaker.send_sound(heard[0], FPS, 100 * 90_000, 0)
    wire.picture(b"a", time=100 * 90_000)
    sound, *_, picture = wire.media()
    speaker.send_report(100.5, 1e9)
    wire.sender.send_report(100.5, 1e9)
    reports = [one for one in wire.control() if isinstance(one, RtcpSrPacket)]
    of = {one.ssrc: one.sender_info for one in reports}
    assert of[speaker.ssrc].ntp_timestamp == of[wire.sender.ssrc].ntp_timestamp
    assert (of[speaker.ssrc].rtp_timestamp - sound.timestamp) % 2**32 == OPUS_CLOCK // 2
    assert (of[wire.sender.ssrc].rtp_timestamp - picture.timestamp) % 2**32 == 45_000


@pytest.mark.asyncio
async def test_who_offers_to_listen_hears_the_clip(
    sessions: ViewerSessions, heard: list[Unit], asked: list[str]
) -> None:
    live = LiveClip(
        "a", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: asked.append(""), sound=True
    )
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("video", "audio"):
        peer.addTransceiver(kind, "recvonly")
    tracks: dict[str, MediaStreamTrack] = {}
    peer.on("track", lambda track: tracks.update({track.kind: track}))
    await peer.setLocalDescription(await peer.createOffer())
    _, answer = await sessions.open_session(live, peer.localDescription.sdp)
    assert answer.count("a=sendonly") == 2
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    live.append_unit(heard[0])
    frame = asyncio.ensure_future(tracks["audio"].recv())
    for unit in heard[1:]:
        live.append_unit(unit)
        await tracks["video"].recv()
    loudest = 0
    for _ in range(20):
        got = await frame
        assert isinstance(got, av.AudioFrame)
        assert (got.sample_rate, got.layout.name) == (OPUS_CLOCK, "stereo")
        loudest = max(loudest, int(np.abs(got.to_ndarray()).max()))
        frame = asyncio.ensure_future(tracks["audio"].recv())
    frame.cancel()
    assert 14_000 < loudest < 18_500
    await peer.close()


@pytest.mark.asyncio
async def test_a_clip_without_sound_has_no_silent_track(
    sessions: ViewerSessions, live: LiveClip
) -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        peer.addTransceiver(kind, "recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    session, answer = await sessions.open_session(live, peer.localDescription.sdp)
    assert answer.count("a=sendonly") == answer.count("a=inactive") == 1
    assert session.peer.audio_sender is None
    await peer.close()
