"""The servers that ``bench.fanout`` compares, each a process of its own.

    python -m bench.senders {ours,plain,packets,encoders} MATERIAL HOST

Reads a JSON line of offers, answers with one of answers, sends until its input ends. ``packets``
and ``encoders`` are aiortc's two ways: packets that were encoded before, and an encoder per peer.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import aioice.ice
import av
import uvloop
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.codecs import h264
from aiortc.contrib.media import MediaRelay
from msgspec.structs import replace

from bench.material import BITRATE, FPS, TICKS, load, picture, texture
from phosphene.stream.live import LiveClip
from phosphene.stream.webrtc.egress import PlainEgress
from phosphene.stream.webrtc.sessions import open_sessions
from phosphene.units import Unit


async def ticks() -> AsyncIterator[int]:
    """0, 1, 2... at the frame rate."""
    began, number = time.monotonic(), 0
    while True:
        await asyncio.sleep(max(0.0, began + number / FPS - time.monotonic()))
        yield number
        number += 1


async def replay(live: LiveClip, units: list[Unit]) -> None:
    """The material again and again."""
    async for number in ticks():
        live.units.append(replace(units[number % len(units)], pts=number))


@asynccontextmanager
async def ours(
    offers: list[str], units: list[Unit], host: str, *, plain: bool = False
) -> AsyncIterator[list[str]]:
    live = LiveClip("bench", width=288, height=512, fps=FPS, ask_keyframe=lambda: None)
    async with (
        open_sessions(len(offers), hosts=[host]) as sessions,
        asyncio.TaskGroup() as tasks,
    ):
        if plain:
            sessions.port.egress = PlainEgress()
        sending = tasks.create_task(replay(live, units))
        yield [(await sessions.open_session(live, offer))[1] for offer in offers]
        sending.cancel()


class Packets(MediaStreamTrack):
    """Packets that were encoded before, for one peer."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.waiting: asyncio.Queue[av.Packet[Any]] = asyncio.Queue()

    async def recv(self) -> "av.Packet[Any]":
        return await self.waiting.get()


class Pictures(VideoStreamTrack):
    """Pictures that each peer's sender encodes."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks, self._tiles = ticks(), texture()

    async def recv(self) -> av.VideoFrame:
        return await asyncio.to_thread(picture, await anext(self._ticks), self._tiles)


@asynccontextmanager
async def packets(offers: list[str], units: list[Unit], host: str) -> AsyncIterator[list[str]]:
    tracks = [Packets() for _ in offers]

    async def feed() -> None:
        async for number in ticks():
            for track in tracks:
                packet = av.Packet(units[number % len(units)].data)
                packet.pts, packet.time_base = number * TICKS, Fraction(1, 90_000)
                track.waiting.put_nowait(packet)

    async with asyncio.TaskGroup() as tasks:
        feeding = tasks.create_task(feed())
        yield [await _answer(offer, track) for offer, track in zip(offers, tracks, strict=True)]
        feeding.cancel()


@asynccontextmanager
async def encoders(offers: list[str], units: list[Unit], host: str) -> AsyncIterator[list[str]]:
    h264.DEFAULT_BITRATE = BITRATE
    relay, pictures = MediaRelay(), Pictures()
    yield [await _answer(offer, relay.subscribe(pictures)) for offer in offers]


async def _answer(offer: str, track: MediaStreamTrack) -> str:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    await peer.setRemoteDescription(RTCSessionDescription(_without_extensions(offer), "offer"))
    peer.addTrack(track)
    await peer.setLocalDescription(await peer.createAnswer())
    return str(peer.localDescription.sdp)


def _without_extensions(offer: str) -> str:
    """What aiortc does not know, it answers wrongly."""
    lines = offer.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("a=extmap"))


def sender(
    mode: str, offers: list[str], units: list[Unit], host: str
) -> AbstractAsyncContextManager[list[str]]:
    match mode:
        case "packets":
            return packets(offers, units, host)
        case "encoders":
            return encoders(offers, units, host)
        case _:
            return ours(offers, units, host, plain=mode == "plain")


async def serve(mode: str, units: list[Unit], host: str) -> None:
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [host]
    offers = json.loads(await asyncio.to_thread(sys.stdin.readline))
    async with sender(mode, offers, units, host) as answers:
        print(json.dumps(answers), flush=True)
        await asyncio.to_thread(sys.stdin.readline)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("mode", choices=("ours", "plain", "packets", "encoders"))
    parser.add_argument("material", type=Path)
    parser.add_argument("host")
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(given.mode, load(given.material), given.host))


if __name__ == "__main__":
    main()
