"""Where a head is turned to, by the 468 points of MediaPipe's face mesh."""

import math
from typing import Any, Final

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


class FaceMesh:
    """Reads the mesh of a face."""

    # Not the five points of the detector: by them a head turned by 20 degrees was at 5 the other
    # way, and a straight one at 30.
    def __init__(self) -> None:
        self._net: Any = cv2.dnn.readNetFromTFLite(str(model_file(MESH)))
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def read_pose(self, picture: Picture, face: Face) -> tuple[float, float]:
        """Yaw (grows to the person's left) and pitch (grows downwards) in degrees. They differ from
        face to face by some: use differences to a picture taken straight."""
        part = cv2.warpAffine(picture, _upright(face), (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        self._net.setInput(cv2.dnn.blobFromImage(part, 1 / 255, (SIDE, SIDE), swapRB=True))
        found = self._net.forward(self._outputs)
        points = max(found, key=lambda one: int(one.size)).reshape(468, 3)
        return pose_of(points)


def pose_of(points: NDArray[np.float32]) -> tuple[float, float]:
    """Yaw and pitch of a mesh of 468 x 3, from temple to temple and from forehead to chin."""
    across = points[TEMPLE_LEFT] - points[TEMPLE_RIGHT]
    across = across / np.linalg.norm(across)
    down = points[CHIN] - points[FOREHEAD]
    down = down - across * (across @ down)
    down = down / np.linalg.norm(down)
    yaw = math.degrees(math.atan2(across[2], across[0]))
    return yaw, math.degrees(math.asin(float(np.clip(down[2], -1, 1))))


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
