"""The finished pictures of one clip: decoded, two a second looked at, and compared with the faces
of those who asked to be found."""

from collections.abc import Sequence
from math import inf
from typing import Any, Final, NamedTuple

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from phosphene.likeness.messages import (
    BeginScan,
    ScanAnswer,
    ScanDone,
    ScanLooked,
    ScanMatched,
    ScanPicture,
)
from phosphene.likeness.worker.faces import FaceFinder, Picture, Recogniser

# 15.5 ms of a core each; at 320 px a face 50 px wide in a picture of 576 x 1024 is missed.
SIDE: Final = 640
"""Pixels of the longer side at which faces are looked for."""


class ScanModels(NamedTuple):
    """Loaded once for all clips."""

    finder: FaceFinder
    recogniser: Recogniser


def load_scan_models(recogniser: Recogniser) -> ScanModels:
    """With a finder for small faces, and for those beside a large one: somebody in the background
    is shown, too."""
    return ScanModels(FaceFinder(SIDE, inf), recogniser)


class FrameScan:
    """One clip. A template matches where so many pictures as ``needed`` have a face like it."""

    def __init__(self, begun: BeginScan, models: ScanModels) -> None:
        self.id = begun.scan
        self._models = models
        self._least, self._needed = begun.least, begun.needed
        self._templates = _table(begun.templates)
        self._seen = np.zeros(len(begun.templates), np.int64)
        self._decoder = _decoder()
        self._wanted = set[int]()
        self._number = self._looked = 0

    def add_templates(self, templates: Sequence[bytes]) -> None:
        """Further ones to compare with, before the first picture."""
        self._templates = np.concatenate([self._templates, _table(templates)])
        self._seen = np.zeros(len(self._templates), np.int64)

    def take_picture(self, picture: ScanPicture) -> list[ScanAnswer]:
        """The next picture; which templates match by now."""
        number = self._number = self._number + 1
        if picture.look:
            self._wanted.add(number)
        packet = av.Packet(picture.data)
        packet.pts = packet.dts = number
        return self._decode(packet)

    def finish_scan(self) -> list[ScanAnswer]:
        """After the last picture: what the decoder has kept back, and the end."""
        return [*self._decode(None), ScanDone(self.id, self._looked)]

    def _decode(self, packet: Any) -> list[ScanAnswer]:
        try:
            frames = self._decoder.decode(packet)
        except av.FFmpegError:
            self._decoder = _decoder()  # goes on at the next keyframe
            return []
        wanted = [one for one in frames if one.pts in self._wanted]
        return [found for one in wanted for found in self._look(one.to_ndarray(format="bgr24"))]

    def _look(self, picture: Picture) -> list[ScanAnswer]:
        self._looked += 1
        looked = ScanLooked(self.id)
        try:
            faces = self._models.finder.find_faces(picture)
            vectors = [self._models.recogniser.read_vector(picture, face) for face in faces]
        except cv2.error:
            return [looked]
        if not vectors:
            return [looked]
        # Of each template the face that is most like it.
        cosines = (self._templates @ np.stack(vectors).T).max(axis=1)
        found = cosines >= self._least
        self._seen += found
        due = np.flatnonzero(found & (self._seen == self._needed))
        return [looked, *(ScanMatched(self.id, int(place)) for place in due)]


def _table(templates: Sequence[bytes]) -> NDArray[np.float32]:
    """One row each."""
    numbers = np.frombuffer(b"".join(templates), "<f2").astype(np.float32)
    return numbers.reshape(len(templates), -1)


def _decoder() -> Any:
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    return decoder
