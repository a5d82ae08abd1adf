"""A still of a film that came along: its poster stayed where it was made."""

import io
from fractions import Fraction
from typing import Final

import av
from av.video.frame import VideoFrame

QUALITY: Final = "3"  # of 1 (best) to 31


def read_still(film: bytes) -> bytes | None:
    """The picture in the middle of an MP4 as JPEG; None where nothing can be read of it."""
    try:
        with av.open(io.BytesIO(film), "r") as container:
            # The keyframe before the middle: one picture is decoded and no more.
            container.seek((container.duration or 0) // 2)
            frame = next(container.decode(video=0), None)
            return None if frame is None else _to_jpeg(frame)
    except (av.FFmpegError, IndexError):
        return None


def _to_jpeg(frame: VideoFrame) -> bytes:
    codec = av.CodecContext.create("mjpeg", "w")
    # BT.601 in full range, as JFIF has it.
    picture = frame.reformat(
        format="yuvj420p",
        src_colorspace="ITU709",
        dst_colorspace="ITU601",
        src_color_range="MPEG",
        dst_color_range="JPEG",
    )
    codec.width, codec.height = picture.width, picture.height
    codec.pix_fmt, codec.time_base = "yuvj420p", Fraction(1)
    codec.options = {"qmin": QUALITY, "qmax": QUALITY, "huffman": "optimal"}
    picture.pts, picture.time_base = 0, Fraction(1)
    return b"".join(bytes(packet) for packet in [*codec.encode(picture), *codec.encode(None)])
