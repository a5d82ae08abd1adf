"""How people wash films: cut, made smaller, turned, encoded again, seen on a screen."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

import av
from av.video.frame import PictureType
from msgspec import Struct

Frames = Sequence[av.VideoFrame]
Filters = tuple[tuple[str, str], ...]
FULL: Final = ("scale", "576:1024")


class Wash(Struct, frozen=True, kw_only=True):
    """Filters of FFmpeg, then encodes at these kbit/s; of a ``still`` one picture is left, seen
    through ``screen``."""

    filters: Filters = ()
    kbit: tuple[int, ...] = ()
    still: bool = False
    screen: Filters = ()


# A phone of 390x844 at three pixels each: the clip over the whole width, bars above and below, and
# what a page lays over it.
PHONE: Final = (
    ("scale", "1170:2080"),
    ("pad", "1170:2532:0:226:0x101014"),
    ("drawbox", "x=1010:y=1200:w=130:h=800:color=white@0.8:t=fill"),
    ("drawbox", "x=40:y=2100:w=800:h=150:color=black@0.5:t=fill"),
)
WASHES: Final = {
    "as it is": Wash(),
    "600 kbit/s": Wash(kbit=(600,)),
    "300 kbit/s": Wash(kbit=(300,)),
    "half size, 250 kbit/s": Wash(filters=(("scale", "288:512"),), kbit=(250,)),
    "cut by 10 %, 600": Wash(filters=(("crop", "518:922"), FULL), kbit=(600,)),
    "cut by 20 %, 600": Wash(filters=(("crop", "460:820:9:160"), FULL), kbit=(600,)),
    "cut by 24 %, 600": Wash(filters=(("crop", "438:778"), FULL), kbit=(600,)),
    "600, then 400 kbit/s": Wash(kbit=(600, 400)),
    "turned by 1.5 degrees, 600": Wash(filters=(("rotate", "1.5*PI/180"),), kbit=(600,)),
    "mirrored, 600": Wash(filters=(("hflip", ""),), kbit=(600,)),
    "one picture of 600": Wash(kbit=(600,), still=True),
    "screenshot of a phone, 600": Wash(kbit=(600,), still=True, screen=PHONE),
}


def washed(frames: Frames, wash: Wash, fps: int) -> Frames:
    """What is left of the pictures of a film."""
    frames = filtered(frames, wash.filters, fps) if wash.filters else frames
    for kbit in wash.kbit:
        frames = encoded_again(frames, fps, kbit)
    if wash.still:
        frames = frames[len(frames) // 2 :][:1]
    return filtered(frames, wash.screen, fps) if wash.screen else frames


def encoded_again(frames: Frames, fps: int, kbit: int) -> Frames:
    """As a site that videos are uploaded to does it: x264 at a bitrate."""
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
    codec.time_base, codec.framerate, codec.bit_rate = Fraction(1, fps), Fraction(fps), kbit * 1000
    codec.options = {"preset": "veryfast", "maxrate": f"{kbit}k", "bufsize": f"{kbit}k"}
    codec.thread_count = 1
    packets: list[bytes] = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, Fraction(1, fps)
        frame.pict_type = PictureType.NONE
        packets += map(bytes, codec.encode(frame))
    packets += map(bytes, codec.encode(None))
    return decoded(packets, codec.extradata)


def decoded(units: Sequence[bytes], extradata: bytes | None = None) -> Frames:
    """The pictures in access units of H.264."""
    codec = av.CodecContext.create("h264", "r")
    assert isinstance(codec, av.VideoCodecContext)
    codec.extradata, codec.thread_count = extradata, 1
    frames = [frame for one in units for frame in codec.decode(av.Packet(one))]
    return [*frames, *codec.decode(None)]


def filtered(frames: Frames, filters: Filters, fps: int) -> Frames:
    """The pictures behind filters of FFmpeg, one after the other."""
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
