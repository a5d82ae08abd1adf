"""Pictures to H.264: the encoder of a clip. What it makes goes to every viewer and the file."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from phosphene.render.worker.renderer import Picture

BT709: Final = 1
LIMITED: Final = 1

Open = Callable[[int, int, int, int], VideoCodecContext]
"""Opens a codec for a width, a height, pictures a second and kbit/s."""

# The most that H.264 level 3.1 allows (Rec. ITU-T H.264, table A-1).
LEVEL_KBIT: Final = 14_000

X264: Final = ":".join(
    (
        "keyint=infinite",  # the GOP is decided here, picture by picture
        # A keyframe where nobody asked for one would move the segments of HLS, which are cut by the
        # clock.
        "scenecut=0",
        # Paper is flat or grainy all over: bits moved from place to place cost 11 % of the time and
        # 13 % more bits for the same error (48.4 dB, four clips).
        "aq-mode=0",
        # Parameter sets with every keyframe: a viewer may begin at any of them.
        "repeat-headers=1",
        "annexb=1",
        "colorprim=bt709",
        "transfer=bt709",
        "colormatrix=bt709",
        "range=tv",
    )
)


class KeyframePolicy:
    """When a picture is a keyframe: the first, one every second, and on demand.

    A demand is granted at most once in ``gop`` ticks; any keyframe satisfies it.
    """

    def __init__(self, gop: int) -> None:
        self._gop = gop
        self._last: int | None = None
        self._granted: int | None = None
        self._asked = False

    def request_keyframe(self) -> None:
        """A viewer needs a keyframe."""
        self._asked = True

    def is_due(self, pts: int) -> bool:
        """Whether the picture at tick ``pts`` is to be a keyframe."""
        if self._last is None or pts - self._last >= self._gop:
            return True
        return self._asked and (self._granted is None or pts - self._granted >= self._gop)

    def mark_keyframe(self, pts: int) -> None:
        """The picture at tick ``pts`` became a keyframe."""
        if self._asked:
            self._granted = pts
        self._last, self._asked = pts, False


class Encoder:
    """One stream without delay, by default H.264, with a GOP of one second.

    A viewer can begin at each keyframe.
    """

    def __init__(
        self, width: int, height: int, fps: int, kbit: int, opened: Open | None = None
    ) -> None:
        self.keys = KeyframePolicy(gop=fps)
        self._shape = (height * 3 // 2, width)
        self._fps = fps
        self._codec = (opened or open_h264)(width, height, fps, kbit)

    def encode_picture(self, picture: Picture, pts: int, key: bool = False) -> tuple[bytes, bool]:
        """One access unit, and whether it is a keyframe. ``pts`` counts 1/fps and must rise.

        Raises:
            ValueError: the picture has another shape or type than I420 of this size.
        """
        if picture.shape != self._shape or picture.dtype != "uint8":
            raise ValueError(f"a picture of {picture.dtype} {picture.shape}, not {self._shape}")
        frame = video_frame(picture)
        frame.pts, frame.time_base = pts, Fraction(1, self._fps)
        key = key or self.keys.is_due(pts)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        (packet,) = self._codec.encode(frame)
        if key:
            self.keys.mark_keyframe(pts)
        return bytes(packet), key


def video_frame(picture: Picture) -> av.VideoFrame:
    """The picture as PyAV has it, in the same memory: it may not change while the frame is used."""
    return av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="yuv420p")


def open_h264(width: int, height: int, fps: int, kbit: int) -> VideoCodecContext:
    """Constrained baseline, level 3.1. Every access unit is in Annex B form; each keyframe is an
    IDR with its SPS and PPS before it."""
    codec, kbit = prepare_codec("libx264", width, height, fps), min(kbit, LEVEL_KBIT)
    codec.options = {
        # The only H.264 that every browser must decode (RFC 7742). CABAC and B-frames would save
        # bits, and cost everybody a picture of delay.
        "profile": "baseline",
        "level": "3.1",
        # One encode for all viewers: about 1.7 ms a picture at 288x512 even with the slower
        # veryfast, on one thread.
        "preset": "superfast",
        "tune": "zerolatency",
        "forced-idr": "1",
        # Quality first, and the bitrate only as a ceiling: a still scene takes few bits.
        "crf": "21",
        "maxrate": f"{kbit}k",
        "bufsize": f"{kbit}k",
        "x264-params": X264,
    }
    codec.open()
    return codec


def prepare_codec(name: str, width: int, height: int, fps: int) -> VideoCodecContext:
    """An encoder of I420 on one thread, not yet open. Colours are BT.709 in limited range."""
    codec = av.CodecContext.create(name, "w")
    if not isinstance(codec, VideoCodecContext):
        raise TypeError(f"{name} is no video codec here")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.framerate, codec.time_base = Fraction(fps), Fraction(1, fps)
    codec.color_range = LIMITED
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    # There are other clips for the other cores.
    codec.thread_count = 1
    return codec
