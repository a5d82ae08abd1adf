"""A film with the mark on all of its pictures: decoded, drawn over, encoded; its sound as it is."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import av
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import PictureType
from av.video.stream import VideoStream

from phosphene.scratch import scratch_path
from phosphene.visible_mark.worker.badge import Badge, draw_badge

# For a disk and not for the air: B-frames and CABAC give the same picture in fewer bits, and the
# invisible mark is in it as before.
OPTIONS: Final = {"preset": "veryfast", "crf": "20", "maxrate": "8M", "bufsize": "8M"}
BT709: Final = 1
LIMITED: Final = 1
KEY_EVERY_S: Final = 2


def marked_film(film: bytes, site: str) -> bytes:
    """The film (MP4) with the mark; ``site``: the host that it names. Raises av.FFmpegError,
    ValueError: it has no pictures."""
    with scratch_path() as file:
        with (
            av.open(BytesIO(film), "r", options={"protocol_whitelist": ""}) as source,
            av.open(str(file), "w", format="mp4", options={"movflags": "faststart"}) as target,
        ):
            if not source.streams.video:
                raise ValueError("a film without pictures")
            _mark(source, target, site)
        return file.read_bytes()


def _mark(source: InputContainer, target: OutputContainer, site: str) -> None:
    pictures = source.streams.video[0]
    pictures.codec_context.thread_count = 1
    encoder = _encoder(target, pictures)
    sounds = {one.index: target.add_stream_from_template(one) for one in source.streams.audio}
    overlay = _Overlay(draw_badge(site, min(pictures.width, pictures.height)), pictures)
    for packet in source.demux(pictures, *source.streams.audio):
        if packet.stream is pictures:
            for frame in packet.decode():
                assert isinstance(frame, av.VideoFrame)
                target.mux(encoder.encode(overlay.laid_on(frame)))
        elif packet.dts is not None:  # the last one is empty
            packet.stream = sounds[packet.stream.index]
            target.mux(packet)
    target.mux(encoder.encode(None))


def _encoder(target: OutputContainer, pictures: VideoStream) -> VideoStream:
    """A track of the size and time of another one."""
    rate, clock = pictures.average_rate, pictures.time_base
    if rate is None or clock is None:
        raise ValueError("a film that does not say how fast it is")
    made = target.add_stream("libx264", rate=rate, options=OPTIONS)
    made.width, made.height, made.pix_fmt = pictures.width, pictures.height, "yuv420p"
    made.time_base = clock
    codec = made.codec_context
    codec.time_base, codec.gop_size = clock, round(rate * KEY_EVERY_S)
    codec.color_range = LIMITED
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    # There are clips being drawn for the other cores.
    codec.thread_count = 1
    return made


class _Overlay:
    """Lays a badge on pictures, at the upper left: below and on the right other players have their
    buttons."""

    def __init__(self, badge: Badge, pictures: VideoStream) -> None:
        graph = Graph()
        self._under = graph.add_buffer(template=pictures, time_base=pictures.time_base)
        over = graph.add_buffer(
            width=badge.width,
            height=badge.height,
            format=av.VideoFormat("rgba"),
            time_base=pictures.time_base,
        )
        place = graph.add("overlay", f"x={badge.margin}:y={badge.margin}:eof_action=repeat")
        self._under.link_to(place, 0, 0)
        over.link_to(place, 0, 1)
        self._out = graph.add("buffersink")
        last = graph.add("format", "yuv420p")
        place.link_to(last)
        last.link_to(self._out)
        graph.configure()
        over.push(_frame(badge, pictures))
        over.push(None)
        self._graph = graph

    def laid_on(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The picture with the badge."""
        self._under.push(frame)
        marked = self._out.pull()
        assert isinstance(marked, av.VideoFrame)
        marked.pict_type = PictureType.NONE
        return marked


def _frame(badge: Badge, pictures: VideoStream) -> av.VideoFrame:
    """The badge as FFmpeg has pictures."""
    frame = av.VideoFrame(badge.width, badge.height, "rgba")
    plane = frame.planes[0]
    plane.update(b"".join(_rows(badge, plane.line_size)))
    frame.pts, frame.time_base = 0, pictures.time_base
    return frame


def _rows(badge: Badge, line_size: int) -> Iterator[bytes]:
    stride = 4 * badge.width
    for at in range(0, len(badge.pixels), stride):
        yield badge.pixels[at : at + stride].ljust(line_size, b"\0")
