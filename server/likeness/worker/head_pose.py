"""Where a head is turned to, by the 468 points of MediaPipe's face mesh."""

import math
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from phosphene.likeness.worker.faces import Face, Picture
from phosphene.likeness.worker.model_files import MESH, model_file

SIDE: Final = 192
"""Pixels of the square that the mesh is read from."""
AROUND: Final = 1.5
"""How much more than the face is in it."""
TEMPLE_RIGHT, TEMPLE_LEFT, FOREHEAD, CHIN = 234, 454, 10, 152
"""Points of the mesh; right and left are the person's own."""


class HeadPose(NamedTuple):
    """Yaw (grows to the person's left) and pitch (grows downwards) in degrees, and the mean of a
    face's width and height in pixels. They differ from face to face: compare them to those of a
    picture taken straight."""

    yaw: float
    pitch: float
    size: float


class FaceMesh:
    """Reads the mesh of a face."""

    # Not the five points of the detector: by them a head turned by 20 degrees was at 5 the other
    # way, and a straight one at 30.
    def __init__(self) -> None:
        self._net: Any = cv2.dnn.readNetFromTFLite(str(model_file(MESH)))
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def read_pose(self, picture: Picture, face: Face) -> HeadPose:
        """Where a head is turned to, and how large it is."""
        into = _upright(face)
        part = cv2.warpAffine(picture, into, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        self._net.setInput(cv2.dnn.blobFromImage(part, 1 / 255, (SIDE, SIDE), swapRB=True))
        found = self._net.forward(self._outputs)
        points = max(found, key=lambda one: int(one.size)).reshape(468, 3)
        return pose_of(points, float(np.hypot(*into[0, :2])))


def pose_of(points: NDArray[np.float32], scale: float = 1.0) -> HeadPose:
    """Of a mesh of 468 x 3, from temple to temple and from forehead to chin; ``scale``: so many of
    its pixels are one of the picture."""
    across = points[TEMPLE_LEFT] - points[TEMPLE_RIGHT]
    down = points[CHIN] - points[FOREHEAD]
    # In three dimensions, where a head that turns is as large as before. The distance between the
    # detector's eyes was 15 % larger where the picture had 0.6 of the pixels.
    size = float(np.linalg.norm(across) + np.linalg.norm(down)) / 2 / scale
    across = across / np.linalg.norm(across)
    down = down - across * (across @ down)
    down = down / np.linalg.norm(down)
    yaw = math.degrees(math.atan2(across[2], across[0]))
    return HeadPose(yaw, math.degrees(math.asin(float(np.clip(down[2], -1, 1)))), size)


def _upright(face: Face) -> NDArray[np.float32]:
    """2 x 3: turns and scales a picture so that the face stands upright in the square."""
    left, top, width, height = face.box
    x, y = left + width / 2, top + height / 2
    eyes = face.points[1] - face.points[0]
    scale = SIDE / (max(width, height) * AROUND)
    roll = -math.atan2(float(eyes[1]), float(eyes[0]))
    c, s = math.cos(roll) * scale, math.sin(roll) * scale
    half = SIDE / 2
    return np.array([[c, -s, half - c * x + s * y], [s, c, half - s * x - c * y]], np.float32)
