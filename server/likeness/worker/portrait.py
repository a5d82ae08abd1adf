"""A portrait out of a camera's picture: upright, cut to what a clip shows, as JPEG."""

import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from phosphene.likeness.worker.faces import CROP, Face, Picture

WIDTH, HEIGHT = 432, 768
"""Pixels: as upright as clips are, so that no model has to cut or fill it."""
AROUND: Final = 3.2
"""So many heights of a face are in it, where the camera has them: head and shoulders."""
EYES: Final = 0.4
"""Share of its height that is above the eyes."""
QUALITY: Final = 92
"""Of the JPEG: some 60,000 bytes."""


def cut_portrait(picture: Picture, face: Face) -> Picture:
    """Head and shoulders with level eyes, ``HEIGHT`` x ``WIDTH`` x 3."""
    return np.asarray(
        cv2.warpAffine(
            picture,
            _upright(picture, face),
            (WIDTH, HEIGHT),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def face_sharpness(picture: Picture, face: Face) -> float:
    """How sharp a face is: the variance of its Laplacian, of as many pixels whatever its size."""
    left, top, width, height = (int(one) for one in face.box)
    part = picture[max(0, top) : top + height, max(0, left) : left + width]
    grey = cv2.cvtColor(cv2.resize(part, (CROP, CROP)), cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def encode_portrait(portrait: Picture) -> bytes:
    """As JPEG, which holds the pixels and nothing else: no time, no place, no camera."""
    _, data = cv2.imencode(".jpg", portrait, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()


def _upright(picture: Picture, face: Face) -> NDArray[np.float32]:
    """2 x 3: turns, scales and shifts a picture so that the face stands upright in the portrait."""
    right, left = face.points[:2]  # the person's own
    roll = -math.atan2(float(left[1] - right[1]), float(left[0] - right[0]))
    rows, columns = picture.shape[:2]
    # No more than the camera has: what is beyond would be made of its last line of pixels.
    tall = min(face.box[3] * AROUND, rows, columns * HEIGHT / WIDTH)
    scale = HEIGHT / tall
    x, y = (float(one) for one in (right + left) / 2)
    half = tall * WIDTH / HEIGHT / 2
    x = min(max(x, half), columns - half)
    y = min(max(y, tall * EYES), rows - tall * (1 - EYES))
    c, s = math.cos(roll) * scale, math.sin(roll) * scale
    shift: Any = [WIDTH / 2 - c * x + s * y, HEIGHT * EYES - s * x - c * y]
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]], np.float32)
