"""How alike two videos look, picture by picture, and sound."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from itertools import zip_longest
from typing import Final

import av
from av.filter import Graph
from av.filter.context import FilterContext

from phosphene.errors import BadInput

_SPECTRUM: Final = "aspectralstats"  # of libavfilter
_WINDOW: Final = 1024  # samples, of 16,000 in a second
_RATE: Final = 16_000
FINE_S: Final = _WINDOW / _RATE
"""The finest comparison of sounds."""
_MEASURES: Final = ("mean", "centroid")
_SILENCE: Final = 1e-6  # mean magnitude below which nothing is heard

Window = tuple[float, float]
"""Mean magnitude, and centroid of the spectrum in Hz."""


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


def hearing(one: bytes, other: bytes, window_s: float = FINE_S) -> float | None:
    """How alike two videos sound, in the second in which they differ most: 1 where there is no
    difference, 0 where only one of them is heard. None where neither has a sound.

    Compared are the loudness and the centroid of the spectrum over time, in windows of so many
    seconds, by the part that both have in common (Ruzicka's similarity).

    Raises:
        BadInput: one of them cannot be read.
    """
    try:
        sounds = [_sound(data) for data in (one, other)]
    except av.FFmpegError as error:
        raise BadInput(f"these sounds cannot be compared: {error.strerror}") from None
    if not any(sounds):
        return None
    fine = round(window_s / FINE_S)
    coarse = [[*_joined(sound, fine)] for sound in sounds]
    windows = list(zip_longest(*coarse, fillvalue=(0.0, 0.0)))
    second = round(1 / (fine * FINE_S))
    # The worst second and not the whole: a second of silence among ten would be 0.9 alike.
    seconds = [windows[at : at + second] for at in range(0, len(windows), second)]
    return min(_common(second) for second in seconds)


def _joined(windows: list[Window], count: int) -> Iterator[Window]:
    """Each ``count`` windows as one."""
    for at in range(0, len(windows), count):
        some = windows[at : at + count]
        loud = sum(mean for mean, _ in some)
        weighed = sum(mean * centroid for mean, centroid in some)
        yield (loud / len(some), weighed / loud) if loud else (0.0, 0.0)


def _common(second: list[tuple[Window, ...]]) -> float:
    """The less alike of loudness and pitch in some windows of two sounds."""
    loud = [(one[0], other[0]) for one, other in second]
    high = [(one[0] * one[1], other[0] * other[1]) for one, other in second]
    return min(_ruzicka(loud), _ruzicka(high))


def _ruzicka(pairs: list[tuple[float, float]]) -> float:
    either = sum(map(max, pairs))
    return sum(map(min, pairs)) / either if either else 1.0


def _sound(video: bytes) -> list[Window]:
    """Its sound, window by window; empty where it has none."""
    with av.open(BytesIO(video), "r") as file:
        if not file.streams.audio:
            return []
        graph = Graph()
        source = graph.add_abuffer(template=file.streams.audio[0])
        plain = graph.add("aformat", "sample_fmts=flt:sample_rates=16000:channel_layouts=mono")
        wanted = f"win_size={_WINDOW}:overlap=0:measure={'+'.join(_MEASURES)}"
        spectrum, sink = graph.add(_SPECTRUM, wanted), graph.add("abuffersink")
        graph.link_nodes(source, plain, spectrum, sink).configure()
        return [
            window
            for frame in (*file.decode(audio=0), None)
            for window in _windows(source, sink, frame)
        ]


def _windows(
    source: FilterContext, sink: FilterContext, frame: av.AudioFrame | None
) -> Iterator[Window]:
    source.push(frame)
    while True:
        try:
            told = sink.pull().metadata
        except (av.BlockingIOError, av.EOFError):
            return
        mean, centroid = (float(told[f"lavfi.{_SPECTRUM}.1.{name}"]) for name in _MEASURES)
        yield (mean, centroid) if mean > _SILENCE else (0.0, 0.0)
