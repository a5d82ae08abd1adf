"""What stays of a clip: its MP4 from the very units that went on air, a poster and a preview."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from av.video.reformatter import VideoReformatter
from msgspec import Struct

from phosphene.mux import mp4, timed_packets
from phosphene.render.worker.chunked_work import ChunkedWork
from phosphene.render.worker.half_file import HalfFile
from phosphene.render.worker.poster import best_thumb, to_jpeg
from phosphene.render.worker.preview import PREVIEW_FPS, Thumb, thumb_luma, to_thumb, to_webp
from phosphene.render.worker.renderer import Draw, Picture
from phosphene.units import Unit
from phosphene.watermark.perceptual_hash import hash_picture

MP4: Final = "video/mp4"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
LATENTS: Final = "application/octet-stream"


class OutputFiles(Struct, frozen=True, eq=False):
    """Everything that a final run leaves behind, besides the latents. ``hashes``: see ``Done``."""

    video: bytes
    half: bytes
    poster: bytes
    preview: bytes
    hashes: bytes = b""


class Muxer:
    """Collects the final run of one clip while it is on air; ``begun``: units of the run that
    went on air before, from another worker."""

    def __init__(self, fps: int, begun: Sequence[Unit] = ()) -> None:
        self._fps = fps
        self._every = max(1, round(fps / PREVIEW_FPS))
        self._missing = range(0, len(begun), self._every)
        self._units: list[Unit] = list(begun)
        self._thumbs: list[Thumb] = []
        self._scaler = VideoReformatter()

    def add_unit(self, unit: Unit, picture: Picture) -> None:
        """The next unit of the run and the picture that it shows."""
        if len(self._units) % self._every == 0:
            self._thumbs.append(to_thumb(picture, self._scaler))
        self._units.append(unit)

    def complete_thumbs(self, draw: Draw) -> ChunkedWork[None]:
        """Draw the small pictures of the units that were not added here."""
        drawn = []
        for frame in self._missing:
            drawn.append(to_thumb(draw(frame), self._scaler))
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
        return OutputFiles(video, small, still, preview, self._hashes())

    def _hashes(self) -> bytes:
        """By what the pictures are recognised that people may have: 0.3 ms each."""
        each = max(1, self._fps // self._every)
        return b"".join(hash_picture(thumb_luma(one)).tobytes() for one in self._thumbs[::each])
