"""What stays of a clip: its MP4 from the very units that went on air, a poster and a preview."""

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from typing import Final

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from msgspec import Struct
from numpy.typing import NDArray

from phosphene.model import Unit
from phosphene.mux import mp4, timed_packets
from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.renderer import Draw, Picture

MP4: Final = "video/mp4"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
LATENTS: Final = "application/octet-stream"

PREVIEW_HEIGHT: Final = 256
PREVIEW_FPS: Final = 8
_POSTER_QUALITY: Final = "3"  # of 1 (best) to 31
_PREVIEW_QUALITY: Final = "80"  # of 0 to 100
_PORTION: Final = 3  # pictures of a preview that are encoded in one piece of work

Thumb = NDArray[np.uint8]
"""A small picture, BGRA, shape (height, width, 4)."""


class OutputFiles(Struct, frozen=True, eq=False):
    """Everything that a final run leaves behind, besides the latents."""

    video: bytes
    half: bytes
    poster: bytes
    preview: bytes


class Muxer:
    """Collects the final run of one clip while it is on air; ``begun``: units of the run that
    went on air before, from another worker."""

    def __init__(self, fps: int, begun: Sequence[Unit] = ()) -> None:
        self._fps = fps
        self._every = max(1, round(fps / PREVIEW_FPS))
        self._missing = range(0, len(begun), self._every)
        self._units: list[Unit] = list(begun)
        self._thumbs: list[Thumb] = []

    def add_unit(self, unit: Unit, picture: Picture) -> None:
        """The next unit of the run and the picture that it shows."""
        if len(self._units) % self._every == 0:
            self._thumbs.append(to_thumb(picture))
        self._units.append(unit)

    def complete_thumbs(self, draw: Draw) -> ChunkedWork[None]:
        """Draw the small pictures of the units that were not added here."""
        drawn = []
        for frame in self._missing:
            drawn.append(to_thumb(draw(frame)))
            yield
        self._thumbs = [*drawn, *self._thumbs]
        self._missing = range(0)

    @property
    def poster_frame(self) -> int:
        """The frame that makes the best poster."""
        return best_thumb(self._thumbs) * self._every

    def make_files(self, poster: Picture, half: HalfFile) -> ChunkedWork[OutputFiles]:
        """The files, with the sound that the units of the run have; ``poster`` is the picture of
        the frame ``poster_frame``, ``half`` has the same run."""
        # A remux: a second encode would cost as much as the first, and show other pictures than
        # those that were seen.
        sound = timed_packets(packet for unit in self._units for packet in unit.sound)
        video = mp4([unit.data for unit in self._units], self._fps, sound)
        yield
        small = mp4((yield from half.complete_units()), self._fps, sound)
        yield
        still = to_jpeg(poster)
        yield
        preview = yield from to_webp(self._thumbs, Fraction(self._fps, self._every))
        return OutputFiles(video, small, still, preview)


def to_jpeg(picture: Picture) -> bytes:
    """The picture as JPEG: BT.601 in full range, as JFIF has it."""
    codec = av.CodecContext.create("mjpeg", "w")
    frame = _frame(picture).reformat(
        format="yuvj420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU601",
        src_color_range="MPEG",
        dst_color_range="JPEG",
        interpolation="BICUBIC",
    )
    _size(codec, frame.width, frame.height, "yuvj420p", Fraction(1))
    codec.options = {"qmin": _POSTER_QUALITY, "qmax": _POSTER_QUALITY, "huffman": "optimal"}
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def to_webp(thumbs: Sequence[Thumb], fps: Fraction) -> ChunkedWork[bytes]:
    """The small pictures as an animated WebP that loops for ever."""
    file = BytesIO()
    with av.open(file, "w", format="webp", options={"loop": "0"}) as target:
        stream = target.add_stream("libwebp_anim", rate=fps)
        height, width = thumbs[0].shape[:2]
        _size(stream.codec_context, width, height, "bgra", fps)
        stream.codec_context.options = {"quality": _PREVIEW_QUALITY, "compression_level": "3"}
        for number, small in enumerate(thumbs):
            frame = av.VideoFrame.from_ndarray(small, format="bgra")
            frame.pts, frame.time_base = number, 1 / fps
            target.mux(stream.encode(frame))
            if number % _PORTION == 0:
                yield
        target.mux(stream.encode(None))
    return file.getvalue()


def to_thumb(picture: Picture) -> Thumb:
    """The picture, PREVIEW_HEIGHT pixels high."""
    frame = _frame(picture)
    small = frame.reformat(
        width=max(2, frame.width * PREVIEW_HEIGHT // frame.height),
        height=PREVIEW_HEIGHT,
        format="bgra",
        src_colorspace="ITU709",
        src_color_range="MPEG",
        dst_color_range="JPEG",
        interpolation="AREA",
    )
    return np.asarray(small.to_ndarray(), np.uint8)


def best_thumb(thumbs: Sequence[Thumb]) -> int:
    """Which picture to show of the clip: the one with most contrast and colour.

    Colourfulness as Hasler and Süsstrunk measure it (Measuring colourfulness in natural images,
    2003). Of equals the one nearest the middle.
    """
    middle = (len(thumbs) - 1) / 2
    return max(range(len(thumbs)), key=lambda at: (round(_charm(thumbs[at])), -abs(at - middle)))


def _charm(small: Thumb) -> float:
    # A fourth of the pixels tells the same.
    small = small[::2, ::2]
    blue, green, red = (small[..., at].astype(np.float32) for at in range(3))
    ways = red - green, (red + green) / 2 - blue
    spread = np.hypot(*(way.std() for way in ways))
    lean = np.hypot(*(way.mean() for way in ways))
    return float(spread + 0.3 * lean + small[..., :3].mean(2).std())


def _frame(picture: Picture) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(picture, format="yuv420p")


def _size(codec: av.CodecContext, width: int, height: int, pixels: str, rate: Fraction) -> None:
    if not isinstance(codec, VideoCodecContext):
        raise TypeError(f"{codec.name} is no video codec here")
    codec.width, codec.height, codec.pix_fmt = width, height, pixels
    codec.time_base, codec.framerate = 1 / rate, rate
