"""The stream of ``bench.fanout``: 288x512, 16 pictures a second, 600 kbit/s.

Encoded once, with a keyframe every second, and read by senders and receivers alike, so that a
receiver can tell whether what came is what was sent.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np
from av.video.frame import PictureType

from phosphene.units import Unit

WIDTH, HEIGHT, FPS, GOP = 288, 512, 16, 16
BITRATE = 600_000
SECONDS = 10
TICKS = 90_000 // FPS


def make(path: Path) -> list[Unit]:
    """Encode the stream into a file."""
    codec, tiles = encoder(), texture()
    units = [encode(codec, number, tiles) for number in range(SECONDS * FPS)]
    path.write_bytes(msgspec.msgpack.encode(units))
    return units


def load(path: Path) -> list[Unit]:
    return msgspec.msgpack.decode(path.read_bytes(), type=list[Unit])


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
    chance = np.random.default_rng(7)
    coarse = chance.integers(20, 230, (HEIGHT // 16, WIDTH // 16), dtype=np.uint8)
    return np.kron(coarse, np.ones((16, 16), np.uint8))


def encoder() -> av.VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = WIDTH, HEIGHT, "yuv420p", BITRATE
    codec.framerate, codec.time_base, codec.profile = Fraction(FPS), Fraction(1, FPS), "Baseline"
    codec.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "forced-idr": "1",
        "maxrate": str(BITRATE),
        "bufsize": str(BITRATE // 2),
    }
    return codec


def encode(codec: av.VideoCodecContext, number: int, tiles: np.ndarray) -> Unit:
    frame, key = picture(number, tiles), number % GOP == 0
    frame.pict_type = PictureType.I if key else PictureType.NONE
    data = b"".join(bytes(packet) for packet in codec.encode(frame))
    return Unit(number, key, number, 0.0, True, data)


def describe(units: list[Unit], payloads: Iterator[int]) -> str:
    """One line on the stream; ``payloads``: sizes of all RTP payloads."""
    sizes = list(payloads)
    seconds = len(units) / FPS
    kbit = 8 * sum(len(unit.data) for unit in units) / seconds / 1000
    return (
        f"{WIDTH}x{HEIGHT}, {FPS} fps, H.264 at {kbit:.0f} kbit/s, "
        f"{len(sizes) / seconds:.0f} packets a second, a keyframe every {GOP / FPS:g} s"
    )
