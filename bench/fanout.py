"""What a viewer costs: one encode for all and packets from the log, against an encoder per peer.

    python -m bench.fanout [--viewers 1 5 10] [--seconds 5]

Real peers (ICE, DTLS, SRTP) in another process receive and decode. CPU is that of the sending
process, its one or many encoders included, per second of video that a viewer got: a machine that
cannot keep up delivers fewer pictures, which must not look cheap.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import SessionDescription
from av.video.frame import PictureType
from msgspec.structs import replace

from server.model import Unit
from server.stream.live import Live
from server.stream.sessions import open_sessions

WIDTH, HEIGHT, FPS, GOP = 576, 1024, 24, 48
BITRATE = 1_000_000
WARM_UP_S = 1.0
MODES = {
    "log": "packets from the log, no encode",
    "ours": "one encode, packets from the log",
    "aiortc": "an encoder per peer",
}


def picture(number: int, tiles: np.ndarray) -> av.VideoFrame:
    """Two textures that glide through each other, so that every picture takes its bits."""
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    there = np.roll(tiles, (4 * number, 2 * number), axis=(0, 1))
    back = np.roll(tiles, (-6 * number, 3 * number), axis=(0, 1))
    planes[:HEIGHT] = there // 2 + back // 2
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def texture() -> np.ndarray:
    coarse = np.random.default_rng(7).integers(20, 230, (HEIGHT // 16, WIDTH // 16), dtype=np.uint8)
    return np.kron(coarse, np.ones((16, 16), np.uint8))


async def ticks() -> AsyncIterator[int]:
    """0, 1, 2... at the frame rate."""
    began, number = time.monotonic(), 0
    while True:
        await asyncio.sleep(max(0.0, began + number / FPS - time.monotonic()))
        yield number
        number += 1


def encoder() -> av.VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = WIDTH, HEIGHT, "yuv420p", BITRATE
    codec.framerate, codec.time_base, codec.profile = Fraction(FPS), Fraction(1, FPS), "Baseline"
    codec.options = {"preset": "veryfast", "tune": "zerolatency"}
    return codec


def encode(codec: av.VideoCodecContext, number: int, tiles: np.ndarray) -> Unit:
    frame, key = picture(number, tiles), number % GOP == 0
    frame.pict_type = PictureType.I if key else PictureType.NONE
    data = b"".join(bytes(packet) for packet in codec.encode(frame))
    return Unit(number, key, number, 0.0, True, data)


async def draw(live: Live) -> None:
    """What a worker does: encode each picture once and append it to the log."""
    codec, tiles = encoder(), texture()
    async for number in ticks():
        live.units.append(await asyncio.to_thread(encode, codec, number, tiles))


async def replay(live: Live) -> None:
    """Units that were encoded before, again and again: what remains is the cost of viewers."""
    codec, tiles = encoder(), texture()
    units = [encode(codec, number, tiles) for number in range(2 * GOP)]
    async for number in ticks():
        live.units.append(replace(units[number % len(units)], pts=number))


class Pictures(VideoStreamTrack):
    """The same pictures, not encoded: each peer's sender does that."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks = ticks()
        self._tiles = texture()

    async def recv(self) -> av.VideoFrame:
        return await asyncio.to_thread(picture, await anext(self._ticks), self._tiles)


@asynccontextmanager
async def ours(
    offers: list[str], source: Callable[[Live], Coroutine[Any, Any, None]]
) -> AsyncIterator[list[str]]:
    live = Live("bench", width=WIDTH, height=HEIGHT, fps=FPS, ask_keyframe=lambda: None)
    async with open_sessions(len(offers)) as sessions, asyncio.TaskGroup() as tasks:
        drawing = tasks.create_task(source(live))
        yield [(await sessions.open(live, offer))[1] for offer in offers]
        drawing.cancel()


@asynccontextmanager
async def aiortc(offers: list[str]) -> AsyncIterator[list[str]]:
    relay, pictures, peers = MediaRelay(), Pictures(), []
    for offer in offers:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        await peer.setRemoteDescription(RTCSessionDescription(only_h264(offer), "offer"))
        peer.addTrack(relay.subscribe(pictures))
        await peer.setLocalDescription(await peer.createAnswer())
        peers.append(peer)
    yield [str(peer.localDescription.sdp) for peer in peers]
    await asyncio.gather(*(peer.close() for peer in peers))


def only_h264(offer: str) -> str:
    """aiortc answers with the first codec of the offer: leave it no other."""
    description = SessionDescription.parse(offer)
    for media in description.media:
        media.rtp.codecs = [one for one in media.rtp.codecs if one.name == "H264"]
        media.fmt = [one.payloadType for one in media.rtp.codecs]
    return str(description)


async def measure(mode: str, viewers: int, seconds: float) -> tuple[float, float]:
    """CPU milliseconds per second of video delivered, and pictures per viewer and second."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "bench.fanout", "--receive", str(viewers)]
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=2**24)
    assert child.stdin
    assert child.stdout
    offers = json.loads(await child.stdout.readline())
    async with _answering(mode, offers) as answers:
        child.stdin.write(json.dumps(answers).encode() + b"\n")
        json.loads(await child.stdout.readline())  # every viewer has a picture
        await asyncio.sleep(WARM_UP_S)
        before = await _ask(child)
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(seconds)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        frames = await _ask(child) - before
        child.stdin.close()
        await child.wait()
    return 1000 * cpu / max(1, frames) * FPS, frames / wall / viewers


def _answering(mode: str, offers: list[str]) -> AbstractAsyncContextManager[list[str]]:
    if mode == "aiortc":
        return aiortc(offers)
    return ours(offers, draw if mode == "ours" else replay)


async def _ask(child: asyncio.subprocess.Process) -> int:
    """How many pictures all viewers together have had."""
    assert child.stdin
    assert child.stdout
    child.stdin.write(b"?\n")
    return int(await child.stdout.readline())


async def receive(viewers: int) -> None:
    """The other process: offers out, answers in, then a count for every line that comes."""
    peers = [RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(viewers)]
    seen = [0] * viewers
    async with asyncio.TaskGroup() as tasks:
        for peer in peers:
            peer.addTransceiver("video", "recvonly")
            await peer.setLocalDescription(await peer.createOffer())
        print(json.dumps([peer.localDescription.sdp for peer in peers]), flush=True)
        first = [asyncio.Event() for _ in peers]
        counting = []
        for number, (peer, answer) in enumerate(zip(peers, await _answers(), strict=True)):
            await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
            track = peer.getReceivers()[0].track
            counting.append(tasks.create_task(_count(track, seen, number, first[number])))
        await asyncio.gather(*(event.wait() for event in first))
        print("true", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(sum(seen), flush=True)
        for task in counting:
            task.cancel()
    await asyncio.gather(*(peer.close() for peer in peers))


async def _answers() -> list[str]:
    answers: list[str] = json.loads(await asyncio.to_thread(sys.stdin.readline))
    return answers


async def _count(
    track: MediaStreamTrack, seen: list[int], number: int, first: asyncio.Event
) -> None:
    try:
        while True:
            await track.recv()
            seen[number] += 1
            first.set()
    except MediaStreamError:
        return


def table(viewers: list[int], seconds: float) -> Iterator[str]:
    yield f"{WIDTH}x{HEIGHT}, {FPS} fps, H.264 at {BITRATE // 1000} kbit/s, {seconds:g} s each"
    yield f"{'viewers':>7}  {'mode':<34} {'ms of CPU per viewer-second':>27}  {'fps':>5}  ratio"
    for count in viewers:
        measured = {mode: asyncio.run(measure(mode, count, seconds)) for mode in MODES}
        for mode, title in MODES.items():
            cost, fps = measured[mode]
            ratio = cost / measured["ours"][0]
            yield f"{count:>7}  {title:<34} {cost:>27.1f}  {fps:>5.1f}  {ratio:>5.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, 5, 10])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--receive", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.receive:
        asyncio.run(receive(given.receive))
        return
    for line in table(given.viewers, given.seconds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
