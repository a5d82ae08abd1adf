"""The pictures of a finished clip at half of their size, for lines that do not take the whole."""

from collections import deque
from collections.abc import Sequence
from functools import partial

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.h264_encoder import X264, Encoder, prepare_codec
from phosphene.units import HALF_SHARE, Unit, half_size


class HalfFile:
    """Makes the small pictures of one clip's run, of the units of the full rendition.

    They are decoded for it: that costs no drawing and needs none of the canvas, whichever worker
    put them on air (``begun``). Where the live half was made all along, that is taken instead.
    Units may be added from one thread while another catches up.
    """

    def __init__(
        self, width: int, height: int, fps: int, kbit: int, begun: Sequence[Unit] = ()
    ) -> None:
        self._size = half_size(width, height)
        self._open = partial(Encoder, *self._size, fps, round(kbit * HALF_SHARE), open_half)
        self._encoder: Encoder | None = None
        # Decoding what was encoded a moment ago costs less than drawing it again, and the picture
        # itself may be gone: after a lost worker only its units are left.
        self._decoder = av.CodecContext.create("h264", "r")
        self._decoder.thread_count = 1
        self._waiting = deque(unit.data for unit in begun)
        self._count = len(begun)
        self._live: list[bytes] = []
        self._made: list[bytes] = []

    def add_unit(self, unit: Unit) -> None:
        """The next unit of the run in the full rendition."""
        self._waiting.append(unit.data)
        self._count += 1

    def add_live_unit(self, unit: Unit) -> None:
        """A unit of the run in the half rendition."""
        if unit.frame == len(self._live):
            self._live.append(unit.data)

    def catch_up(self) -> ChunkedWork[None]:
        """Make what was added, unless the live half is being made."""
        while self._waiting and not self._live:
            self._make(self._waiting.popleft())
            yield

    def complete_units(self) -> ChunkedWork[list[bytes]]:
        """The access units of the whole run, when nothing more is added."""
        if len(self._live) == self._count:
            return self._live
        while self._waiting:
            self._make(self._waiting.popleft())
            yield
        self._make(None)
        return self._made

    def _make(self, data: bytes | None) -> None:
        """The pictures of a unit; None at the end."""
        self._encoder = self._encoder or self._open()
        width, height = self._size
        for frame in self._decoder.decode(None if data is None else av.Packet(data)):
            assert isinstance(frame, av.VideoFrame)
            small = frame.reformat(width, height, format="yuv420p", interpolation="AREA")
            picture = np.asarray(small.to_ndarray(), np.uint8)
            self._made.append(self._encoder.encode_picture(picture, len(self._made))[0])


def open_half(width: int, height: int, fps: int, kbit: int) -> VideoCodecContext:
    """H.264 for a file that is read over weak lines: CABAC saves bits that the live half has no
    time to save. One picture in, one out, a keyframe every second."""
    codec = prepare_codec("libx264", width, height, fps)
    codec.options = {
        "profile": "main",
        "level": "3.1",
        # 1.0 ms a picture where veryfast at a crf of 22 takes 1.7, for 45.4 dB where that has 45.1
        # and 464 kbit/s where it has 403 (four clips).
        "preset": "superfast",
        "tune": "zerolatency",
        "forced-idr": "1",
        "crf": "24",
        "maxrate": f"{kbit}k",
        "bufsize": f"{2 * kbit}k",
        "x264-params": X264,
    }
    codec.open()
    return codec
