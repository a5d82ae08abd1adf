"""What the invisible mark survives: ``python -m bench.watermark [--clips 20] [--seconds 2]``.

Clips of the embedded model, drawn, marked and encoded as the worker does it, then washed as people
wash them. Each line: how many are read, with the 95 % interval of that share (Wilson), and how far
the mark stood out; before it what the mark costs, in bits, error and CPU. The same clips without a
mark, and under another key, are read too: any of those is a false alarm.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import log10

import av
import numpy as np
import torch
from av.video.frame import PictureType

from bench.machine import describe
from bench.policy.shares import Share
from phosphene.render.diffusers_families import ModelOptions
from phosphene.render.worker.__main__ import load
from phosphene.render.worker.h264_encoder import Encoder
from phosphene.render.worker.renderer import Brief, Picture, Renderer, patches_alone
from phosphene.settings import Settings
from phosphene.watermark.embedding import PictureMarker
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.reading import Reader, mean_residual
from phosphene.watermark.residual import residual_of

KEY, OTHER = b"a key of sixteen", b"another key, 16."
SUBJECTS = ("a red fox", "two cats", "a balloon", "a rocket", "a sailing ship", "an owl", "a whale")
PLACES = (
    *("in the forest at night", "over the mountains at sunset", "in a storm", "in the snow"),
    *("in the desert", "in the rain at dusk"),
)
Frames = Sequence[av.VideoFrame]
Filters = tuple[tuple[str, str], ...]
FULL = ("scale", "576:1024")
WASHES: dict[str, tuple[Filters, tuple[int, ...]]] = {
    "as it is": ((), ()),
    "600 kbit/s": ((), (600,)),
    "300 kbit/s": ((), (300,)),
    "half size, 250 kbit/s": ((("scale", "288:512"),), (250,)),
    "cut by 10 %, 600": ((("crop", "518:922"), FULL), (600,)),
    "cut by 20 %, 600": ((("crop", "460:820:9:160"), FULL), (600,)),
    "cut by 24 %, 600": ((("crop", "438:778"), FULL), (600,)),
    "600, then 400 kbit/s": ((), (600, 400)),
    "turned by 1.5 degrees, 600": ((("rotate", "1.5*PI/180"),), (600,)),
    "mirrored, 600": ((("hflip", ""),), (600,)),
    "one picture of 600": ((), (600,)),
}


def draw(renderer: Renderer, number: int, seconds: int, steps: int) -> list[Picture]:
    """The pictures of a clip, as they come from the model."""
    text = f"{SUBJECTS[number % len(SUBJECTS)]} {PLACES[number % len(PLACES)]}"
    drawn: dict[int, Picture] = {}
    for patch in patches_alone(renderer.render(Brief(text, number, seconds, steps=steps))):
        if patch.final:
            drawn |= {frame: patch.draw(frame) for frame in range(patch.start, patch.stop)}
    return [drawn[frame] for frame in sorted(drawn)]


def encoded(pictures: Sequence[Picture], fps: int) -> list[bytes]:
    """As the worker encodes them."""
    height, width = pictures[0].shape[0] * 2 // 3, pictures[0].shape[1]
    encoder = Encoder(width, height, fps, Settings().bitrate)
    return [encoder.encode_picture(one, at)[0] for at, one in enumerate(pictures)]


def decoded(units: Sequence[bytes], extradata: bytes | None = None) -> Frames:
    codec = av.CodecContext.create("h264", "r")
    assert isinstance(codec, av.VideoCodecContext)
    codec.extradata = extradata
    frames = [frame for one in units for frame in codec.decode(av.Packet(one))]
    return [*frames, *codec.decode(None)]


def encoded_again(frames: Frames, fps: int, kbit: int) -> Frames:
    """As a site that videos are uploaded to does it: x264 at a bitrate."""
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
    codec.time_base, codec.framerate, codec.bit_rate = Fraction(1, fps), Fraction(fps), kbit * 1000
    codec.options = {"preset": "veryfast", "maxrate": f"{kbit}k", "bufsize": f"{kbit}k"}
    packets: list[bytes] = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, Fraction(1, fps)
        frame.pict_type = PictureType.NONE
        packets += map(bytes, codec.encode(frame))
    packets += map(bytes, codec.encode(None))
    return decoded(packets, codec.extradata)


def filtered(frames: Frames, filters: Filters, fps: int) -> Frames:
    graph, first = av.filter.Graph(), frames[0]
    source = last = graph.add_buffer(
        width=first.width, height=first.height, format=first.format, time_base=Fraction(1, fps)
    )
    for name, value in filters:
        step = graph.add(name, value) if value else graph.add(name)
        last.link_to(step)
        last = step
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    return list(_pulled(frames, source.push, sink.pull, fps))


def _pulled(
    frames: Frames, push: Callable[[av.VideoFrame], None], pull: Callable[[], object], fps: int
) -> Iterator[av.VideoFrame]:
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, Fraction(1, fps)
        push(frame)
        out = pull()
        assert isinstance(out, av.VideoFrame)
        yield out


def wash(frames: Frames, name: str, fps: int) -> Frames:
    filters, rates = WASHES[name]
    frames = filtered(frames, filters, fps) if filters else frames
    for kbit in rates:
        frames = encoded_again(frames, fps, kbit)
    return frames[len(frames) // 2 :][:1] if name.startswith("one") else frames


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--strength", type=float, default=Settings().watermark)
    parser.add_argument("--washes", nargs="+", default=list(WASHES))
    options = parser.parse_args()
    os.nice(5)
    torch.set_num_threads(1)
    renderer, ready = load(ModelOptions())
    reader, stranger = Reader(KEY), Reader(OTHER)
    read, peaks = dict.fromkeys(options.washes, 0), {name: list[float]() for name in WASHES}
    alarms = looked = 0
    costs: list[tuple[float, float, float]] = []
    for number in range(options.first, options.first + options.clips):
        plain = draw(renderer, number, options.seconds, ready.steps)
        word = int(np.random.default_rng(number).integers(0, 1 << 63)) * 2 + 1
        size = (renderer.width, renderer.height)
        marker = PictureMarker(KEY, word, options.strength, size, textured=ready.lifelike)
        marker.marked(plain[0])
        began = time.process_time()
        marked = [marker.marked(one) for one in plain]
        laid = time.process_time() - began
        bare, units = encoded(plain, ready.fps), encoded(marked, ready.fps)
        costs.append((*error_and_bits(plain, marked, bare, units), laid / len(plain) * 1e3))
        frames = decoded(units)
        for name in options.washes:
            mean = mean_residual([residual_of(grid_luma(f)) for f in wash(frames, name, ready.fps)])
            found = reader.read(mean)
            read[name] += found is not None and word in found.words
            peaks[name].append(found.peak if found else 0.0)
        unmarked = mean_residual([residual_of(grid_luma(one)) for one in decoded(bare)])
        alarms += (reader.read(unmarked) is not None) + (stranger.read(mean) is not None)
        looked += 2
        print(f"clip {number}", {name: round(peaks[name][-1]) for name in options.washes})
    print(describe())
    psnr, bits, cpu = np.mean(costs, axis=0)
    print(f"strength {options.strength}: {psnr:.1f} dB, {bits:+.1f} % bits, {cpu:.2f} ms a picture")
    for name in options.washes:
        least = min(peaks[name])
        print(f"{name:<28}{Share(read[name], options.clips)}, least peak {least:.1f}")
    print(f"without a mark, or of another key: {alarms} sightings in {looked}, before any check")


def error_and_bits(
    plain: Sequence[Picture],
    marked: Sequence[Picture],
    bare: Sequence[bytes],
    units: Sequence[bytes],
) -> tuple[float, float]:
    """PSNR of the luma in dB, and how many per cent of bits more."""
    height = plain[0].shape[0] * 2 // 3
    errors = [
        np.square(a[:height].astype(np.int16) - b[:height]).mean()
        for a, b in zip(plain, marked, strict=True)
    ]
    return 10 * log10(255**2 / float(np.mean(errors))), 100 * (
        sum(map(len, units)) / sum(map(len, bare)) - 1
    )


if __name__ == "__main__":
    main()
