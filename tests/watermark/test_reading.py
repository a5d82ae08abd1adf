from fractions import Fraction

import av
import numpy as np
import pytest

from phosphene.watermark.embedding import PictureMarker
from phosphene.watermark.fields import BITS
from phosphene.watermark.luma import grid_luma
from phosphene.watermark.reading import WORDS, Reader, Sighting, likely_words, mean_residual
from phosphene.watermark.residual import residual_of
from tests.breadth import few_of
from tests.watermark.scenery import HEIGHT, WIDTH, scene

pytestmark = pytest.mark.slow

KEY, WORD = b"a key of sixteen", 0x9E3779B97F4A7C15
Frames = list[av.VideoFrame]


@pytest.fixture(scope="module")
def marked() -> Frames:
    """Eight marked pictures, encoded once at a low quality."""
    marker = PictureMarker(KEY, WORD, 0.6, (WIDTH, HEIGHT), textured=False)
    frames = [
        av.VideoFrame.from_ndarray(marker.marked(scene(at)), format="yuv420p") for at in range(8)
    ]
    return encoded_again(frames)


def encoded_again(frames: Frames) -> Frames:
    codec, reader = (av.CodecContext.create(*one) for one in (("libx264", "w"), ("h264", "r")))
    assert isinstance(codec, av.VideoCodecContext)
    assert isinstance(reader, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
    codec.time_base, codec.options = Fraction(1, 24), {"crf": "24", "preset": "veryfast"}
    packets = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, Fraction(1, 24)
        packets += codec.encode(frame)
    packets += codec.encode(None)
    reader.extradata = codec.extradata
    decoded = [frame for one in packets for frame in reader.decode(av.Packet(bytes(one)))]
    return [*decoded, *reader.decode(None)]


def filtered(frames: Frames, *filters: tuple[str, str]) -> Frames:
    graph = av.filter.Graph()
    first = frames[0]
    source = last = graph.add_buffer(
        width=first.width, height=first.height, format=first.format, time_base=Fraction(1, 24)
    )
    for name, value in filters:
        step = graph.add(name, value) if value else graph.add(name)
        last.link_to(step)
        last = step
    sink = graph.add("buffersink")
    last.link_to(sink)
    graph.configure()
    out: Frames = []
    for frame in frames:
        source.push(frame)
        pulled = sink.pull()
        assert isinstance(pulled, av.VideoFrame)
        out.append(pulled)
    return out


def sight(frames: Frames, key: bytes = KEY) -> Sighting | None:
    return Reader(key).read(mean_residual([residual_of(grid_luma(one)) for one in frames]))


WASHES = {
    "as it is": (),
    "half of its size": (("scale", f"{WIDTH // 2}:{HEIGHT // 2}"),),
    "a fifth cut off, not in the middle": (("crop", "460:818:10:150"), ("scale", "576:1024")),
    "turned a little": (("rotate", "1.3*PI/180"),),
    "mirrored": (("hflip", ""),),
    "in a frame": (("pad", "720:1280:72:128"),),
}
FEW = ("as it is", "a fifth cut off, not in the middle", "mirrored")


@pytest.mark.parametrize("wash", few_of([*WASHES], FEW))
def test_a_mark_survives(marked: Frames, wash: str) -> None:
    washed = encoded_again(filtered(marked, *WASHES[wash]) if WASHES[wash] else marked)
    found = sight(washed)
    assert found is not None
    assert WORD in found.words
    assert len(found.words) <= WORDS


def test_one_picture_is_enough(marked: Frames) -> None:
    found = sight(marked[3:4])
    assert found is not None
    assert WORD in found.words


def test_what_has_no_mark_or_that_of_another_key_has_none(marked: Frames) -> None:
    plain = [av.VideoFrame.from_ndarray(scene(at), format="yuv420p") for at in range(8)]
    assert sight(encoded_again(plain)) is None
    assert sight(marked, b"another key, 16.") is None


def test_the_likeliest_words_come_first_and_are_few() -> None:
    sums = np.where(np.arange(BITS) % 2, 5.0, -5.0)
    sums[[3, 40]] = 0.2, -0.1
    words = list(likely_words(sums))
    plain = sum(1 << at for at in range(1, BITS, 2))
    assert words[:4] == [plain, plain ^ 1 << 40, plain ^ 1 << 3, plain ^ 1 << 40 ^ 1 << 3]
    assert len(words) == len(set(words)) == WORDS
