"""Faces in a picture, and what recognises one: YuNet and SFace, by OpenCV."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from phosphene.likeness.challenge import Flaw
from phosphene.likeness.worker.model_files import DETECTOR, RECOGNISER, model_file

Picture = NDArray[np.uint8]
"""Height x width x 3, blue first, as OpenCV has them."""
Vector = NDArray[np.float32]
"""128 numbers of length 1: the cosine of two is how alike two faces are."""

# 7.6 ms of a core, and 15.5 at 640.
SIDE: Final = 320
"""Pixels of the longer side at which faces are looked for."""
SCORE, OVERLAP, MOST = 0.8, 0.3, 50
# Posters and people far behind are no second face.
BESIDE: Final = 3
"""A face that is so many times narrower than the largest does not count."""
CROP: Final = 112
SMALLEST: Final = 40.0
"""Pixels between the eyes: below them the vector says less of a face."""
# Light x 0.15 leaves a cosine of 0.90 to the same face, x 1.6 one of 0.62, x 2.2 one of 0.28.
DARKEST, BRIGHTEST = 35.0, 215.0
"""Mean light of a face, of 255."""
BURNT, MOST_BURNT = 250, 0.25
"""From here on a pixel says nothing; such a share of a face is too much."""
SHARPEST_BLUR: Final = 12.0
"""Variance of the Laplacian of a face of 112 pixels: a blur of sigma 5 is below it."""


class Face(NamedTuple):
    """``box``: left, top, width, height; ``points``: 5 x 2, the eyes first, the person's right one
    before the left; ``row``: all of it as OpenCV wants it again. In pixels."""

    box: tuple[float, float, float, float]
    points: NDArray[np.float32]
    row: NDArray[np.float32]

    @property
    def between_eyes(self) -> float:
        """Pixels."""
        return float(np.hypot(*(self.points[1] - self.points[0])))


class FaceFinder:
    """Finds faces in pictures that are made as small as ``side``; one that is ``beside`` times
    narrower than the largest does not count."""

    def __init__(self, side: int = SIDE, beside: float = BESIDE) -> None:
        file = str(model_file(DETECTOR))
        self._side, self._beside = side, beside
        self._detector: Any = cv2.FaceDetectorYN.create(
            file, "", (side, side), SCORE, OVERLAP, MOST
        )

    def find_faces(self, picture: Picture) -> list[Face]:
        """Those that count, the largest first."""
        height, width = picture.shape[:2]
        scale = min(1.0, self._side / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        self._detector.setInputSize(size)
        _, rows = self._detector.detect(small)
        found = [_face(row, scale) for row in (rows if rows is not None else ())]
        found.sort(key=lambda one: -one.box[2] * one.box[3])
        return [one for one in found if one.box[2] * self._beside > found[0].box[2]]


class Recogniser:
    """Tells faces from each other."""

    def __init__(self) -> None:
        self._model: Any = cv2.FaceRecognizerSF.create(str(model_file(RECOGNISER)), "")

    def read_vector(self, picture: Picture, face: Face) -> Vector:
        """What a face is known by."""
        crop = self._model.alignCrop(picture, face.row)
        return unit(self._model.feature(crop)[0])


def flaw_of(picture: Picture, face: Face) -> Flaw | None:
    """What keeps a face from being seen well."""
    left, top, width, height = (int(one) for one in face.box)
    part = picture[max(0, top) : top + height, max(0, left) : left + width]
    if face.between_eyes < SMALLEST or not part.size:
        return "small"
    grey = cv2.cvtColor(cv2.resize(part, (CROP, CROP)), cv2.COLOR_BGR2GRAY)
    light = float(grey.mean())
    if light > BRIGHTEST or float((grey >= BURNT).mean()) > MOST_BURNT:
        return "bright"
    if light < DARKEST:
        return "dark"
    return "blurred" if float(cv2.Laplacian(grey, cv2.CV_32F).var()) < SHARPEST_BLUR else None


def unit(vector: NDArray[Any]) -> Vector:
    """The same of length 1."""
    scaled: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return scaled


def pack_template(vectors: Sequence[Vector]) -> bytes:
    """The mean of what straight pictures say of a face: 128 numbers of two bytes."""
    return unit(np.mean(vectors, axis=0)).astype("<f2").tobytes()


def alike(template: bytes, others: Sequence[bytes], least: float) -> dict[int, float]:
    """The places of those that are as like it as this cosine, the most alike first, and how alike
    they are."""
    if not others:
        return {}
    table = np.frombuffer(b"".join(others), "<f2").astype(np.float32).reshape(len(others), -1)
    cosines = table @ np.frombuffer(template, "<f2").astype(np.float32)
    order = np.argsort(-cosines)
    return {int(place): float(cosines[place]) for place in order if cosines[place] >= least}


def _face(row: NDArray[np.float32], scale: float) -> Face:
    whole = row.copy()
    whole[:14] /= scale
    left, top, width, height = (float(one) for one in whole[:4])
    return Face((left, top, width, height), whole[4:14].reshape(5, 2), whole)
