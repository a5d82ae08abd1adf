"""The encodings of a clip beside its full H.264: each made once, and only while it is asked for."""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter

from phosphene.render.worker.h264_encoder import Encoder, prepare_codec, video_frame
from phosphene.render.worker.renderer import Picture
from phosphene.units import HALF_SHARE, RenditionName, Unit, half_size

# Asked for again with each keyframe, every second: three may be lost.
LEASE_S: Final = 4
"""So long after it was last asked for a rendition is still encoded."""

NEVER: Final = 1 << 30
"""Pictures between keyframes that the codec makes by itself: they are decided here."""


class Renditions:
    """Those of one clip. ``request_rendition`` is for any thread, ``encode_wanted`` for one.

    A rendition begins with a keyframe; from then on its keyframes are those of the full one.
    """

    def __init__(self, width: int, height: int, fps: int, kbit: int) -> None:
        self._size = (width, height)
        self._fps = fps
        self._kbit = kbit
        self._asked: set[RenditionName] = set()
        self._until: dict[RenditionName, int] = {}
        self._encoders: dict[RenditionName, Encoder] = {}
        self._scaler = VideoReformatter()

    @property
    def any_wanted(self) -> bool:
        """Whether there is anything to encode."""
        return bool(self._asked or self._until)

    def request_rendition(self, name: RenditionName) -> None:
        """Somebody watches this rendition."""
        if name != "full":
            self._asked.add(name)

    def encode_wanted(self, picture: Picture, unit: Unit) -> Iterator[tuple[RenditionName, Unit]]:
        """The picture of a ``unit`` of the full rendition, in those that are asked for."""
        self._settle(unit.pts)
        for name, encoder in self._encoders.items():
            small = halve_picture(picture, *self._size, self._scaler) if name == "half" else picture
            data, key = encoder.encode_picture(small, unit.pts, key=unit.key)
            yield name, msgspec.structs.replace(unit, key=key, data=data)

    def _settle(self, pts: int) -> None:
        """Begin what was asked for, end what was not for too long."""
        while self._asked:
            name = self._asked.pop()
            self._until[name] = pts + LEASE_S * self._fps
            if name not in self._encoders:
                self._encoders[name] = self._begin(name)
        for name in [name for name, until in self._until.items() if pts > until]:
            del self._until[name], self._encoders[name]

    def _begin(self, name: RenditionName) -> Encoder:
        if name == "half":
            return Encoder(*half_size(*self._size), self._fps, round(self._kbit * HALF_SHARE))
        return Encoder(*self._size, self._fps, self._kbit, open_vp8)


def halve_picture(
    picture: Picture, width: int, height: int, scaler: VideoReformatter | None = None
) -> Picture:
    """A picture of that size at half of it; ``scaler``: that of one caller, for all its pictures
    of this size. Not for two threads at once."""
    frame = video_frame(picture)
    across, down = half_size(width, height)
    # A frame's own scaler is made anew with it: 1.4 ms a picture, with one that stays it is 0.6.
    scaler = scaler or VideoReformatter()
    # The mean of four pixels: bicubic costs more and rings at the sharp edges of paper.
    small = scaler.reformat(frame, across, down, interpolation="AREA")
    return np.asarray(small.to_ndarray(), np.uint8)


def open_vp8(width: int, height: int, fps: int, kbit: int) -> VideoCodecContext:
    """VP8 (RFC 6386) for real time: one frame in, one frame out, none left out."""
    codec = prepare_codec("libvpx", width, height, fps)
    codec.bit_rate, codec.gop_size = kbit * 1000, NEVER
    codec.options = {
        "deadline": "realtime",
        # 1.8 ms a picture at 288x512, as much as H.264 takes.
        "cpu-used": "-6",
        "lag-in-frames": "0",
        "auto-alt-ref": "0",
        "crf": "18",
        "qmin": "4",
        "qmax": "56",
        "maxrate": f"{kbit}k",
        "bufsize": f"{kbit}k",
    }
    codec.open()
    return codec
