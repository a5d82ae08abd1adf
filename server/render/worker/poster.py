"""The poster of a clip: which picture it is, and that as JPEG."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import av
import numpy as np

from phosphene.render.worker.h264_encoder import video_frame
from phosphene.render.worker.preview import Thumb, set_size
from phosphene.render.worker.renderer import Picture

_POSTER_QUALITY: Final = "3"  # of 1 (best) to 31


def to_jpeg(picture: Picture) -> bytes:
    """The picture as JPEG: BT.601 in full range, as JFIF has it."""
    codec = av.CodecContext.create("mjpeg", "w")
    frame = video_frame(picture).reformat(
        format="yuvj420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU601",
        src_color_range="MPEG",
        dst_color_range="JPEG",
        interpolation="BICUBIC",
    )
    set_size(codec, frame.width, frame.height, "yuvj420p", Fraction(1))
    codec.options = {"qmin": _POSTER_QUALITY, "qmax": _POSTER_QUALITY, "huffman": "optimal"}
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


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
