"""How alike two videos look, picture by picture."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from itertools import zip_longest

import av
from av.filter import Graph
from av.filter.context import FilterContext

from server.errors import BadInput


def likeness(one: bytes, other: bytes) -> list[float]:
    """Structural similarity of each picture of two videos, 1 where there is no difference, 0 where
    only one of them has such a picture.

    Of luma and chroma over the whole picture, as libavfilter has it: Wang et al., Image quality
    assessment: from error visibility to structural similarity, 2004.

    Raises:
        BadInput: one of them cannot be read, or they are not equally large.
    """
    try:
        return list(_compared(one, other))
    except av.FFmpegError as error:
        raise BadInput(f"these videos cannot be compared: {error.strerror}") from None


def _compared(one: bytes, other: bytes) -> Iterator[float]:
    with ExitStack() as files:
        videos = [files.enter_context(av.open(BytesIO(data), "r")) for data in (one, other)]
        streams = [video.streams.video[0] for video in videos]
        graph = Graph()
        inputs = [graph.add_buffer(template=stream) for stream in streams]
        ssim, sink = graph.add("ssim"), graph.add("buffersink")
        for number, given in enumerate(inputs):
            given.link_to(ssim, 0, number)
        ssim.link_to(sink)
        graph.configure()
        for pair in zip_longest(*(video.decode(video=0) for video in videos)):
            if None in pair:
                yield 0.0
                continue
            for given, picture in zip(inputs, pair, strict=True):
                given.push(picture)
            yield _similarity(sink)


def _similarity(sink: FilterContext) -> float:
    return float(sink.pull().metadata["lavfi.ssim.All"])
