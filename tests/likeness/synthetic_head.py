"""A head that never was before a camera: a photograph laid over half an ellipsoid and turned.

The photograph is scikit-image's ``astronaut`` (NASA, public domain), read from the installed
package; other faces are the small grey ones of its ``lfw_subset``.
"""

from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any, Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from phosphene.likeness.challenge import Instruction

Picture = NDArray[np.uint8]
# Read as files: to ask scikit-image for them takes scipy, and most of a second.
PHOTOGRAPHS: Final = Path(str(resources.files("skimage") / "data"))
WIDTH, HEIGHT = 320, 400
FPS: Final = 7.0
# Where the astronaut's face is, and how deep and large the ellipsoid over it.
CENTRE: Final = (222.0, 115.0)
RADII: Final = (74.0, 92.0, 80.0)
ZOOM: Final = 1.7
POSES: Final[dict[Instruction, tuple[float, float, float]]] = {
    "look": (0, 0, 1),
    "back": (0, 0, 1),
    "left": (42, 0, 1),
    "right": (-40, 0, 1),
    "up": (0, -24, 1),
    "down": (0, 30, 1),
    "nearer": (0, 0, 1.34),
    "farther": (0, 0, 0.68),
}
"""Yaw to the person's left, pitch downwards, both in degrees, and size."""


@cache
def astronaut() -> Picture:
    """512 x 512 x 3, blue first."""
    picture = cv2.imread(str(PHOTOGRAPHS / "astronaut.png"))
    return np.asarray(picture, np.uint8)


@cache
def stranger(number: int = 35) -> Picture:
    """A face of somebody else in the place of the astronaut's."""
    small = (np.load(PHOTOGRAPHS / "lfw_subset.npy")[number] * 255).astype(np.uint8)
    face = cv2.resize(small, (170, 170), interpolation=cv2.INTER_CUBIC)
    canvas = np.full((512, 512), int(face.mean()), np.uint8)
    left, top = int(CENTRE[0]) - 85, int(CENTRE[1]) - 90
    canvas[top : top + 170, left : left + 170] = face
    return np.repeat(canvas[:, :, None], 3, axis=2)


@cache
def _grid() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    across = np.arange(WIDTH, dtype=np.float32) - WIDTH / 2
    down = np.arange(HEIGHT, dtype=np.float32) - HEIGHT / 2
    x, y = np.meshgrid(across, down)
    return x, y


def picture_of(photograph: Picture, yaw: float, pitch: float, size: float) -> Picture:
    """HEIGHT x WIDTH x 3: the head, turned and scaled, before a grey wall."""
    x, y = (axis / np.float32(ZOOM * size) for axis in _grid())
    turn = _rotation(yaw, pitch)
    # On the turned ellipsoid: p' A p = 1 with A = R diag(1 / r^2) R'; solved for its nearer z.
    a = (turn @ np.diag([1 / r**2 for r in RADII]) @ turn.T).astype(np.float32)
    half = a[0, 2] * x + a[1, 2] * y
    rest = a[0, 0] * x * x + 2 * a[0, 1] * x * y + a[1, 1] * y * y - 1
    root = half * half - a[2, 2] * rest
    z = (np.sqrt(np.maximum(root, 0)) - half) / a[2, 2]
    back = turn.T.astype(np.float32)
    u = back[0, 0] * x + back[0, 1] * y + back[0, 2] * z + CENTRE[0]
    v = back[1, 0] * x + back[1, 1] * y + back[1, 2] * z + CENTRE[1]
    # Beside the ellipsoid nothing of the photograph is shown.
    u[root <= 0] = -1000
    laid: Picture = cv2.remap(
        photograph,
        u,
        v,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(128, 128, 128),
    )
    return laid


class HeadCamera:
    """Pictures of a head that goes to where it is told, as a camera encodes them."""

    def __init__(self, photograph: Picture | None = None, seed: int = 1) -> None:
        self.photograph = astronaut() if photograph is None else photograph
        self._pose = POSES["look"]
        self._encoder = Vp8Encoder()
        self._chance = Random(seed)
        self.beside: Picture | None = None
        self.light = 1.0
        self.pixels = 1.0

    def shoot(self, towards: Instruction) -> bytes:
        """The next picture, half the way to that pose."""
        goal = POSES[towards]
        self._pose = tuple(  # type: ignore[assignment]
            here + (there - here) * 0.6 for here, there in zip(self._pose, goal, strict=True)
        )
        jitter = self._chance.gauss
        yaw, pitch, size = self._pose
        shot = picture_of(self.photograph, yaw + jitter(0, 0.4), pitch + jitter(0, 0.4), size)
        shot = np.clip(shot * self.light, 0, 255).astype(np.uint8)
        if self.pixels != 1.0:
            shot = cv2.resize(shot, None, fx=self.pixels, fy=self.pixels)
        if self.beside is not None:
            shot = np.concatenate([shot, self.beside], axis=1)
        return self._encoder.encode(shot)


class Vp8Encoder:
    """One stream of VP8."""

    def __init__(self) -> None:
        self._encoder: Any = None
        self._shots = 0

    def encode(self, picture: Picture) -> bytes:
        height, width = picture.shape[:2]
        if self._encoder is None or (self._encoder.width, self._encoder.height) != (width, height):
            self._encoder = self._open(width, height)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, self._shots = self._shots, self._shots + 1
        return b"".join(bytes(packet) for packet in self._encoder.encode(frame))

    def _open(self, width: int, height: int) -> Any:
        encoder: Any = av.CodecContext.create("libvpx", "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.time_base, encoder.bit_rate = Fraction(1, int(FPS)), 900_000
        encoder.thread_count = 1
        encoder.options = {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0"}
        return encoder


def _rotation(yaw: float, pitch: float) -> NDArray[np.float64]:
    """Of a head that looks along +z at the camera; x grows to the right of the picture, which is
    the person's left, y downwards."""
    a, b = np.radians(yaw), np.radians(pitch)
    around_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    turn: NDArray[np.float64] = around_y @ around_x
    return turn
